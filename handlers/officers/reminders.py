"""Remind people politely: of what they promised, and of a form that they left open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo

import structlog

from bot.channels import Channel
from bot.message import Option, Text
from bot.quiet import QuietHours
from bot.turn.notices import written
from bot.turn.turn import Notice
from locales import Speech
from storage.aid import reminders
from storage.aid.reminders import Promise
from storage.database import Database, Tx
from storage.talk import outbox

log = structlog.get_logger()

FORMS = ("volunteer", "pledge", "deed")
"""The forms of residents that are worth a word."""
NUDGE_AFTER, CLOSE_AFTER = timedelta(days=1), timedelta(days=7)


class Reminding:
    """The reminders of one process."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        speeches: Mapping[str, Speech],
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        quiet: QuietHours,
        sent: Callable[[], None],
    ) -> None:
        self.database, self.channels, self.speeches = database, channels, speeches
        self.now, self.zone, self.quiet, self.sent = now, zone, quiet, sent

    async def tick(self) -> int:
        """Remind whoever is to be reminded now, never in the quiet hours. Harmless twice, and on several machines."""
        if self.now().astimezone(self.zone) in self.quiet:
            return 0
        told = await self.database.again(self._work)
        if told:
            self.sent()
        return told

    async def _work(self, tx: Tx) -> int:
        await tx.alone("reminders")
        now = self.now()
        told: list[tuple[str, Notice]] = []
        due = await reminders.promises(tx, now, self.zone)
        told += [(f"pledge:{one.id}:{one.reminded}", _of_promise(one)) for one in due]
        await reminders.reminded(tx, [one.id for one in due], now)
        over = await reminders.left_open(tx, FORMS, now - CLOSE_AFTER, nudged=True)
        told += [(f"closed:{who}:{now.timestamp():.0f}", _of_form("closed", who, form)) for who, form in over]
        await reminders.close(tx, [who for who, _ in over], now - CLOSE_AFTER)
        left = await reminders.left_open(tx, FORMS, now - NUDGE_AFTER, nudged=False)
        told += [(f"nudge:{who}:{now.timestamp():.0f}", _of_form("nudge", who, form)) for who, form in left]
        await reminders.nudged(tx, [who for who, _ in left], now)
        await outbox.add(tx, await written(tx, told, self.speeches, self.channels), now)
        return len(told)


def _of_promise(one: Promise) -> Notice:
    said = {"code": one.code, "name": one.household, "commune": one.commune}
    options = (
        Option("/my", Text("command.my.title")),
        Option(f"/my enough {one.code}", Text("reminder.enough")),
    )
    text = Text("reminder.monthly" if one.monthly else "reminder.pledge", said)
    return Notice(text, person_id=one.person_id, options=options)


def _of_form(what: str, person_id: int, form: str) -> Notice:
    return Notice(Text(f"reminder.{what}", {"title": Text(f"{form}.title")}), person_id=person_id)
