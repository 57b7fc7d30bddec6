"""Notifications on a device, where the channel is a page that nobody may be looking at: offered once, switched on and off."""

from __future__ import annotations

from bot.message import Option, Text, changed
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from handlers.buttons import MENU
from storage.web import pushes

router = Router("notify")

ON, OFF = (Option(f"/notify {way}", Text(f"command.notify.{way}.title")) for way in ("on", "off"))


@router.rests
async def offer(turn: Turn) -> None:
    """Once, at the end of the first form that went to the Society."""
    sent = any(one.state == "finished" and turn.routes.dialogs[one.form].form.review for one in turn.moments)
    if not sent or not turn.replies or not _can(turn):
        return
    if await pushes.offer(turn.tx, turn.account.address, turn.now):
        last = turn.replies[-1]
        turn.replies[-1] = changed(last, options=(*last.options[:-1], ON, *last.options[-1:]))


@router.command("notify", after=NOTHING)
async def notify(turn: Turn) -> None:
    """Whether they are on here, and the button that changes it."""
    if not _can(turn):
        return turn.reply("notify.not_here", [MENU])
    if await pushes.is_on(turn.tx, turn.account.address):
        return turn.reply("notify.is_on", [OFF, MENU])
    turn.reply("notify.is_off", [ON, MENU])


@router.command("notify on", consent="take_part", after=NOTHING)
async def switch_on(turn: Turn) -> None:
    """The page has subscribed when its button was pressed; here it is said whether that came out well."""
    if not _can(turn):
        return turn.reply("notify.not_here", [MENU])
    if await pushes.is_on(turn.tx, turn.account.address):
        return turn.reply("notify.on", [OFF, MENU])
    turn.reply("notify.failed", [ON, MENU])


@router.command("notify off", after=NOTHING)
async def switch_off(turn: Turn) -> None:
    """Off at once, whatever the page makes of it."""
    if not _can(turn):
        return turn.reply("notify.not_here", [MENU])
    await pushes.drop(turn.tx, turn.account.address)
    turn.reply("notify.off", [ON, MENU])


def _can(turn: Turn) -> bool:
    known = turn.rules.channels.get(turn.account.channel)
    return known is not None and known.capabilities.notifies
