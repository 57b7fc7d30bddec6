"""Remind people politely: of what they promised, and of a form that they left open."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot.message import Option, Text
from bot.turn.router import Router
from bot.turn.turn import Notice
from bot.turn.work import Work
from handlers.threads import reply_to
from storage.aid import reminders, threads
from storage.aid.reminders import DuePledge
from storage.aid.threads import Matter
from storage.database import Tx

FORMS = ("volunteer", "pledge", "deed")
"""The forms of residents that are worth a word."""
NUDGE_AFTER, CLOSE_AFTER = timedelta(days=1), timedelta(days=7)


router = Router("reminders")


@router.every(300, "reminders")
async def remind(work: Work) -> int:
    """Remind whoever is to be reminded now, never in the quiet hours. Harmless twice, and on several machines."""
    if await work.is_quiet():
        return 0
    told = await work.database.transact(partial(_remind, work))
    if told:
        work.wake()
    return told


async def _remind(work: Work, tx: Tx) -> int:
    await tx.exclusive("reminders")
    now = work.now()
    told: list[tuple[str, Notice]] = []
    due = await reminders.find_due(tx, now, work.zone)
    told += [(f"pledge:{promise.id}:{promise.reminded}", _of_promise(promise)) for promise in due]
    for promise in due:  # what she answers reaches the officers
        await threads.turn_to(tx, Matter("pledge", promise.code, promise.person_id, promise.unit_id), now)
    await reminders.note_reminded(tx, [promise.id for promise in due], now)
    over = await reminders.find_left_open(tx, FORMS, now - CLOSE_AFTER, nudged=True)
    told += [(f"closed:{who}:{now.timestamp():.0f}", _of_form("closed", who, form)) for who, form in over]
    await reminders.close(tx, [who for who, _ in over], now - CLOSE_AFTER)
    left = await reminders.find_left_open(tx, FORMS, now - NUDGE_AFTER, nudged=False)
    told += [(f"nudge:{who}:{now.timestamp():.0f}", _of_form("nudge", who, form)) for who, form in left]
    await reminders.note_nudged(tx, [who for who, _ in left], now)
    await work.tell(tx, told)
    return len(told)


def _of_promise(promise: DuePledge) -> Notice:
    said = {"code": promise.code, "name": promise.household, "commune": promise.commune}
    options = (
        reply_to(promise.code),
        Option("/my", Text("command.my.title")),
        Option(f"/my enough {promise.code}", Text("reminder.enough")),
    )
    text = Text("reminder.monthly" if promise.monthly else "reminder.pledge", said)
    return Notice(text, person_id=promise.person_id, options=options)


def _of_form(what: str, person_id: int, form: str) -> Notice:
    return Notice(Text(f"reminder.{what}", {"title": Text(f"{form}.title")}), person_id=person_id)
