"""Take what came in and have it handled: many in one transaction, in order for each person; what fails harms nobody else."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.channels import Media
from bot.context import Context
from bot.media.fetch import Fetcher
from bot.message import LATER, changed
from bot.outage import outlived
from bot.receive import keep
from bot.receive.admission import Admission
from bot.receive.batch import Handling, NoCampaign
from bot.receive.keep import Keeping, Receiving, Refusals
from bot.send.exchange import Exchange
from bot.send.replies import Delivery
from bot.turn.routes import Routes
from bot.turn.rules import Rules
from storage.database import Tx, is_outage
from storage.talk import consents, inbox
from storage.talk.inbox import Arrival, WaitingMessage

log = structlog.get_logger()

KEPT = ("photo", "voice")
"""What is not fetched of people who have not agreed."""
HANDLERS = 2
"""So many batches are handled at once where a server keeps the database: while one waits for it, others go on."""
BACKOFF = (0.2, 0.5, 1.0, 2.0, 0.0)
"""Seconds until a message whose handling failed is tried again."""
LOOK_EVERY = 1.0
"""Seconds after which the inbox is looked at without having been woken."""


@dataclass
class Round:
    """What one transaction took in hand."""

    new: list[Keeping]
    """What channels received and this transaction keeps."""
    refused: Refusals = field(default_factory=dict)
    """What of it is not kept."""
    batch: list[WaitingMessage] = field(default_factory=list)
    """What it handles."""
    files: dict[int, tuple[WaitingMessage, Media]] = field(default_factory=dict)
    """What must wait for a photo or a spreadsheet; also of a first try, whose commit may have been made although its
    answer was lost."""

    def __len__(self) -> int:
        return len(self.batch) + len(self.files)


class Engine:
    """Handles what all channels receive, for one database."""

    def __init__(
        self,
        context: Context,
        routes: Routes,
        fetcher: Fetcher,
        delivery: Delivery,
        rules: Rules,
        admission: Admission,
    ) -> None:
        self.context, self.fetcher, self.delivery = context, fetcher, delivery
        self.database = context.database
        self.handling = Handling(context, routes, rules)
        self._awake = asyncio.Event()
        self.handled: Counter[tuple[str, ...]] = Counter()
        """How many messages of each channel this process has handled."""
        self.receiving = Receiving(context, admission, self._awake.set)

    async def receive(self, arrivals: Sequence[Arrival]) -> None:
        """Store what a channel received. When this returns it is on disk.

        Where nobody else works on the database, what comes together shares a commit even with the answers.
        """
        await self.receiving.receive(arrivals)

    async def begin(self) -> None:
        """Where nobody else works on the database, take over what an earlier process had begun, before anything comes."""
        if self.database.shared:
            return
        async with self.database.write() as tx:
            await inbox.release(tx, list(self.context.channels), self.context.now())

    async def run(self) -> None:
        """Handle what comes, until cancelled; after ``begin``."""
        handlers = HANDLERS if self.database.shared else 1
        handling = [asyncio.create_task(self._handle_for_ever()) for _ in range(handlers)]
        try:
            self.receiving.shared = not self.database.shared
            await asyncio.gather(*handling)
        finally:
            for one in handling:
                one.cancel()
            self.receiving.give_up()

    async def _handle_for_ever(self) -> None:
        while True:
            self._awake.clear()
            with outlived("handling"):
                handled = await self.handle_waiting()
                if handled >= keep.MANY:
                    await self.receiving.gather()
                if handled >= keep.FULL:
                    continue
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._awake.wait()

    async def handle_waiting(self) -> int:
        """Handle the messages that wait, many in one transaction; returns how many were looked at.

        One that raises undoes the whole batch; then each is handled alone, so that it harms nobody else.
        """
        taken = Round(self.receiving.take() if self.receiving.shared else [])
        try:
            exchange = await self.database.transact(partial(self._attempt, taken))
        except (Exception, asyncio.CancelledError) as failed:
            return await self._recover(taken, failed)
        self.receiving.done(taken.new, taken.refused)
        self.handled.update((waiting.channel,) for waiting in taken.batch)
        for waiting, media in taken.files.values():
            self.fetcher.start(waiting, self.context.channels[waiting.channel], media, self._awake.set)
        self.delivery.go_on(exchange)
        if taken.batch and not exchange.leased:
            self.delivery.wake()
        return len(taken)

    async def _attempt(self, taken: Round, tx: Tx) -> Exchange:
        """Keep what is new and handle what waits; returns the answers that are leased already, and what was noted beside."""
        if taken.new:
            taken.refused = await self.receiving.keep(taken.new, tx)
        now = self.context.now()
        waiting = await inbox.claim(tx, list(self.context.channels), now, keep.FULL)
        taken.batch, files = await self._sort(tx, waiting)
        taken.files |= files
        if files:
            await inbox.fetching(tx, list(files), now + self.fetcher.lease(len(files)))
        if not taken.batch:
            return Exchange()
        await self.handling.handle(tx, taken.batch)
        return await self.delivery.ahead(tx)

    async def _recover(self, taken: Round, failed: BaseException) -> int:
        """Nothing was kept of an attempt: keep what is new by itself, then handle each message alone.

        Raises what no message is to blame for: the program's end, a database that is away or holds no campaign.
        """
        if taken.new:
            await self.receiving.keep_separately(taken.new)
        if isinstance(failed, NoCampaign):
            raise failed
        _raise_if_cancelled(failed)
        if taken.new and not is_outage(failed):
            return keep.FULL  # look again at once: it will fail alone now
        if is_outage(failed) or not taken.batch:
            raise failed
        if len(taken.batch) > 1:
            await self._handle_each(taken.batch)
        else:
            await self._set_back(taken.batch[0], failed)
        self.delivery.wake()
        return len(taken)

    async def settle(self) -> None:
        """Handle until nothing waits and no photo is on its way. For tests and the terminal."""
        while await self.handle_waiting() or self.fetcher.busy:
            await self.fetcher.idle()

    async def _sort(
        self, tx: Tx, waiting: Sequence[WaitingMessage]
    ) -> tuple[list[WaitingMessage], dict[int, tuple[WaitingMessage, Media]]]:
        """Those that can be handled, and those whose photo must be fetched first; nothing the same person said after it.

        Of somebody who has not agreed to take part no photo or voice message is fetched: the platform keeps it until she has.
        """
        found = {one.id: self.context.channels[one.channel].media(one.payload) for one in waiting if one.media is None}
        senders = {(one.channel, one.address) for one in waiting if (m := found.get(one.id)) and m.kind in KEPT}
        agreed = await consents.taking_part(tx, senders)
        ready: list[WaitingMessage] = []
        photos: dict[int, tuple[WaitingMessage, Media]] = {}
        behind: set[tuple[str, str]] = set()
        for one in waiting:
            if (one.channel, one.address) in behind:
                continue
            media = found.get(one.id)
            if media is None:
                ready.append(one)
            elif media.kind in KEPT and (one.channel, one.address) not in agreed:
                ready.append(changed(one, media={"picture": f"{LATER}{one.id}"}))
            else:
                photos[one.id] = one, media
                behind.add((one.channel, one.address))
        return ready, photos

    async def _handle_each(self, batch: Sequence[WaitingMessage]) -> None:
        behind: set[tuple[str, str]] = set()
        for waiting in batch:
            if (waiting.channel, waiting.address) in behind:
                continue
            try:
                await self.database.transact(partial(self._handle_alone, waiting))
            except (Exception, asyncio.CancelledError) as failed:
                _raise_if_cancelled(failed)
                if is_outage(failed):
                    raise
                behind.add((waiting.channel, waiting.address))
                await self._set_back(waiting, failed)

    async def _handle_alone(self, waiting: WaitingMessage, tx: Tx) -> None:
        # Claimed once more: another process may have handled it meanwhile.
        if await inbox.claim(tx, [waiting.channel], self.context.now(), 1, only=waiting.id):
            await self.handling.handle(tx, [waiting])

    async def _set_back(self, waiting: WaitingMessage, failed: BaseException) -> None:
        """Nothing of the turn was kept. Try again later; after the last attempt apologise and raise the alarm."""
        code = secrets.token_hex(3).upper()
        log.error("handling failed", code=code, inbox=waiting.id, attempt=waiting.attempts + 1, exc_info=failed)
        again_at = self.context.now() + timedelta(seconds=BACKOFF[min(waiting.attempts, len(BACKOFF) - 1)])
        await self.database.transact(partial(self._note_failure, waiting, code, again_at))

    async def _note_failure(self, waiting: WaitingMessage, code: str, again_at: datetime, tx: Tx) -> None:
        if await inbox.note_failure(tx, waiting, code, again_at):
            log.error("message set aside", code=code, inbox=waiting.id)
            await self.handling.apologise(tx, waiting, code)


def _raise_if_cancelled(failed: BaseException) -> None:
    """A library's cancelled scope must not pass for the cancelling of this task, nor the other way round."""
    task = asyncio.current_task()
    if isinstance(failed, asyncio.CancelledError) and task is not None and task.cancelling():
        raise failed
