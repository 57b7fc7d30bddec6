"""Switch messages on and off: one by its number, or all that are hers; the other officers hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from handlers.calendar import whom
from handlers.calendar.access import BACK, ask_another, may_change, needs_another, works_for
from handlers.calendar.list import is_over, problem
from storage.campaign import calendar
from storage.campaign.calendar import CampaignMessage

router = Router("calendar_switch", role="officer")


@router.command("calendar on")
async def on(turn: Turn) -> None:
    """Switch one message on, or all of them that are hers: those that cannot stand are named."""
    if not (wanted := await _wanted(turn)):
        return
    wrong = {message.id: why for message in wanted if (why := _why_not(turn, message))}
    for message in wanted:
        if not message.active and message.id not in wrong and (n := await needs_another(turn, message)):
            asked = {"n": n, "over": turn.rules.approval_over, "otherwise": None}
            wrong[message.id] = Text("calendar.asked", asked)
            await ask_another(turn, message, n)
    ready = [message.id for message in wanted if message.id not in wrong]
    switched = await calendar.switch(turn.tx, ready, turn.now, on=True)
    lines = [
        Text("calendar.wrong.line", {"title": await whom.name(turn.tx, message), "why": wrong[message.id]})
        for message in wanted
        if message.id in wrong
    ]
    if switched:
        await turn.note("calendar.on", "campaign", messages=ready)
        await _tell_switched(turn, "on", [message for message in wanted if message.id in ready], switched)
    turn.reply("calendar.switched_on" if not lines else "calendar.switched_on.some", [BACK], n=switched, lines=lines)


def _why_not(turn: Turn, message: CampaignMessage) -> Text | None:
    """Why it cannot go out, or would not any more if it was switched on now."""
    if (why := problem(message, turn.campaign, turn.rules.quiet)) is not None or message.active:
        return why
    return Text("wrong.calendar_over") if is_over(message, turn.campaign, turn.speech.zone, turn.now) else None


@router.command("calendar off")
async def off(turn: Turn) -> None:
    """Switch one message off, or all of them that are hers."""
    if not (wanted := await _wanted(turn)):
        return
    ids = [message.id for message in wanted]
    switched = await calendar.switch(turn.tx, ids, turn.now, on=False)
    if switched:
        await turn.note("calendar.off", "campaign", messages=ids)
        await _tell_switched(turn, "off", wanted, switched)
    turn.reply("calendar.switched_off", [BACK], n=switched)


async def _wanted(turn: Turn) -> list[CampaignMessage]:
    """The message whose number was given, or all that she may change; says so if there is none."""
    found = await calendar.all_of(turn.tx, turn.campaign.id)
    named = [message for message in found if turn.rest in ("", str(message.id))]
    if not named:
        turn.reply("calendar.no_such", [BACK])
        return []
    hers = [message for message in named if await works_for(turn, message.audience)]
    if not hers:
        await may_change(turn, *(message.audience for message in named))
    return hers


async def _tell_switched(turn: Turn, act: str, changed: Sequence[CampaignMessage], n: int) -> None:
    """The other officers hear of what was switched; of a single message by its name."""
    units = {whom.unit_of(turn.campaign.unit_id, message.audience) for message in changed}
    to: dict[str, Any] = {
        "unit_id": units.pop() if len(units) == 1 else turn.campaign.unit_id,
        "sparing": turn.person.id,
    }
    if len(changed) > 1:
        return turn.tell_officers(f"calendar.{act}.notice", [BACK], n=n, **to)
    look = Option(f"/calendar preview {changed[0].id}", Text("command.calendar.preview.title"))
    turn.tell_officers(f"calendar.{act}.notice.one", [look, BACK], title=await whom.name(turn.tx, changed[0]), **to)
