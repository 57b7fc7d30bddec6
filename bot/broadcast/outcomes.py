"""Note what became of the copies of broadcasts: many in one commit, and what must follow from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from bot.broadcast.card import about
from bot.broadcast.cards import Reports
from bot.broadcast.copies import AMENDING, Copies, Job
from bot.broadcast.restored import Heartbeat
from bot.message import changed
from bot.outage import outlived
from storage import audit
from storage.attempts import SendOutcome
from storage.broadcast import broadcasts, counts, ledger
from storage.broadcast.broadcasts import Broadcast
from storage.database import Tx
from storage.talk import outbox, paces, people

Wake = Callable[[], None]

GATHER = 0.05
"""Seconds in which outcomes gather for one commit."""
TRY_EVERY = 1.0
SAME_REFUSALS = 3
"""So many copies refused for the same reason, and the broadcast waits for its officer."""


class Settling:
    """Writes the outcomes of one process."""

    def __init__(
        self, copies: Copies, reports: Reports, heartbeat: Heartbeat, *, wake_replies: Wake, wake_copies: Wake
    ) -> None:
        self.copies, self.reports, self.heartbeat = copies, reports, heartbeat
        self.wake_replies, self.wake_copies = wake_replies, wake_copies
        self.database, self.now, self.pacer = reports.database, reports.now, copies.pacer
        self._unsettled = asyncio.Event()
        self._outcomes: list[tuple[Job, SendOutcome]] = []
        self._sent_at = self.now()

    def note(self, job: Job, outcome: SendOutcome) -> None:
        """This became of a copy; it is written soon. Which of its parts are known as sent stays known."""
        outcome = outcome if outcome.message_id else changed(outcome, message_id=job.copy.message_id)
        self._outcomes.append((job, outcome))
        self._unsettled.set()

    def count(self, channel: str) -> int:
        """How many outcomes of a channel are noted and not yet written."""
        return sum(job.copy.channel == channel for job, _ in self._outcomes)

    async def run(self) -> None:
        """Write what is noted, until cancelled."""
        while True:
            await self._unsettled.wait()
            await asyncio.sleep(GATHER)
            self._unsettled.clear()
            await self.settle()
            self.wake_copies()

    async def settle(self, *, last: bool = False) -> None:
        """Write the outcomes. They are held while the database is away, when nobody else can send these copies either;
        at the ``last`` it is tried once."""
        settled, moved = list(self._outcomes), list(self.copies.moved)
        if not settled:
            return
        refused = self.pacer.refusals()
        write = partial(self.database.transact, partial(self._write, settled, moved, refused))
        while not last:
            with outlived("outcomes of broadcasts"):
                await write()
                break
            await asyncio.sleep(TRY_EVERY)
        else:
            await write()
        del self._outcomes[: len(settled)], self.copies.moved[: len(moved)]
        if any(outcome.state == "sent" for _, outcome in settled):
            self.heartbeat.beat(self._sent_at)
        if not last:
            await self._report({job.one.id for job, _ in settled})

    async def _report(self, ids: set[int]) -> None:
        with outlived("cards of broadcasts"):
            if await self.reports.how_far(ids):
                self.wake_replies()

    async def _write(
        self,
        settled: list[tuple[Job, SendOutcome]],
        moved: list[tuple[int, str]],
        refused: Mapping[str, float],
        tx: Tx,
    ) -> None:
        now = self._sent_at = self.now()
        groups: dict[tuple[int, int, str], list[tuple[Job, SendOutcome]]] = {}
        for job, outcome in settled:
            groups.setdefault((job.one.id, job.one.revision, job.one.state), []).append((job, outcome))
        for group in groups.values():
            one, outcomes = group[0][0].one, [outcome for _, outcome in group]
            if one.state in AMENDING:
                await ledger.settle_sent(tx, one, [_amending(outcome) for outcome in outcomes], now)
            else:
                await ledger.settle(tx, one, self.copies.owner, outcomes, now)
                await self._stop_if_refused(tx, one, outcomes, now)
        await outbox.note_gone(tx, [job.copy.account_id for job, outcome in settled if outcome.state == "gone"])
        for account_id, address in moved:
            await people.move(tx, account_id, address)
        await self.pacer.note(tx, refused)
        if sent := {job.copy.channel for job, outcome in settled if outcome.state == "sent"}:
            kept = await paces.load(tx, sent)
            for pace in kept.values():
                pace.sent_at = max(pace.sent_at or now, now)  # another process may have been later
            await paces.save(tx, kept.values())

    async def _stop_if_refused(self, tx: Tx, one: Broadcast, outcomes: list[SendOutcome], now: datetime) -> None:
        """What a platform refuses again and again for the same reason, or breaks on, it does so for everybody."""
        bad = {o.reason for o in outcomes if o.state == "failed" or o.reason == "bug"} - {one.problem}
        for reason in sorted(bad):
            counted = await counts.reasons(tx, one.id, ["failed", "unknown"])
            refused = sum(n for _, why, n in counted if why == reason)
            if refused >= SAME_REFUSALS and await broadcasts.pause(tx, one.id, reason):
                await audit.add(tx, now, "program", "broadcast.pause", about(one.id), {"why": "refused"})
                await self.reports.tell(tx, one.id, f"refused:{reason}", anew=True)


def _amending(outcome: SendOutcome) -> SendOutcome:
    """A copy that cannot be changed stays sent."""
    if outcome.state in ("failed", "gone"):
        return SendOutcome(outcome.id, "sent", "not_changed", again_at=outcome.again_at)
    return outcome
