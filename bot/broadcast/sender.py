"""Send the broadcasts: write down whom they are for, lease a few copies at a time, send them evenly, note each outcome."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.broadcast.card import about
from bot.broadcast.cards import Reports
from bot.broadcast.copies import AMENDING, LEASE, Copies, Job
from bot.broadcast.outcomes import Settling
from bot.broadcast.recipients import Recipients
from bot.broadcast.restored import Heartbeat
from bot.context import Context
from bot.outage import outlived
from bot.schedule import Schedule
from bot.send.pace import FARTHEST, Pacer
from bot.send.replies import Delivery
from bot.turn.notices import compose
from bot.turn.turn import Notice
from storage import audit
from storage.attempts import SendOutcome
from storage.broadcast import broadcasts, counts, leases, ledger
from storage.broadcast.broadcasts import Broadcast
from storage.broadcast.caps import Caps
from storage.broadcast.leases import Copy
from storage.campaign import campaigns
from storage.database import Tx
from storage.tables import BUSY
from storage.talk import outbox, paces, quotas

log = structlog.get_logger()

Ask = Callable[[Tx, Broadcast, str, Mapping[str, object]], Awaitable[Notice]]
"""Puts into words what officers are asked about a broadcast of the calendar: it is late, or the like."""

AT_ONCE = 100
"""Copies that are leased at the same time on a channel without limits."""
AHEAD = timedelta(seconds=0.25)
"""How far ahead time is given away where there are limits: replies find room, and a crash leaves little in doubt."""
LOOK_EVERY = 1.0

LEASES: Mapping[str, Callable[..., Awaitable[list[Copy]]]] = {
    "cancelling": leases.lease_begun, "correcting": leases.lease_sent, "recalling": leases.lease_sent,
}  # fmt: skip
"""What there is still to do with copies of a broadcast in these states."""


class Broadcasting:
    """The sending side of one process for broadcasts; replies go ahead of it."""

    def __init__(
        self, context: Context, pacer: Pacer, heartbeat: Heartbeat, schedule: Schedule, *, replies: Delivery, ask: Ask
    ) -> None:
        self.context, self.pacer, self.heartbeat, self._usual = context, pacer, heartbeat, schedule
        self.schedule = schedule
        self.wake_replies, self.ask = replies.wake, ask
        self.is_held: Callable[[], bool] = lambda: False
        """Whether nothing may be sent now, since the clock is in doubt."""
        self.database, self.channels, self.now, self.zone = (
            context.database, context.channels, context.now, context.zone,
        )  # fmt: skip
        self.copies = Copies(context, pacer)
        self.owner = self.copies.owner
        self.reports = Reports(context)
        self.settling = Settling(self.copies, self.reports, heartbeat, wake_replies=replies.wake, wake_copies=self.wake)
        self._awake = asyncio.Event()
        self._flying: Counter[str] = Counter()
        """Copies on their way, by channel."""
        self._given: dict[str, datetime] = {}
        """The last instant given away on each channel with limits."""
        self._recipients = Recipients(self.now, lambda: replies.sent_at)

    def wake(self) -> None:
        """There may be something to send."""
        self._awake.set()

    async def begin(self) -> None:
        """At the start: what a dead process was sending is in doubt, and a restored backup sends nothing by itself."""
        async with self.database.write() as tx:
            busy = await broadcasts.busy(tx, self.now())
            alone = not self.database.shared
            if held := await ledger.doubt(tx, [one.id for one in busy], self.owner, self.now(), alone=alone):
                log.warning("copies of broadcasts are in doubt after a crash", copies=held)
            if forgotten := self.heartbeat.ahead_of(await paces.last_sent(tx)):
                for id in await broadcasts.hold_after_restore(tx, forgotten):
                    log.warning("a restored database holds its broadcast", broadcast=id)
                    await audit.add(tx, self.now(), "program", "broadcast.hold", about(id), {"why": "restored"})
                    await self._tell_restored(tx, id)

    async def _tell_restored(self, tx: Tx, id: int) -> None:
        """Ask the officer who wrote it what is to become of it, or those who keep the calendar."""
        one = await broadcasts.find(tx, id)
        if one is not None and one.message_id is not None:
            return await self._ask(tx, one, "restored", self.now())
        await self.reports.tell(tx, id, "restored")

    async def _begin(self) -> bool:
        """Whether the database was there to begin with."""
        with outlived("broadcasts"):
            await self.begin()
            return True
        return False

    async def run(self) -> None:
        """Send until cancelled; what was not sent by then is planned again."""
        while not await self._begin():
            await asyncio.sleep(LOOK_EVERY)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.settling.run())
                while True:
                    self._awake.clear()
                    for job in await self._jobs():
                        group.create_task(self._deliver(job))
                    await asyncio.sleep(self._recipients.take_rest())
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._pause()):
                            await self._awake.wait()
        finally:
            await self.settling.settle(last=True)

    async def deliver(self) -> int:
        """Do what is due now and wait for it; returns how much was done. For tests and the terminal."""
        jobs, changed = await self._round()
        for job in jobs:
            await self._deliver(job)
        await self.settling.settle()
        return len(jobs) + changed

    def _pause(self) -> float:
        """Seconds until there may be room for more."""
        now = self.now()
        room = [(at - AHEAD / 2 - now).total_seconds() for at in self._given.values() if at > now]
        return min([LOOK_EVERY, *(max(seconds, 0.01) for seconds in room)])

    async def _jobs(self) -> list[Job]:
        """The copies to send now; none while the database is away."""
        with outlived("broadcasts"):
            return (await self._round())[0]
        return []

    async def _round(self) -> tuple[list[Job], int]:
        """Take every broadcast a step on; returns the copies to send, and how many broadcasts changed."""
        if self.is_held():
            return [], 0
        now = self.now()
        async with self.database.read() as tx:
            self.schedule = await self._usual.holding(tx)
            ready = await self.pacer.learn(tx, now)
            busy = await broadcasts.busy(tx, now)
            left, all_spent = await self._left(tx, now)
        jobs: list[Job] = []
        changed, told = 0, False
        for one in busy:
            awake = [name for name in self.channels if not self._is_quiet(one, name, now)]
            room = {name: n for name in ready if name in awake and (n := min(self._room(name, now), left[name]))}
            spent = [name for name in awake if name in all_spent and one.state == "running"]
            late = is_late(one, now)
            if not awake or (one.expanded_at and one.state != "cancelling" and not room and not spent and not late):
                continue
            taken, stepped = await self.database.transact(partial(self._step, one.id, room, spent, now))
            changed += stepped
            told = told or (stepped and not is_expanding(one))
            self._flying.update(job.copy.channel for job in taken)
            jobs += taken
        if told:  # who is written down is told to nobody
            self.wake_replies()
        if changed:
            self.wake()
        return jobs, changed

    def _is_quiet(self, one: Broadcast, channel: str, now: datetime) -> bool:
        calm = one.state in ("planned", "running") and not one.urgent
        return calm and now.astimezone(self.zone) in self.schedule.quiet.on(channel)

    def _room(self, channel: str, now: datetime) -> int:
        """How many copies may be leased on a channel now; none while enough are on their way."""
        limits = self.pacer.limits(channel)
        if limits is None:
            flying = self._flying[channel]
            return AT_ONCE - flying if flying <= AT_ONCE / 2 else 0
        ahead = max(self._given.get(channel, now) - now, timedelta())
        if ahead > FARTHEST:
            ahead = timedelta()  # the clock went back
        free = min(int((AHEAD - ahead).total_seconds() * limits.broadcasts) + 1, AT_ONCE - self._flying[channel])
        return free if ahead <= AHEAD / 2 else 0

    async def _left(self, tx: Tx, now: datetime) -> tuple[dict[str, int], set[str]]:
        """How many copies each channel may still send this month, and the channels whose month is spent.

        What is on its way, or sent and not yet noted, counts as sent; but nobody is left out for what may still fail.
        """
        under_way = {name: self._flying[name] + self.settling.count(name) for name in self.channels}
        left, spent = dict.fromkeys(self.channels, AT_ONCE), set()
        for name, channel in self.channels.items():
            if (quota := channel.capabilities.quota) is not None:
                used = await quotas.usage(tx, name, now.astimezone(self.zone).date().replace(day=1))
                more = 0 if used.refused_at else quota.keeps - used.messages
                left[name] = max(more - under_way[name], 0)
                if more <= 0:
                    spent.add(name)
        return left, spent

    async def _step(
        self, id: int, room: Mapping[str, int], spent: Collection[str], now: datetime, tx: Tx
    ) -> tuple[list[Job], bool]:
        """One step of one broadcast: the copies to send now, and whether anything else changed.

        On channels whose month is ``spent`` nobody else is told.
        """
        one = await broadcasts.find(tx, id, lock=True)
        if one is None or one.state not in BUSY:
            return [], False
        if one.corrects_id is not None:
            return [], await self._put_right(tx, one, one.corrects_id, now)
        await ledger.doubt(tx, [one.id], self.owner, now)
        if is_late(one, now) and not (one.expanded_at and await counts.is_over(tx, one.id)):
            return [], await self._hold_late(tx, one, now)
        if one.state == "planned":
            self._recipients.begin()
            await broadcasts.start(tx, one.id, now)
            await audit.add(tx, now, "program", "broadcast.start", about(one.id), {})
            await self.reports.tell(tx, one.id, "start", anew=True)
            return [], True
        if one.state in AMENDING:
            return await self._amend(tx, one, room, now)
        expanding = is_expanding(one)
        if expanding:  # it ends in a later step, when all that were written down are counted
            await self._recipients.write_down(tx, one, now)
        if one.state == "cancelling":
            return await self._cancel(tx, one, room, now, expanding)
        dropped = await ledger.drop(tx, one.id, spent, "quota") if spent else False
        jobs = await self._lease(tx, one, room, now)
        if jobs or expanding or dropped:
            return jobs, expanding or dropped
        if await counts.is_over(tx, one.id):
            return [], await self._end(tx, one, "done", now)
        return [], await counts.any_due(tx, one.id, room, now)  # those looked at were all left out: look at the next

    async def _cancel(
        self, tx: Tx, one: Broadcast, room: Mapping[str, int], now: datetime, expanding: bool
    ) -> tuple[list[Job], bool]:
        """Nobody else is told; what somebody has seen a part of is taken back, where that is possible."""
        able = [name for name, channel in self.channels.items() if channel.capabilities.edits]
        able = [name for name in able if name not in self.pacer.standing.rejected]
        jobs = await self._lease(tx, one, {name: n for name, n in room.items() if name in able}, now)
        more = await ledger.skip(tx, one.id, able)
        over = not (jobs or more or expanding) and await counts.is_over(tx, one.id)
        return jobs, await self._end(tx, one, "cancelled", now) if over else more or expanding

    async def _lease(self, tx: Tx, one: Broadcast, room: Mapping[str, int], now: datetime) -> list[Job]:
        if not room:
            return []
        lease = LEASES.get(one.state, leases.lease)
        copies: list[Copy] = []
        for channel, most in room.items():
            more = () if one.state in LEASES else (self._caps(now),)
            copies += await lease(tx, one, channel, self.owner, now, now + LEASE, most, *more)
        to = [(copy.channel, copy.address, copy.account_id) for copy in copies]
        given = await self.pacer.reserve(tx, to, now, broadcast=True)
        for copy, at in zip(copies, given, strict=True):
            if self.pacer.limits(copy.channel):
                self._given[copy.channel] = max(self._given.get(copy.channel, at), at)
        organiser = await campaigns.organiser(tx, one.campaign_id)
        return [Job(one, copy, at, now + LEASE, organiser) for copy, at in zip(copies, given, strict=True)]

    def _caps(self, now: datetime) -> Caps:
        today = now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return Caps(today, today.replace(day=1), self.schedule.a_month)

    async def _hold_late(self, tx: Tx, one: Broadcast, now: datetime) -> bool:
        """Its time is over: an officer decides about those who did not get it."""
        if not await broadcasts.hold(tx, one.id, "late"):
            return False
        await audit.add(tx, now, "program", "broadcast.pause", about(one.id), {"why": "late"})
        if one.message_id is not None:
            await self._ask(tx, one, "late", now)
        else:
            await self.reports.tell(tx, one.id, "late", anew=True)
        return True

    async def _put_right(self, tx: Tx, one: Broadcast, sent_id: int, now: datetime) -> bool:
        """The time to take a correction back is over: its text is put where the one stands that it was written for."""
        sent = await broadcasts.find(tx, sent_id, lock=True)
        is_same = sent is not None and sent.revision == one.revision
        wanted = one.state != "cancelling" and is_same
        done = wanted and await broadcasts.correct(tx, sent_id, one.texts)
        state = "done" if done else "cancelled"
        if not done and one.state != "cancelling":
            await broadcasts.note_problem(tx, one.id, "overtaken")
        await broadcasts.end(tx, one.id, [one.state], state, {}, now)
        await audit.add(tx, now, "program", f"broadcast.{'correct' if done else state}", about(sent_id), {"by": one.id})
        await self.reports.tell(tx, one.id, state)
        if done:
            await self.reports.tell(tx, sent_id, f"correcting:{one.revision}", quiet=True)
        return True

    async def _ask(self, tx: Tx, one: Broadcast, what: str, now: datetime, **params: object) -> None:
        """Ask the officers what is to become of an occurrence."""
        key = f"{about(one.id)}:{what}:{one.expires_at}"
        asked = [(key, await self.ask(tx, one, what, params))]
        await outbox.add(tx, await compose(tx, asked, self.context), now)

    async def _amend(self, tx: Tx, one: Broadcast, room: Mapping[str, int], now: datetime) -> tuple[list[Job], bool]:
        able = {name: n for name, n in room.items() if self.channels[name].capabilities.edits}
        if jobs := await self._lease(tx, one, able, now):
            return jobs, False
        unable = [name for name, channel in self.channels.items() if not channel.capabilities.edits]
        await ledger.leave(tx, one, unable)
        if not await counts.is_amended(tx, one):
            return [], False
        return [], await self._end(tx, one, "recalled" if one.state == "recalling" else "done", now)

    async def _end(self, tx: Tx, one: Broadcast, state: str, now: datetime) -> bool:
        """It is over: the outcomes are counted once more, and must be as many as the recipients."""
        outcomes = await counts.outcomes(tx, one.id)
        if not await broadcasts.end(tx, one.id, [one.state], state, outcomes, now):
            return False
        if sum(outcomes.values()) != one.recipients:
            log.error("a broadcast does not add up", broadcast=one.id, recipients=one.recipients, outcomes=outcomes)
        unchanged = {"not_changed": n} if (n := await counts.count_unchanged(tx, one)) else {}
        await audit.add(tx, now, "program", f"broadcast.{state}", about(one.id), {**outcomes, **unchanged})
        await self.reports.tell(tx, one.id, f"{state}:{one.revision}")
        if one.message_id is not None and state == "done" and (n := await counts.count_left_out(tx, one.id, "cap")):
            await self._ask(tx, one, "capped", now, n=n)
        return True

    async def _deliver(self, job: Job) -> None:
        outcome = SendOutcome(job.copy.id, "planned")  # until it is sent, nothing has happened
        try:
            async with self.pacer.slot(job.copy.channel, job.at):
                outcome = SendOutcome(job.copy.id, "unknown", "interrupted")
                outcome = await self.copies.send(job)
        finally:
            self._flying[job.copy.channel] -= 1
            if self._flying[job.copy.channel] == AT_ONCE // 2:
                self.wake()
            self.settling.note(job, outcome)


def is_expanding(one: Broadcast) -> bool:
    """Whether its recipients are being written down."""
    return one.frozen_at is not None and one.expanded_at is None


def is_late(one: Broadcast, now: datetime) -> bool:
    """Whether the time at which it was wanted is over while it is not."""
    return one.expires_at is not None and now > one.expires_at and one.state in ("planned", "running")
