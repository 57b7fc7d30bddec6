"""Send what waits in the outbox, in order for each person, and note what became of it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.channels import Channel, SendFailed
from bot.message import Message
from bot.pace import Pacer
from storage import outbox, people
from storage.database import Database, is_outage
from storage.outbox import Leased, Outcome

log = structlog.get_logger()

AT_ONCE = 100
"""So many are on their way at most; more are leased when half of them have arrived, so that one commit leases many."""
LEASE = timedelta(seconds=90)
"""Longer than any single attempt to send, so that nobody else takes a message that is on its way."""
LOOK_EVERY = 1.0
GATHER = 0.02
"""Seconds in which outcomes gather for one commit."""
BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds between the attempts to send one reply."""
GIVE_UP = timedelta(hours=24)
"""A reply that could not be sent for so long would only confuse."""
MOVES = 3
"""Attempts after which a chat that says again that it moved is given up."""


class ChannelBroken(RuntimeError):
    """The platform no longer lets this channel send: its token is invalid."""


class Delivery:
    """The sending side of one process: replies and notices, ahead of every broadcast."""

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], pacer: Pacer, *, now: Callable[[], datetime]
    ) -> None:
        self.database, self.channels, self.pacer, self.now = database, channels, pacer, now
        self.owner = secrets.token_hex(8)
        self.sent_at: datetime | None = None
        """When a platform last took a message."""
        self._awake, self._unsettled = asyncio.Event(), asyncio.Event()
        self._outcomes: list[tuple[Leased, Outcome]] = []
        self._moved: list[tuple[int, str]] = []
        """Accounts whose chat is now elsewhere."""
        self._in_hand: set[int] = set()
        """What is being sent, or was sent and is not noted yet."""
        self._in_doubt = False
        """Whether the answer to a lease was lost, so that messages may be ours without our knowing."""

    def wake(self) -> None:
        """There may be something to send."""
        self._awake.set()

    async def run(self) -> None:
        """Send until cancelled. Raises ChannelBroken, in an exception group."""
        if not self.database.shared:
            async with self.database.write() as tx:
                await outbox.release(tx, list(self.channels), self.owner)
        sending: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._settle_for_ever())
            while True:
                self._awake.clear()
                for one, at in await self._lease(AT_ONCE - len(sending) if len(sending) <= AT_ONCE // 2 else 0):
                    task = group.create_task(self._deliver(one, at))
                    sending.add(task)
                    task.add_done_callback(sending.discard)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._awake.wait(), LOOK_EVERY)

    async def deliver(self) -> int:
        """Send what may go out now and wait for it; returns how many messages were tried. For tests and the terminal."""
        leased = await self._lease(AT_ONCE)
        for one, at in leased:
            await self._deliver(one, at)
        await self._settle()
        return len(leased)

    async def _lease(self, most: int) -> Sequence[tuple[Leased, datetime]]:
        """Messages to send, each with the instant at which it may leave."""
        now = self.now()
        if most <= 0 or not self.pacer.ready(now):
            return ()
        try:
            async with self.database.read() as tx:
                ready = await self.pacer.learn(tx, now)
                if not self._in_doubt and not await outbox.any_due(tx, ready, now):
                    return ()
            async with self.database.write() as tx:
                if self._in_doubt:
                    await outbox.give_back(tx, self.owner, self._in_hand)
                leased = await outbox.lease(tx, ready, self.owner, now, now + LEASE, most, self._in_hand)
                at = await self.pacer.reserve(tx, [(one.channel, one.address, one.account_id) for one in leased], now)
        except Exception as failed:
            if not is_outage(failed):
                raise
            self._in_doubt = True
            log.error("the database is out of reach", error=str(failed.__cause__ or failed))
            return ()
        self._in_doubt = False
        self._in_hand |= {one.id for one in leased}
        return list(zip(leased, at, strict=True))

    async def _deliver(self, one: Leased, at: datetime) -> None:
        await self.pacer.wait(one.channel, at)
        outcome = await self._send(one)
        self._outcomes.append((one, outcome))
        self._unsettled.set()

    async def _settle_for_ever(self) -> None:
        """Many sendings share one commit; only after it the next message to the same person may go out."""
        while True:
            await self._unsettled.wait()
            await asyncio.sleep(GATHER)
            self._unsettled.clear()
            await self._settle()
            self.wake()

    async def _send(self, one: Leased) -> Outcome:
        channel = self.channels[one.channel]
        if self.pacer.paused(one.channel):  # since it was leased
            return Outcome(one.id, "waiting", reason="flood")
        try:
            message_id = await channel.send(one.address, Message.load(one.body), f"out:{one.id}")
        except SendFailed as failed:
            return self._failed(one, failed)
        except Exception as bug:
            log.error("sending failed", outbox=one.id, exc_info=bug)
            return self._again(one, "bug", 0)
        self.sent_at = self.now()
        return Outcome(one.id, "sent", message_id)

    def _failed(self, one: Leased, failed: SendFailed) -> Outcome:
        log.info("not sent", outbox=one.id, outcome=failed.outcome, reason=failed.reason)
        match failed.outcome:
            case "broken":
                raise ChannelBroken(f"{one.channel}: {failed.reason}")
            case "gone":
                return Outcome(one.id, "gone", reason=failed.reason)
            case "refused":
                return Outcome(one.id, "failed", reason=failed.reason)
            case "moved" if one.account_id is not None and one.attempts < MOVES:
                self._moved.append((one.account_id, failed.moved_to))
                return Outcome(one.id, "waiting", reason=failed.reason)
            case "moved":
                return Outcome(one.id, "failed", reason=failed.reason)
            case "retry" | "unknown":
                if failed.after:
                    self.pacer.refused(one.channel, failed.after)
                return self._again(one, failed.reason, failed.after)

    def _again(self, one: Leased, reason: str, after: float) -> Outcome:
        """A reply in doubt is sent again: hearing a thing twice is better than not at all."""
        if one.attempts >= len(BACKOFF) and self.now() - one.created_at > GIVE_UP:
            return Outcome(one.id, "failed", reason=reason)
        wait = max(after, BACKOFF[min(one.attempts, len(BACKOFF) - 1)])
        return Outcome(one.id, "waiting", reason=reason, again_at=self.now() + timedelta(seconds=wait))

    async def _settle(self) -> None:
        """Write the outcomes; hold them while the database is away, when nobody else can send the messages either."""
        settled, self._outcomes = self._outcomes, []
        moved, self._moved = self._moved, []
        gone = [one.account_id for one, o in settled if o.state == "gone" and one.account_id is not None]
        while settled:
            try:
                async with self.database.write() as tx:
                    await outbox.settle(tx, self.owner, [outcome for _, outcome in settled], self.now())
                    await outbox.gone(tx, gone)
                    for account_id, address in moved:
                        await people.move(tx, account_id, address)
                    await self.pacer.note(tx)
                self._in_hand -= {one.id for one, _ in settled}
                return
            except Exception as failed:
                if not is_outage(failed):
                    raise
                log.error("the database is out of reach", error=str(failed.__cause__ or failed))
                await asyncio.sleep(LOOK_EVERY)
