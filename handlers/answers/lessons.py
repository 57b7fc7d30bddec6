"""Admins decide what officers taught; what is accepted is learned, if no labelled sentence that ships is understood worse."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.routes import NOTHING
from bot.turn.turn import Turn
from bot.turn.work import Work
from bot.understanding import teaching
from handlers.officers.teach import meaning
from storage.campaign import lessons
from storage.campaign.lessons import Lesson
from storage.database import Tx

router = Router("lessons", role="admin")

EVERY = 30
"""Seconds."""


@router.command("lessons", after=NOTHING)
async def show(turn: Turn) -> None:
    """The next sentence that waits, to be accepted or refused; and how many are in use."""
    waiting = await lessons.in_state(turn.tx, "waiting")
    n = await lessons.counts(turn.tx)
    if not waiting:
        known: dict[str, Any] = {state: n.get(state, 0) for state in ("live", "accepted", "unfit")}
        return turn.reply("lessons.none", [Option("/menu", Text("command.menu.title"))], **known)
    lesson = waiting[0]
    options = [
        Option(f"/lessons {act} {lesson.id}", Text(f"command.lessons.{act}.title")) for act in ("accept", "refuse")
    ]
    turn.reply("lessons.next", options, said=lesson.said, what=meaning(turn, lesson.intent), more=len(waiting) - 1)


@router.command("lessons accept")
async def accept(turn: Turn) -> None:
    """Accept a lesson; it is learned within a minute, if it harms no other sentence."""
    await _decide(turn, accept=True)


@router.command("lessons refuse")
async def refuse(turn: Turn) -> None:
    """Refuse a lesson."""
    await _decide(turn, accept=False)


async def _decide(turn: Turn, *, accept: bool) -> None:
    id = int(turn.rest) if turn.rest.isdecimal() and len(turn.rest) < 13 else 0
    if not await lessons.decide(turn.tx, id, accept, turn.actor, turn.now):
        turn.reply("lessons.decided_already")
    elif accept:
        turn.reply("lessons.accepted")
    else:
        turn.reply("lessons.refused")
    await show(turn)


@router.every(EVERY, "lessons")
async def learn(work: Work) -> int:
    """Learn what was accepted, off the event loop. Harmless twice, and on several machines.

    With another table, which a new version brings, everything that is live is tried again.
    """
    async with work.database.read() as tx:
        new, live = await lessons.in_state(tx, "accepted"), await lessons.in_state(tx, "live")
        kept = await lessons.patch(tx)
    if kept is not None and teaching.load(kept) is None:
        new, live = [*live, *new], []
    if not new:
        return 0
    fits, patch = await asyncio.to_thread(teaching.admit, _examples(live), _examples(new))
    was = {one.id: one.state for one in (*live, *new)}
    now_are = {one.id: "live" if fit else "unfit" for one, fit in zip(new, fits, strict=True)}
    await work.database.transact(partial(_keep, work, was, now_are, teaching.dump(patch)))
    return len(new)


async def _keep(work: Work, was: dict[int, str], now_are: dict[int, str], patch: bytes, tx: Tx) -> None:
    await lessons.learn(tx, was, now_are, patch, work.now())


def _examples(taught: Sequence[Lesson]) -> list[teaching.Example]:
    return [(one.said, one.intent) for one in taught]
