"""Send what waits in the outbox, in order for each person and her answers first, and note what became of it."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.channels import Channel, SendFailed
from bot.context import Context
from bot.message import Document, Message, changed
from bot.outage import outlived
from bot.send.exchange import Exchange, Noted, Ready
from bot.send.pace import Pacer
from storage.attempts import SendOutcome
from storage.database import Tx
from storage.files import documents
from storage.talk import outbox, people, sending
from storage.talk.sending import Leased

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
OUTAGE = 3
"""So many failures in a row mean that the platform was out of reach, and not a single message's bad luck."""
MOVES = 3
"""Attempts after which a chat that says again that it moved is given up."""
IN_DOUBT = "-"
"""Stands for the id of a part that may have arrived and is not sent again."""
LEFT_OUT = "-"
"""Stands for the id of a part that was refused and had no words."""


def next_part(channel: Channel, message: Message, sent: str) -> tuple[Message, bool]:
    """The part to send after those with the ids in ``sent``, and whether it is the last: one lease sends one part."""
    parts = channel.parts(message)
    at = min(len(sent.split()), len(parts) - 1)
    return parts[at], at == len(parts) - 1


class Delivery:
    """The sending side of one process: replies and notices, ahead of every broadcast."""

    def __init__(self, context: Context, pacer: Pacer) -> None:
        self.pacer, self.now = pacer, context.now
        self.database, self.channels = context.database, context.channels
        self.owner = secrets.token_hex(8)
        self.sent_at: datetime | None = None
        """When a platform last took a message."""
        self._awake = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None
        """Where messages are sent from, while this runs."""
        self._flying = 0
        self._outcomes: list[tuple[Leased, SendOutcome]] = []
        self._gathering: asyncio.TimerHandle | None = None
        """When they will be noted by themselves, if there are any."""
        self._moved: list[tuple[int, str]] = []
        """Accounts whose chat is now elsewhere."""
        self._in_hand: set[int] = set()
        """What is being sent, or was sent and is not noted yet."""
        self.tried: Counter[tuple[str, ...]] = Counter()
        """How often this process tried to send on each channel, and what came of it."""
        self._failures: Counter[str] = Counter()
        """By channel, messages that could not be sent since the last one that could."""
        self._back: set[str] = set()
        """Channels that work again after an outage: all that waits there for a further attempt is sent at once."""
        self._in_doubt = False
        """Whether the answer to a lease was lost, so that messages may be ours without our knowing."""

    def wake(self) -> None:
        """There may be something to send."""
        self._awake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        if not self.database.shared:
            async with self.database.write() as tx:
                await sending.release(tx, list(self.channels), self.owner)
                await sending.hurry(tx, list(self.channels), self.now())
        try:
            async with asyncio.TaskGroup() as self._group:
                while True:
                    self._awake.clear()
                    self._start(await self._exchanged())
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_EVERY):
                            await self._awake.wait()
        finally:
            self._group = None
            if self._outcomes:
                await self._exchanged(last=True)

    async def deliver(self) -> int:
        """Send what may go out now and wait for it; returns how many messages were tried. For tests and the terminal."""
        leased = await self._exchanged()
        for one, at in leased:
            self._in_hand.add(one.id)
            await self._deliver(one, at)
        await self._exchanged(last=True)
        return len(leased)

    async def ahead(self, tx: Tx) -> Exchange:
        """What a transaction may note of what was sent and lease of what it has just written, so that no other one need do
        it; for ``go_on`` once it is committed. Nothing where others work on the database: what they lease meanwhile must be
        known first.
        """
        if self.database.shared or self._group is None:
            return Exchange()
        noted = await self._note(tx)
        return Exchange(noted, await self._lease(tx, self._in_hand - noted.ids))

    def go_on(self, exchange: Exchange) -> None:
        """What this exchange noted is settled for good, and what it leased is sent."""
        self._forget(exchange.noted)
        self._start(exchange.leased)

    def _start(self, leased: Sequence[Ready]) -> None:
        for one, at in leased:
            assert self._group is not None, "only what runs leases ahead"
            self._flying += 1
            self._in_hand.add(one.id)
            self._group.create_task(self._deliver(one, at)).add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying -= 1

    async def _exchanged(self, *, last: bool = False) -> Sequence[Ready]:
        """Note what was sent and lease what is next, in one transaction; nothing while the database is away."""
        refused = self.pacer.refusals()

        async def exchange(tx: Tx) -> Exchange:
            if not last:
                await sending.alone(tx)
            noted = await self._note(tx)
            await self.pacer.note(tx, refused)
            in_hand = self._in_hand - noted.ids
            if self._in_doubt:
                await sending.give_back(tx, self.owner, in_hand)
            if last:
                return Exchange(noted)
            await self.pacer.learn(tx, self.now())
            return Exchange(noted, await self._lease(tx, in_hand))

        with outlived("replies"):
            done = await self.database.transact(exchange)
            self._in_doubt = False
            self._forget(done.noted)
            return done.leased
        # The outcomes are held: while the database is away nobody else can send these messages either.
        self.pacer.not_noted(refused)
        self._in_doubt = True
        return []

    async def _lease(self, tx: Tx, in_hand: Collection[int]) -> list[Ready]:
        """Messages to send, each with the instant at which it may leave."""
        most = AT_ONCE - self._flying
        now = self.now()
        if most < AT_ONCE / 2 or not self.pacer.ready(now):
            return []
        leased = await sending.lease(tx, self.pacer.ready(now), self.owner, now, now + LEASE, most, in_hand)
        signs = [one for one in leased if Message.is_sign(one.body)]
        paced = [one for one in leased if one not in signs] if signs else leased
        at = await self.pacer.reserve(tx, [(one.channel, one.address, one.account_id) for one in paced], now)
        return [*zip(paced, at, strict=True), *((sign, now) for sign in signs)]

    async def _note(self, tx: Tx) -> Noted:
        """Write down all that is known by now, which no other transaction may do meanwhile; for ``_forget``."""
        noted = Noted(list(self._outcomes), list(self._moved), frozenset(self._back))
        await sending.settle(tx, self.owner, [outcome for _, outcome in noted.settled], self.now())
        if noted.back:
            await sending.hurry(tx, noted.back, self.now())
        gone = [one.account_id for one, outcome in noted.settled if outcome.state == "gone"]
        await outbox.note_gone(tx, [account_id for account_id in gone if account_id is not None])
        for account_id, address in noted.moved:
            await people.move(tx, account_id, address)
        return noted

    def _forget(self, noted: Noted) -> None:
        """It is written down for good."""
        del self._outcomes[: len(noted.settled)], self._moved[: len(noted.moved)]
        self._back -= noted.back
        self._in_hand -= noted.ids
        if noted.settled and self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        if self._outcomes or self.pacer.knows_more:  # which came meanwhile
            self._gather()

    async def _deliver(self, one: Leased, at: datetime) -> None:
        async with self.pacer.slot(one.channel, at):
            outcome = await self._send(one)
        if not outcome.message_id:
            outcome = changed(outcome, message_id=one.message_id)  # what is known as sent stays so
        self.tried[one.channel, outcome.state] += 1
        self._outcomes.append((one, outcome))
        self._gather()

    def _gather(self) -> None:
        """Many outcomes share one commit, that of the next message where it comes soon; only after it the next message to
        the same person may go out."""
        if self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHER, self._wake_to_note)

    def _wake_to_note(self) -> None:
        self._gathering = None
        self._awake.set()

    async def _send(self, one: Leased) -> SendOutcome:
        channel = self.channels[one.channel]
        if self.pacer.paused(one.channel):  # since it was leased
            return SendOutcome(one.id, "waiting", reason="flood")
        if until := self.pacer.held_until(one.channel, one.address):
            return SendOutcome(one.id, "waiting", reason="flood", again_at=until)
        try:
            part, last = next_part(channel, Message.load(one.body), one.message_id)
            sent_as = await self._show(one, channel, await self._filled(channel, part))
        except SendFailed as failed:
            if failed.outcome == "unknown" and not (channel.capabilities.resends or last):
                log.info("a part is in doubt; the others follow", outbox=one.id, reason=failed.reason)
                return SendOutcome(
                    one.id, "waiting", message_id=f"{one.message_id} {IN_DOUBT}".strip(), again_at=self.now()
                )
            return self._failed(one, failed)
        except Exception as bug:
            log.error("sending failed", outbox=one.id, exc_info=bug)
            return self._again(one, "bug", 0)
        self.sent_at = self.now()
        self.pacer.took(one.channel, one.address)
        if self._failures.pop(one.channel, 0) >= OUTAGE:
            self._back.add(one.channel)
        state = "sent" if last else "waiting"
        return SendOutcome(one.id, state, message_id=f"{one.message_id} {sent_as}".strip(), again_at=self.now())

    async def _show(self, one: Leased, channel: Channel, part: Message) -> str:
        """Send a part. Where it is refused with what it shows, its words go without that; a part that has none is left out.

        Raises SendFailed.
        """
        key = outbox.key_of(one.id, one.message_id)
        try:
            return await channel.send(one.address, part, key)
        except SendFailed as failed:
            if failed.outcome != "refused" or part.amends or not (part.picture or part.voice):
                raise
            log.warning("what a message shows is refused; its words go without it", outbox=one.id, reason=failed.reason)
            words = changed(part, picture="", voice="")
            return await channel.send(one.address, words, key) if words.text else LEFT_OUT

    async def _filled(self, channel: Channel, message: Message) -> Message:
        """The message with what is in its document, if the channel is to send that itself."""
        document, can = message.document, channel.capabilities
        if document is None or not document.kept or can.keeps_documents or can.document_minutes:
            return message
        async with self.database.read() as tx:
            content = await documents.load(tx, document.kept)
        if content is None:
            raise SendFailed("refused", "its document is kept no more")
        return changed(message, document=Document(document.name, content))

    def _failed(self, one: Leased, failed: SendFailed) -> SendOutcome:
        log.info("not sent", outbox=one.id, outcome=failed.outcome, reason=failed.reason)
        match failed.outcome:
            case "broken":
                self.pacer.standing.reject(one.channel, failed.reason)
                return self._again(one, failed.reason, failed.after)
            case "gone":
                return SendOutcome(one.id, "gone", reason=failed.reason)
            case "refused":
                return SendOutcome(one.id, "failed", reason=failed.reason)
            case "closed":
                return SendOutcome(one.id, "skipped", reason=failed.reason)
            case "moved" if one.account_id is not None and one.attempts < MOVES:
                self._moved.append((one.account_id, failed.moved_to))
                return SendOutcome(one.id, "waiting", reason=failed.reason)
            case "moved":
                return SendOutcome(one.id, "failed", reason=failed.reason)
            case "unknown" if not self.channels[one.channel].capabilities.resends:
                return SendOutcome(one.id, "unknown", reason=failed.reason)
            case "retry" | "unknown":
                if failed.after:
                    self.pacer.refused(one.channel, one.address, failed.after)
                else:
                    self._failures[one.channel] += 1
                return self._again(one, failed.reason, failed.after)

    def _again(self, one: Leased, reason: str, after: float) -> SendOutcome:
        """A reply in doubt is sent again: hearing a thing twice is better than not at all."""
        if one.attempts >= len(BACKOFF) and self.now() - one.created_at > GIVE_UP:
            return SendOutcome(one.id, "failed", reason=reason)
        wait = max(after, BACKOFF[min(one.attempts, len(BACKOFF) - 1)])
        return SendOutcome(one.id, "waiting", reason=reason, again_at=self.now() + timedelta(seconds=wait))
