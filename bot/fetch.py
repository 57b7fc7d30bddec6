"""Fetch the photos people sent, at once and outside every transaction, before their message is handled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.channels import Channel, FetchFailed, Media
from bot.pictures import BadPicture, Studio
from storage import inbox, options, people, pictures
from storage.database import Database
from storage.files import Files
from storage.inbox import Waiting
from storage.pictures import Stored

log = structlog.get_logger()

TRIES = 4
AT_ONCE = 4
MOST = 60.0
"""Seconds that one photo may take, from the first attempt to the last."""


class Fetcher:
    """Downloads, makes safe and stores photos; a person's later messages wait until hers is there."""

    def __init__(
        self, database: Database, files: Files, studio: Studio, now: Callable[[], datetime], *, pause: float = 2.0
    ) -> None:
        self.database, self.files, self.studio, self.now, self.pause = database, files, studio, now, pause
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)

    @property
    def busy(self) -> bool:
        """Whether any photo is on its way."""
        return bool(self._tasks)

    def lease(self, more: int) -> timedelta:
        """In so much time as many photos more are there, or given up, with all that wait before them."""
        return timedelta(seconds=MOST * ((len(self._tasks) + more) // AT_ONCE + 2))

    def start(self, one: Waiting, channel: Channel, media: Media, ready: Callable[[], None]) -> None:
        """Begin to fetch the photo of one message, and call ``ready`` when it can be handled."""
        task = asyncio.create_task(self._run(one, channel, media, ready))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Return when no photo is on its way."""
        if self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Stop fetching. Nothing is lost: the messages still wait in the inbox."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def store(self, raw: bytes, account_id: int | None) -> str:
        """Make a photo safe and store it; returns its name. Raises BadPicture, also for one too many a day."""
        now = self.now()
        if account_id is not None:
            async with self.database.read() as tx:
                a_day = await options.read(tx, options.PHOTOS_A_DAY)
                if await pictures.sent_since(tx, account_id, now - timedelta(days=1)) >= a_day:
                    raise BadPicture("too_many_photos")
        tidied = await self.studio.tidy(raw)
        file = await self.files.put(tidied.data)
        async with self.database.write() as tx:
            stored = Stored(file, tidied.width, tidied.height)
            return await pictures.add(tx, account_id, stored, len(tidied.data), now)

    async def _run(self, one: Waiting, channel: Channel, media: Media, ready: Callable[[], None]) -> None:
        try:
            async with self._slots:
                became = await self._fetch(one, channel, media)
        except Exception:
            # The message stays in the inbox without a word on its photo, and is looked at again.
            log.exception("fetching a photo failed", inbox=one.id)
            await asyncio.sleep(self.pause)
            became = None
        try:
            await self.database.again(lambda tx: inbox.note_media(tx, one.id, became, self.now()))
        except Exception as failed:
            # It is looked at again when the time that it was given is over.
            log.error("what became of a photo was not kept", inbox=one.id, error=type(failed).__name__)
        finally:
            ready()

    async def _fetch(self, one: Waiting, channel: Channel, media: Media) -> dict[str, str]:
        async with self.database.read() as tx:
            account = await people.find(tx, one.channel, one.address)
        try:
            async with asyncio.timeout(MOST):
                raw = await self._download(channel, media)
            return {"picture": await self.store(raw, account.id if account else None)}
        except (BadPicture, FetchFailed) as bad:
            return {"problem": bad.code}
        except TimeoutError:
            return {"problem": "photo_unavailable"}

    async def _download(self, channel: Channel, media: Media) -> bytes:
        for attempt in range(1, TRIES + 1):
            try:
                return await channel.fetch(media)
            except FetchFailed as failed:
                if not failed.again or attempt == TRIES:
                    raise
                await asyncio.sleep(self.pause * attempt)
        raise FetchFailed("photo_unavailable")
