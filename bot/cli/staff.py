"""Who works for the Society, from the command line: appoint, invite, list, take a role away."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from bot.channels.table import KINDS
from bot.cli.exits import finish, settings_for
from bot.cli.opening import address_of, opened, public_address
from bot.message import Option, Text
from bot.process.app import App
from bot.settings import Settings
from bot.turn.notices import compose
from bot.turn.operate import Mistake
from bot.turn.turn import Notice
from handlers.admins.invitations import describe
from handlers.names import channel_name, channel_names, role_for
from locales import Speech
from storage.campaign import campaigns, invitations, settings, staff, units
from storage.campaign.staff import Member
from storage.database import Tx
from storage.rights import erase
from storage.talk import outbox, people

Role = Literal["officer", "admin"]
BY = "operator"

commands = typer.Typer(no_args_is_help=True, help="Red Cross staff: officers and admins.", rich_markup_mode=None)
UnitCode = Annotated[str, typer.Option(help="The code of the unit, such as 19414. Left out: everywhere.")]
RoleName = Annotated[Role, typer.Option(help="What the person may do.")]


@commands.command()
def add(
    account: Annotated[str, typer.Argument(help="The account, as channel:id, such as telegram:123456.")],
    role: RoleName,
    unit: UnitCode = "",
) -> None:
    """Give a role to somebody whose account is known.

    Example: nhandao staff add telegram:123456 --role admin
    """
    finish(staff_add(settings_for(demo=False), account, role, unit))


@commands.command("invite")
def invite_(role: RoleName, unit: UnitCode = "") -> None:
    """Print a code that gives a role to whoever sends it first, on any channel; good once.

    Example: nhandao staff invite --role admin
    """
    finish(staff_invite(settings_for(demo=False), role, unit))


@commands.command("list")
def list_() -> None:
    """Print who holds which role, each with its number.

    Example: nhandao staff list
    """
    finish(staff_list(settings_for(demo=False)))


@commands.command()
def remove(number: Annotated[str, typer.Argument(help="The number of the role, as `staff list` prints it.")]) -> None:
    """Take a role away, at once; never the last admin's.

    Example: nhandao staff remove 3
    """
    finish(staff_remove(settings_for(demo=False), number))


@commands.command("invitations")
def invitations_() -> None:
    """Print the invitations that nobody has used yet, each with its number.

    Example: nhandao staff invitations
    """
    finish(staff_invitations(settings_for(demo=False)))


@commands.command()
def cancel(number: Annotated[str, typer.Argument(help="Its number, as `staff invitations` prints it.")]) -> None:
    """Let an invitation be good for nothing.

    Example: nhandao staff cancel 3
    """
    finish(staff_cancel(settings_for(demo=False), number))


async def staff_add(given: Settings, account: str, role: Role, unit: str) -> int:
    """Give the person behind an account a role."""
    channel, _, address = account.partition(":")
    if channel not in KINDS or not KINDS[channel].address.fullmatch(address):
        examples = " or ".join(kind.account for kind in KINDS.values() if kind.account)
        raise Mistake(f"{account!r} is not an account: write channel:id, for example {examples}")
    async with opened(given) as app, app.database.write() as tx:
        unit_id = await _unit(tx, app, role, unit)
        # Some numbers can be known beforehand; any other address is made when somebody first writes.
        if not KINDS[channel].account and await people.find(tx, channel, address) is None:
            raise Mistake(f"nobody has written as {account} yet; `nhandao staff invite --role {role}` makes a code")
        met = await people.meet(tx, {(channel, address): given.default_language}, app.now())
        person, _ = met[channel, address]
        new = await staff.grant(tx, person.id, role, unit_id, BY, app.now())
        if new:
            what = role_for(role, await units.name(tx, unit_id))
            await _tell_admins("staff.told.granted_here", tx, app, number=str(person.id), what=what)
    print(f"{account} is now {role}." if new else f"{account} already was {role}.")
    return 0


async def staff_invite(given: Settings, role: Role, unit: str) -> int:
    """Print a code with which one person gets a role, on whichever channel she sends it."""
    async with opened(given) as app, app.database.write() as tx:
        said = await invite(tx, app, role, unit, app.speech)
    print(said)
    return 0


async def invite(tx: Tx, app: App, role: Role, unit: str, speech: Speech) -> str:
    """A fresh code from the operator, with what to do with it. Raises Mistake."""
    unit_id = await _unit(tx, app, role, unit)
    _, code = await invitations.invite(tx, role, unit_id, None, app.now())
    hours = await settings.read(tx, settings.INVITATION_HOURS)
    lines = [_where(app.settings, channel, code) for channel in app.settings.running]
    what = role_for(role, await units.name(tx, unit_id))
    await _tell_admins("staff.told.invited_here", tx, app, what=what)
    return speech.say("setup.code", what=what, code=code, hours=hours, run="nhandao run", lines=lines)


async def staff_list(given: Settings) -> int:
    """Print who holds which role for which unit."""
    async with opened(given, "look") as app, app.database.read() as tx:
        members = await staff.members(tx)
    for line in _lines(members, app.speech):
        print(line)
    if not members:
        print("Nobody yet; `nhandao staff invite --role admin` makes a code.")
    return 0


async def staff_remove(given: Settings, number: str) -> int:
    """Take a role away, by its number in the list; never the last admin's."""
    async with opened(given) as app, app.database.write() as tx:
        members = await staff.members(tx)
        member = next((one for one in members if str(one.id) == number.removeprefix("#")), None)
        if member is None:
            raise Mistake("\n".join([f"there is no role {number}; there are:", *_lines(members, app.speech)]))
        if member.role == "admin" and await erase.is_last_admin(tx, member.person_id, only=member.id):
            raise Mistake("this is the last admin: appoint another one first, nothing was changed")
        await staff.revoke(tx, member.person_id, member.role, member.unit_id, BY, app.now())
        unsent = [str(id) for id in await staff.take_back(tx, member.person_id, BY, app.now())]
        told = {
            "number": str(member.person_id),
            "what": role_for(member.role, member.unit_name),
            "unsent": unsent or None,
        }
        await _tell_admins("staff.told.revoked_here", tx, app, **told)
    print(f"Taken away: {_lines([member], app.speech)[0]}")
    return 0


async def staff_invitations(given: Settings) -> int:
    """Print the invitations that nobody has used yet."""
    async with opened(given, "look") as app, app.database.read() as tx:
        found = await invitations.open_ones(tx, app.now())
    for one in found:
        print(app.speech(describe(one)))
    if not found:
        print("None is open; `nhandao staff invite --role admin` makes one.")
    return 0


async def staff_cancel(given: Settings, number: str) -> int:
    """Let an invitation be good for nothing, by its number in the list."""
    async with opened(given) as app, app.database.write() as tx:
        wanted = number.removeprefix("#")
        found = await invitations.find(tx, int(wanted) if wanted.isdecimal() else 0, app.now())
        if found is None:
            raise Mistake(f"no invitation {number} is open; `nhandao staff invitations` lists them")
        await invitations.cancel(tx, found.id, BY, app.now())
        what = role_for(found.role, found.unit_name)
        await _tell_admins("staff.told.cancelled_here", tx, app, n=str(found.id), what=what)
    print(f"Cancelled: {app.speech(describe(found))}")
    return 0


async def _tell_admins(key: str, tx: Tx, app: App, **said: object) -> None:
    """Every admin hears what the operator did; the running program sends it."""
    notice = Notice(Text(key, said), "admin", options=(Option("/staff", Text("command.staff.title")),))
    told = await compose(tx, [(f"operator:{secrets.token_hex(8)}", notice)], app.context)
    await outbox.add(tx, told, app.now())


async def _unit(tx: Tx, app: App, role: Role, code: str) -> int | None:
    """The unit with this code; None for everywhere. Raises Mistake."""
    if role == "admin" and code:
        raise Mistake("an admin is not tied to a unit: leave --unit out, or make the person an officer of the unit")
    unit_id = await campaigns.unit_by_code(tx, code, app.today) if code else None
    if code and unit_id is None:
        raise Mistake(f"there is no unit with the code {code!r}; `nhandao units export` lists them")
    return unit_id


def _where(given: Settings, channel: str, code: str) -> Text:
    """How somebody gets in with a code: by a link, from outside if that address is known, or by sending it."""
    if opens := KINDS[channel].opens:
        return Text("setup.code.web", {"url": opens(public_address(given) or address_of(given), code)})
    return Text("setup.code.other", {"channel": channel_name(channel)})


def _lines(members: Sequence[Member], speech: Speech) -> list[str]:
    return [
        speech.say(
            "staff.line", n=str(one.id), what=role_for(one.role, one.unit_name),
            name=one.name or Text("staff.unnamed", {"number": str(one.person_id)}), channels=channel_names(one.channels),
        )
        for one in members
    ]  # fmt: skip
