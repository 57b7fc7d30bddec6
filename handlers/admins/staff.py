"""Who works for the Society: list them, invite somebody, grant a role and take it away."""

from __future__ import annotations

from bot.dialog.fields import Choice, Known, Line, Phrase
from bot.dialog.forms import Form
from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from bot.vietnamese.phone import mask_phone, read_phone
from handlers.admins.find import look_up
from handlers.admins.units import WhichUnit, choices, unit_id_of
from handlers.names import channel_names, role_for
from storage.campaign import invitations, settings, staff, units
from storage.campaign.staff import Member
from storage.rights import erase

router = Router("staff", role="admin")

ROLES = ("officer", "admin")
MOST_BUTTONS = 20
BACK = Option("/staff", Text("command.staff.title"))


class Who(Line):
    """Somebody, by a code, a phone number or a number; a phone number is not shown again."""

    def show(self, answer: str, form: Form) -> Words:
        number = read_phone(answer).value
        return mask_phone(number) if number else answer


class Invite(Form, name="invite"):
    """What somebody is invited to be; officers belong to a unit, admins run everything."""

    known = Known()
    role = Choice(ROLES)
    unit = WhichUnit().when(lambda f: f.role == "officer")


class Grant(Form, name="grant"):
    """Who gets which role for which unit."""

    known = Known()
    who = Who(least=1, most=80)
    role = Choice(ROLES)
    unit = WhichUnit().when(lambda f: f.role == "officer")


class Revoke(Form, name="revoke", review=False):
    """The one question before a role is taken away."""

    known = Known()
    phrase = Phrase()

    def words(self) -> dict[str, object]:
        return {"who": self.known["who"]}


@router.command("staff")
async def show_members(turn: Turn) -> None:
    """Who holds which role for which unit."""
    members = await staff.members(turn.tx)
    buttons = [Option(f"/staff revoke {m.id}", Text("staff.revoke", {"n": str(m.id)})) for m in members[:MOST_BUTTONS]]
    more = [Option(f"/staff {name}", Text(f"command.staff.{name}.title")) for name in ("invite", "grant")]
    turn.reply("staff.list", [*more, *buttons], n=len(members), lines=[_line(member) for member in members])


@router.command("staff invite", after=NOTHING, opens=True)
async def invite(turn: Turn) -> None:
    """Make a code with which one person joins."""
    turn.begin(Invite, known={"units": await choices(turn)})


@router.done(Invite)
async def make_invitation(turn: Turn, form: Invite) -> None:
    unit_id = unit_id_of(form.unit)
    code = await invitations.invite(turn.tx, form.role, unit_id, turn.person.id, turn.now)
    hours = await settings.read(turn.tx, settings.INVITATION_HOURS)
    what, typed = role_for(form.role, await units.name(turn.tx, unit_id)), Text("staff.invitation.type")
    turn.reply("staff.invited", what=what, hours=hours)
    turn.reply("staff.invitation", [BACK], what=what, code=code, lines=[*turn.links(code), typed])


@router.command("staff grant", opens=True)
async def grant(turn: Turn) -> None:
    """Give a role to somebody who wrote to the bot already; what follows says who."""
    known = {"units": await choices(turn)}
    if not turn.rest:
        return turn.begin(Grant, known=known)
    who = turn.rest[:80]
    if await look_up(turn, who) is None:
        return turn.reply("find.nothing", [BACK])
    turn.begin(Grant, known=known, who=who)


@router.done(Grant)
async def grant_role(turn: Turn, form: Grant) -> None:
    unit_id = unit_id_of(form.unit)
    person_id = await look_up(turn, form.who)
    if person_id is None:
        turn.reply("find.nothing")
        return turn.reopen(form, "who")
    number, what = str(person_id), role_for(form.role, await units.name(turn.tx, unit_id))
    if not await staff.grant(turn.tx, person_id, form.role, unit_id, turn.actor, turn.now):
        return turn.reply("staff.held", [BACK], number=number, what=what)
    turn.touched.add(person_id)
    turn.reply("staff.granted", [BACK], number=number, what=what)
    turn.tell(person_id, "staff.welcome", [Option("/help", Text("command.help.title"))], what=what)


@router.command("staff revoke", opens=True)
async def revoke(turn: Turn) -> None:
    """Ask before a role is taken away; what follows is its number in the list."""
    member = await _member(turn, turn.rest.removeprefix("#"))
    if member is None:
        turn.reply("staff.which")
        return await show_members(turn)
    if await _is_last_admin(turn, member):
        return turn.reply("staff.last_admin", [BACK])
    turn.begin(Revoke, known={"id": member.id, "who": turn.say(_line(member))})


@router.done(Revoke)
async def revoke_role(turn: Turn, form: Revoke) -> None:
    """The role ends at this moment, also for what is open."""
    member = await _member(turn, str(form.known["id"]))
    if member is None:
        return turn.reply("staff.gone", [BACK])
    if await _is_last_admin(turn, member):
        return turn.reply("staff.last_admin", [BACK])
    by = turn.actor
    await staff.revoke(turn.tx, member.person_id, member.role, member.unit_id, by, turn.now)
    turn.touched.add(member.person_id)
    what = role_for(member.role, member.unit_name)
    turn.reply("staff.revoked", [BACK], what=what)
    turn.tell(member.person_id, "staff.ended", what=what)


def _line(member: Member) -> Text:
    what, channels = role_for(member.role, member.unit_name), channel_names(member.channels)
    name: Words = member.name or Text("staff.unnamed", {"number": str(member.person_id)})
    return Text("staff.line", {"n": str(member.id), "what": what, "name": name, "channels": channels})


async def _member(turn: Turn, number: str) -> Member | None:
    members = await staff.members(turn.tx)
    return next((member for member in members if str(member.id) == number), None)


async def _is_last_admin(turn: Turn, member: Member) -> bool:
    return member.role == "admin" and await erase.is_last_admin(turn.tx, member.person_id, only=member.id)
