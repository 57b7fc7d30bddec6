"""Who works for the Society: list them, grant a role and take it away."""

from __future__ import annotations

from bot.dialog.fields import Choice, Fact, Known, Line, Phrase
from bot.dialog.forms import Form
from bot.message import Option, Text, Words
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.phone import mask_phone, read_phone
from handlers.admins.invitations import BACK, ROLES, approval, needs_second_admin
from handlers.admins.person import look_up, phone_in
from handlers.admins.units import WhichUnit, choices, unit_id_of
from handlers.names import channel_names, initials_of, role_for
from storage.campaign import invitations, staff, units
from storage.campaign.staff import Member
from storage.figures import search
from storage.figures.search import FoundPerson
from storage.rights import erase

router = Router("staff", role="admin")

MOST_BUTTONS = 20


class Who(Line):
    """Somebody, by a code, a phone number or a number; a phone number is not shown again."""

    def show(self, answer: str, form: Form) -> Words:
        number = read_phone(answer).value
        return mask_phone(number) if number else answer


class Whom(Form, name="whom", review=False):
    """Who is to get a role: found before anything else is asked."""

    who = Who(least=1, most=80)


class Grant(Form, name="grant"):
    """Which role for which unit somebody gets; the review says who she is, where she writes from and since when."""

    known = Known()
    who = Fact()
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
    await turn.note("list", "staff", n=len(members))
    buttons = [
        Option(f"/staff revoke {m.id}", Text("staff.revoke", {"n": str(m.id)}), sense="danger")
        for m in members[:MOST_BUTTONS]
    ]
    more = [
        Option(f"/staff {name}", Text(f"command.staff.{name}.title")) for name in ("invite", "invitations", "grant")
    ]
    turn.reply("staff.list", [*more, *buttons], n=len(members), lines=[_card(turn, member) for member in members])


@router.command("staff grant", dangerous=True, opens=True)
async def grant(turn: Turn) -> None:
    """Give a role to somebody who wrote to the bot already; what follows says who."""
    if not turn.rest:
        return turn.begin(Whom)
    if (found := await _find_holder(turn, turn.rest[:80])) is not None:
        await _ask_role(turn, found)


@router.done(Whom)
async def find_holder(turn: Turn, form: Whom) -> None:
    if (found := await _find_holder(turn, form.who)) is not None:
        return await _ask_role(turn, found)
    turn.reopen(form, "who")


async def _find_holder(turn: Turn, said: str) -> FoundPerson | None:
    """The one person whom these words surely mean; otherwise the admin is told why it is nobody.

    A phone number that somebody typed is nobody's proof: it must be shared by the channel's button, and one person's.
    """
    found, phone = await look_up(turn, said), phone_in(said)
    if not found:
        turn.reply("person.nothing")
    elif len(found) > 1:
        turn.reply("grant.several", numbers=[Text("staff.unnamed", {"number": str(one.id)}) for one in found])
    elif phone and not await search.is_vouched(turn.tx, found[0].id, phone):
        turn.reply("grant.typed_phone", number=str(found[0].id))
    elif found[0].blocked_at is not None:
        turn.reply("grant.blocked", number=str(found[0].id))
    else:
        return found[0]
    return None


async def _ask_role(turn: Turn, found: FoundPerson) -> None:
    card = {
        "number": str(found.id),
        "name": initials_of(found.name) or None,
        "channels": channel_names(found.channels),
        "since": turn.day(found.created_at),
    }
    named = Text("grant.card" if found.name else "grant.card.unnamed", card)
    turn.begin(Grant, known={"person": found.id, "units": await choices(turn)}, who=turn.say(named))


@router.done(Grant, dangerous=True)
async def grant_role(turn: Turn, form: Grant) -> None:
    unit_id, person_id = unit_id_of(form.unit), int(form.known["person"])
    number, what = str(person_id), role_for(form.role, await units.name(turn.tx, unit_id))
    if await search.person(turn.tx, person_id) is None:  # she left meanwhile
        return turn.reply("person.nothing", [BACK])
    if form.role == "admin" and await needs_second_admin(turn):
        id = await invitations.ask_for(turn.tx, form.role, person_id, turn.person.id, turn.now)
        turn.tell_admins("staff.approve.grant", approval(id), number=number, what=what, by=str(turn.person.id))
        return turn.reply("staff.waits", [BACK], what=what)
    if not await staff.grant(turn.tx, person_id, form.role, unit_id, turn.actor, turn.now):
        return turn.reply("staff.held", [BACK], number=number, what=what)
    turn.touched.add(person_id)
    turn.reply("staff.granted", [BACK], number=number, what=what)
    turn.tell_admins("staff.told.granted", [BACK], number=number, what=what, by=str(turn.person.id))
    turn.tell(person_id, "staff.welcome", [Option("/help", Text("command.help.title"))], what=what)


@router.command("staff revoke", dangerous=True, opens=True)
async def revoke(turn: Turn) -> None:
    """Ask before a role is taken away; what follows is its number in the list."""
    member = await _member(turn, turn.rest.removeprefix("#"))
    if member is None:
        turn.reply("staff.which")
        return await show_members(turn)
    if await _is_last_admin(turn, member):
        return turn.reply("staff.last_admin", [BACK])
    turn.begin(Revoke, known={"id": member.id, "who": turn.say(_line(member))})


@router.done(Revoke, dangerous=True)
async def revoke_role(turn: Turn, form: Revoke) -> None:
    """The role ends at this moment, also for what is open."""
    member = await _member(turn, str(form.known["id"]))
    if member is None:
        return turn.reply("staff.gone", [BACK])
    if await _is_last_admin(turn, member):
        return turn.reply("staff.last_admin", [BACK])
    by = turn.actor
    await staff.revoke(turn.tx, member.person_id, member.role, member.unit_id, by, turn.now)
    unsent = [str(id) for id in await staff.take_back(turn.tx, member.person_id, by, turn.now)]
    turn.touched.add(member.person_id)
    what = role_for(member.role, member.unit_name)
    turn.reply("staff.revoked", [BACK], what=what, unsent=unsent or None)
    turn.tell(member.person_id, "staff.ended", what=what)
    told = {"number": str(member.person_id), "what": what, "by": str(turn.person.id), "unsent": unsent or None}
    turn.tell_admins("staff.told.revoked", [BACK], **told)


def _card(turn: Turn, member: Member) -> Text:
    """Who it is, since when she holds this role, and when she last wrote."""
    told = {"who": _line(member), "since": turn.day(member.granted_at), "seen": member.heard_at}
    return Text("staff.line.since" if member.heard_at else "staff.line.unseen", told)


def _line(member: Member) -> Text:
    what, channels = role_for(member.role, member.unit_name), channel_names(member.channels)
    name: Words = member.name or Text("staff.unnamed", {"number": str(member.person_id)})
    return Text("staff.line", {"n": str(member.id), "what": what, "name": name, "channels": channels})


async def _member(turn: Turn, number: str) -> Member | None:
    members = await staff.members(turn.tx)
    return next((member for member in members if str(member.id) == number), None)


async def _is_last_admin(turn: Turn, member: Member) -> bool:
    return member.role == "admin" and await erase.is_last_admin(turn.tx, member.person_id, only=member.id)
