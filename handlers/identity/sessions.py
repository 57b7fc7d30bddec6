"""The browsers on which somebody is at home: list them, end one, log out."""

from __future__ import annotations

from bot.dialog.fields import YesNo
from bot.dialog.forms import Form
from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Notice, Turn
from handlers.arguments import read_number
from handlers.buttons import MENU
from handlers.names import channel_name
from storage.talk import people, sessions
from storage.talk.people import Account
from storage.web import pushes

router = Router("sessions")


class Leave(Form, name="leave", review=False):
    """Whether she really wants to leave the only way to what she has here."""

    sure = YesNo()


@router.command("sessions")
async def show_sessions(turn: Turn) -> None:
    """Each browser with the day it came, and when it was last here."""
    found = await _browsers(turn)
    if not found:
        return turn.reply("sessions.none", [MENU])
    seen = await sessions.seen(turn.tx, [account.address for account in found])
    since = await people.known_since(turn.tx, turn.person.id)
    lines = [
        Text(
            "sessions.here" if account.id == turn.account.id else "sessions.there",
            {"n": str(account.id), "since": turn.day(since[account.id]), "at": seen[account.address]},
        )
        for account in found
    ]
    others = [account for account in found if account.id != turn.account.id]
    options = [Option(f"/sessions end {one.id}", Text("sessions.end", {"n": str(one.id)})) for one in others]
    turn.reply("sessions", [*options, Option("/logout", Text("command.logout.title")), MENU], lines=lines)


@router.command("sessions end")
async def end_session(turn: Turn) -> None:
    """End another one for good; what follows is its number in the list."""
    number = read_number(turn.rest.removeprefix("#"))
    account = next((one for one in await _browsers(turn) if one.id == number and one.id != turn.account.id), None)
    if account is None:
        turn.reply("sessions.which")
        return await show_sessions(turn)
    await _end(turn, account)
    turn.reply("sessions.ended", [Option("/sessions", Text("command.sessions.title")), MENU], n=str(account.id))
    told = Text("sessions.told", {"channel": channel_name(account.channel)})
    turn.notices.append(Notice(told, person_id=turn.person.id, everywhere=True))


@router.command("logout", unproved=True, opens=True)
async def logout(turn: Turn) -> None:
    """Staff must prove who they are before anything else is said or shown here; others leave for good."""
    if not turn.is_browser:
        return turn.reply("logout.not_here", [MENU])
    if not turn.person.roles:
        return turn.begin(Leave)
    await sessions.lock(turn.tx, turn.account.id, turn.now)
    await pushes.drop(turn.tx, turn.account.address)
    await turn.note("logout", f"account:{turn.account.id}")
    turn.place, turn.account.confirmed_at = None, None
    turn.reply("logout.done", [Option("/confirm", Text("logout.back"))])


@router.done(Leave)
async def leave(turn: Turn, form: Leave) -> None:
    if not form.sure or turn.person.roles:
        return turn.reply("logout.stays", [MENU])
    turn.reply("logout.left")
    await _end(turn, turn.account)


async def _end(turn: Turn, account: Account) -> None:
    await sessions.end(turn.tx, account.address)
    await pushes.drop(turn.tx, account.address)
    await people.set_state(turn.tx, account.id, "blocked")
    await turn.note("session.end", f"account:{account.id}")


async def _browsers(turn: Turn) -> list[Account]:
    """Her accounts that a browser still opens."""
    found = [one for one in await people.accounts_of(turn.tx, turn.person.id) if not turn.is_safe(one.channel)]
    seen = await sessions.seen(turn.tx, [one.address for one in found])
    return [one for one in found if one.address in seen]
