"""Take what came in and have it handled: many in one transaction, in order for each person; what fails harms nobody else."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from functools import partial

import structlog

from bot.channels import Channel, Media
from bot.media.fetch import Fetcher
from bot.receive.batch import Handling, NoCampaign
from bot.receive.keep import GATHER, MANY, Receiving
from bot.send.replies import Delivery, Ready
from bot.turn.router import Routes
from bot.turn.turn import Rules
from storage.database import Database, Tx, is_outage
from storage.talk import inbox
from storage.talk.inbox import Arrival, Waiting

log = structlog.get_logger()

BATCH = 100
BACKOFF = (0.2, 0.5, 1.0, 2.0, 0.0)
"""Seconds until a message whose handling failed is tried again."""
LOOK_EVERY = 1.0
"""Seconds after which the inbox is looked at without having been woken."""

Now = Callable[[], datetime]


class Engine:
    """Handles what all channels receive, for one database."""

    def __init__(
        self,
        database: Database,
        routes: Routes,
        channels: Mapping[str, Channel],
        fetcher: Fetcher,
        *,
        now: Now,
        zone: tzinfo,
        language: str,
        delivery: Delivery,
        rules: Rules | None = None,
    ) -> None:
        self.database, self.channels, self.fetcher, self.delivery, self.now = database, channels, fetcher, delivery, now
        self.handling = Handling(routes, channels, now=now, zone=zone, language=language, rules=rules or Rules())
        self.speeches = self.handling.speeches
        self._awake = asyncio.Event()
        self.receiving = Receiving(database, channels, now, self._awake.set)

    async def receive(self, arrivals: Sequence[Arrival]) -> None:
        """Store what a channel received. When this returns it is on disk.

        Where nobody else works on the database, what comes together shares a commit even with the answers.
        """
        await self.receiving.receive(arrivals)

    async def run(self) -> None:
        """Handle what comes, until cancelled."""
        if not self.database.shared:
            async with self.database.write() as tx:
                await inbox.release(tx, list(self.channels), self.now())
            self.receiving.shared = True
        try:
            await self._handle_for_ever()
        finally:
            self.receiving.give_up()

    async def _handle_for_ever(self) -> None:
        while True:
            self._awake.clear()
            try:
                handled = await self.handle_waiting()
                if handled >= MANY:
                    await asyncio.sleep(GATHER)
                if handled >= BATCH:
                    continue
            except Exception as failed:
                if not is_outage(failed):
                    raise
                log.error("the database is out of reach", error=str(failed.__cause__ or failed))
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._awake.wait()

    async def handle_waiting(self) -> int:
        """Handle the messages that wait, many in one transaction; returns how many were looked at.

        One that raises undoes the whole batch; then each is handled alone, so that it harms nobody else.
        """
        new = self.receiving.take() if self.receiving.shared else []
        batch: list[Waiting] = []
        photos: dict[int, tuple[Waiting, Media]] = {}
        leased: Sequence[Ready] = ()

        async def unit(tx: Tx) -> Sequence[Ready]:
            nonlocal batch
            if new:
                await self.receiving.keep(new, tx)
            now = self.now()
            batch, found = self._sorted(await inbox.claim(tx, list(self.channels), now, BATCH))
            photos.update(
                found
            )  # also those of a first try, whose commit may have been made although its answer was lost
            if found:
                await inbox.fetching(tx, list(found), now + self.fetcher.lease(len(found)))
            if batch:
                await self.handling.handle(tx, batch)
            return await self.delivery.ahead(tx) if batch else ()

        try:
            leased = await self.database.again(unit)
            self.receiving.done(new)
        except (Exception, asyncio.CancelledError) as failed:
            if new:
                await self.receiving.alone(new)
            if isinstance(failed, NoCampaign):
                raise
            _raise_if_cancelled(failed)
            if new and not is_outage(failed):
                return BATCH  # look again at once: it will fail alone now
            if is_outage(failed) or not batch:
                raise
            await (self._handle_each(batch) if len(batch) > 1 else self._failed(batch[0], failed))
        else:
            for one, media in photos.values():
                self.fetcher.start(one, self.channels[one.channel], media, self._awake.set)
            self.delivery.start(leased)
        if batch and not leased:
            self.delivery.wake()
        return len(batch) + len(photos)

    async def settle(self) -> None:
        """Handle until nothing waits and no photo is on its way. For tests and the terminal."""
        while await self.handle_waiting() or self.fetcher.busy:
            await self.fetcher.idle()

    def _sorted(self, waiting: Sequence[Waiting]) -> tuple[list[Waiting], dict[int, tuple[Waiting, Media]]]:
        """Those that can be handled, and those whose photo must be fetched first; nothing the same person said after it."""
        ready: list[Waiting] = []
        photos: dict[int, tuple[Waiting, Media]] = {}
        behind: set[tuple[str, str]] = set()
        for one in waiting:
            if (one.channel, one.address) in behind:
                continue
            media = None if one.media is not None else self.channels[one.channel].media(one.payload)
            if media is None:
                ready.append(one)
            else:
                photos[one.id] = one, media
                behind.add((one.channel, one.address))
        return ready, photos

    async def _handle_each(self, batch: Sequence[Waiting]) -> None:
        behind: set[tuple[str, str]] = set()
        for one in batch:
            if (one.channel, one.address) in behind:
                continue
            try:
                await self.database.again(partial(self._handle_alone, one))
            except (Exception, asyncio.CancelledError) as failed:
                _raise_if_cancelled(failed)
                if is_outage(failed):
                    raise
                behind.add((one.channel, one.address))
                await self._failed(one, failed)

    async def _handle_alone(self, one: Waiting, tx: Tx) -> None:
        if await inbox.claim(tx, [one.channel], self.now(), 1, only=one.id):  # or another process has done it meanwhile
            await self.handling.handle(tx, [one])

    async def _failed(self, one: Waiting, failed: BaseException) -> None:
        """Nothing of the turn was kept. Try again later; after the last attempt apologise and raise the alarm."""
        code = secrets.token_hex(3).upper()
        log.error("handling failed", code=code, inbox=one.id, attempt=one.attempts + 1, exc_info=failed)
        again_at = self.now() + timedelta(seconds=BACKOFF[min(one.attempts, len(BACKOFF) - 1)])
        await self.database.again(lambda tx: self._set_back(tx, one, code, again_at))

    async def _set_back(self, tx: Tx, one: Waiting, code: str, again_at: datetime) -> None:
        if not await inbox.failed(tx, one, code, again_at):
            return
        log.error("message set aside", code=code, inbox=one.id)
        await self.handling.apologise(tx, one, code)


def _raise_if_cancelled(failed: BaseException) -> None:
    """A library's cancelled scope must not pass for the cancelling of this task, nor the other way round."""
    task = asyncio.current_task()
    if isinstance(failed, asyncio.CancelledError) and task is not None and task.cancelling():
        raise failed
