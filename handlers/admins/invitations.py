"""Invitations: a code with which somebody joins. They can be listed and cancelled; an admin's needs a second admin."""

from __future__ import annotations

from typing import Any

from bot.dialog.fields import Choice, Known
from bot.dialog.forms import Form
from bot.message import Option, Reply, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.admins.units import WhichUnit, choices, unit_id_of
from handlers.arguments import read_number
from handlers.names import role_for
from storage.campaign import invitations, settings, staff, units
from storage.campaign.invitations import Invitation

router = Router("invitations", role="admin")

ROLES = ("officer", "admin")
MOST_BUTTONS = 20
BACK = Option("/staff", Text("command.staff.title"))
LIST = Option("/staff invitations", Text("command.staff.invitations.title"))


class Invite(Form, name="invite"):
    """What somebody is invited to be; officers belong to a unit, admins run everything."""

    known = Known()
    role = Choice(ROLES)
    unit = WhichUnit().when(lambda f: f.role == "officer")


@router.command("staff invite", dangerous=True, after=NOTHING, opens=True)
async def invite(turn: Turn) -> None:
    """Make a code with which one person joins."""
    turn.begin(Invite, known={"units": await choices(turn)})


@router.done(Invite, dangerous=True)
async def make_invitation(turn: Turn, form: Invite) -> None:
    unit_id = unit_id_of(form.unit)
    waits = form.role == "admin" and await needs_second_admin(turn)
    number, code = await invitations.invite(turn.tx, form.role, unit_id, turn.person.id, turn.now, waits=waits)
    hours = await settings.read(turn.tx, settings.INVITATION_HOURS)
    what, typed = role_for(form.role, await units.name(turn.tx, unit_id)), Text("staff.invitation.type")
    turn.reply("staff.invited_waits" if waits else "staff.invited", what=what, hours=hours)
    passed_on = Text("staff.invitation", {"what": what, "code": code, "lines": [*turn.links(code), typed]})
    turn.reply(Reply(passed_on, (LIST, BACK), apart=True))
    turn.tell_admins(
        "staff.approve.invitation" if waits else "staff.told.invited",
        approval(number) if waits else [LIST],
        what=what,
        by=str(turn.person.id),
        n=str(number),
    )


@router.command("staff invitations", after=NOTHING)
async def show_invitations(turn: Turn) -> None:
    """Those that nobody has used yet."""
    found = await invitations.open_ones(turn.tx, turn.now)
    options = []
    for one in found[:MOST_BUTTONS]:
        if one.waits and one.invited_by_id != turn.person.id:
            options.append(Option(f"/staff approve {one.id}", Text("staff.approve", {"n": str(one.id)})))
        options.append(Option(f"/staff cancel {one.id}", Text("staff.cancel", {"n": str(one.id)})))
    lines = [describe(one) for one in found]
    turn.reply("staff.invitations" if found else "staff.invitations.none", [*options, BACK], n=len(found), lines=lines)


@router.command("staff cancel")
async def cancel(turn: Turn) -> None:
    """Let an invitation be good for nothing; what follows is its number in the list."""
    number = read_number(turn.rest.removeprefix("#")) or 0
    found = await invitations.find(turn.tx, number, turn.now)
    if found is None or not await invitations.cancel(turn.tx, number, turn.actor, turn.now):
        turn.reply("staff.invitations.which")
        return await show_invitations(turn)
    said: dict[str, Any] = {"n": str(number), "what": role_for(found.role, found.unit_name)}
    turn.reply("staff.cancelled", [LIST, BACK], **said)
    turn.tell_admins("staff.told.cancelled", [LIST], by=str(turn.person.id), **said)


@router.command("staff approve", dangerous=True)
async def approve(turn: Turn) -> None:
    """Say yes to what another admin asked for: a new admin. Who became one after it was asked for does not count."""
    number = read_number(turn.rest.removeprefix("#")) or 0
    found = await invitations.find(turn.tx, number, turn.now)
    if found is None or not found.waits:
        turn.reply("staff.invitations.which")
        return await show_invitations(turn)
    if found.invited_by_id == turn.person.id:
        return turn.reply("staff.approve.own", [LIST, BACK])
    if not await staff.served_before(turn.tx, turn.person.id, found.created_at, "admin"):
        return turn.reply("staff.approve.too_new", [LIST, BACK])
    approved = await invitations.approve(turn.tx, number, turn.person.id, turn.now)
    if approved is None:
        return turn.reply("staff.invitations.which", [LIST, BACK])
    what = role_for(found.role, found.unit_name)
    turn.reply("staff.approved", [LIST, BACK], n=str(number), what=what)
    turn.tell_admins("staff.told.approved", [LIST], n=str(number), what=what, by=str(turn.person.id))
    if approved.person_id is not None and approved.new:
        turn.touched.add(approved.person_id)
        turn.tell(approved.person_id, "staff.welcome", [Option("/help", Text("command.help.title"))], what=what)


def approval(number: int) -> list[Option]:
    """The ways to answer an admin who asks for a yes."""
    yes = Option(f"/staff approve {number}", Text("staff.approve", {"n": str(number)}))
    return [yes, Option(f"/staff cancel {number}", Text("staff.cancel", {"n": str(number)}))]


async def needs_second_admin(turn: Turn) -> bool:
    """Whether there is another admin, so that a new one needs her yes as well."""
    return any(person_id != turn.person.id for person_id in await staff.holders(turn.tx, "admin", None))


def describe(one: Invitation) -> Text:
    """An invitation in a line: for whom, by whom, until when."""
    for_whom = Text("staff.unnamed", {"number": str(one.person_id)}) if one.person_id else Text("staff.bearer")
    by = Text("staff.unnamed", {"number": str(one.invited_by_id)}) if one.invited_by_id else Text("staff.operator")
    given = {
        "n": str(one.id),
        "what": role_for(one.role, one.unit_name),
        "who": for_whom,
        "by": by,
        "at": one.expires_at,
    }
    return Text("staff.invitation.line.waits" if one.waits else "staff.invitation.line", given)
