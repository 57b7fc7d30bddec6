"""Fetch the photos, spreadsheets and voice messages people sent, at once and outside every transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from msgspec import to_builtins

from bot.channels import Channel, FetchFailed, Media
from bot.channels.kind import BadFile
from bot.media.lanes import Lanes
from bot.media.photo_share import VOICES, PhotoShare, Sender
from bot.media.pictures import BadPicture, Studio
from bot.media.sheets import BadSheet, Sheets
from bot.media.voices import BadVoice, format_of
from storage.database import Database, Tx
from storage.files import Files, loose, pictures, voices
from storage.files.pictures import Stored
from storage.talk import inbox, people
from storage.talk.inbox import WaitingMessage
from storage.talk.people import Account

log = structlog.get_logger()

TRIES = 4
AT_ONCE, SLOW = 4, 28
"""Files that are fetched at once; and how many more may go on beside them once they turned out to be slow."""
PATIENCE = 2.0
"""Seconds after which a file is slow: a photo of half a megabyte takes a tenth of that."""
MOST = 60.0
"""Seconds that one file may take, from the first attempt to the last."""

OF_SHEETS = {"too_big": "sheet_too_big", "photo_unavailable": "sheet_unavailable"}
OF_VOICES = {"too_big": "voice_too_big", "photo_unavailable": "voice_unavailable"}
"""The sentences that say of a spreadsheet, or a voice message, what the others say of a photo."""


class Fetcher:
    """Downloads files, makes photos safe and stores them, reads spreadsheets; a person's later messages wait for hers."""

    def __init__(
        self, database: Database, files: Files, share: PhotoShare, now: Callable[[], datetime], *, pause: float = 2.0
    ) -> None:
        self.database, self.files, self.share, self.now, self.pause = database, files, share, now, pause
        self.studio = Studio()
        self.sheets = Sheets()
        self._tasks: set[asyncio.Task[None]] = set()
        self.lanes = Lanes(AT_ONCE, SLOW, patience=PATIENCE)

    @property
    def busy(self) -> bool:
        """Whether any file is on its way."""
        return bool(self._tasks)

    def lease(self, more: int) -> timedelta:
        """In so much time as many files more are there, or given up, with all that wait before them."""
        return timedelta(seconds=MOST * ((len(self._tasks) + more) // AT_ONCE + 2))

    def start(self, one: WaitingMessage, channel: Channel, media: Media, ready: Callable[[], None]) -> None:
        """Begin to fetch the file of one message, and call ``ready`` when it can be handled."""
        task = asyncio.create_task(self._run(one, channel, media, ready))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Return when no file is on its way."""
        if self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Stop fetching. Nothing is lost: the messages still wait in the inbox."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def store(self, raw: bytes, channel: str, account_id: int | None, source: str = "") -> str:
        """Make a photo safe and store it; returns its name. Raises BadPicture, also for one too many.

        Its place is taken in the transaction that notes it; ``source`` says where on the network it came from.
        """
        now = self.now()
        if self.share.is_full():
            raise BadPicture("no_room")
        async with self.database.read() as tx:
            if not await self.share.has_left(tx, account_id, now):
                raise BadPicture("too_many_photos")
        tidied = await self.studio.tidy(raw)

        async def note(tx: Tx, file: str) -> str:
            if not await self.share.take(tx, Sender(channel, account_id, source), len(tidied.data), now):
                return ""
            stored = Stored(file, tidied.width, tidied.height)
            return await pictures.add(tx, account_id, stored, len(tidied.data), now)

        if name := await self._keep(tidied.data, note):
            return name
        raise BadPicture("too_many_photos")

    async def voice(self, raw: bytes, channel: str, account_id: int | None, source: str = "") -> str:
        """Store a voice message as it came; returns its name. Raises BadVoice, also for one too many.

        It takes its place among the photos of a source and a channel: both fill the same disk.
        """
        form, now = format_of(raw), self.now()
        if self.share.is_full():
            raise BadVoice("no_room")
        async with self.database.read() as tx:
            if not await self.share.has_left(tx, account_id, now, VOICES):
                raise BadVoice("too_many_voices")

        async def note(tx: Tx, file: str) -> str:
            if not await self.share.take(tx, Sender(channel, account_id, source), len(raw), now, VOICES):
                return ""
            return await voices.add(tx, account_id, file, form, len(raw), now)

        if name := await self._keep(raw, note):
            return name
        raise BadVoice("too_many_voices")

    async def _keep(self, data: bytes, note: Callable[[Tx, str], Awaitable[str]]) -> str:
        """Write a file under a new name, and have a row refer to it; returns the row's name, empty if there is none: then the
        file goes at once, so that nothing that is refused fills the disk."""
        file = await self.database.transact(lambda tx: loose.begin(tx, self.now()))
        await self.files.put(file, data)
        try:
            async with self.database.write() as tx:
                if name := await note(tx, file):
                    await loose.claim(tx, file)
                    return name
        except loose.GivenUp:
            await self.files.delete(file)
            raise
        await self.files.delete(file)
        return ""

    async def rows(self, raw: bytes, account: Account | None) -> dict[str, Any]:
        """What becomes of a spreadsheet: its rows, or what is wrong with it; nothing if it is from somebody without a role."""
        if not await self.reads(account):
            return {}
        try:
            return {"sheet": to_builtins(await self.sheets.read(raw))}
        except BadSheet as bad:
            return {"problem": bad.code}

    async def reads(self, account: Account | None) -> bool:
        """Whether spreadsheets from this account are looked at: only officers have any use for them."""
        if account is None:
            return False
        async with self.database.read() as tx:
            person = (await people.load(tx, [account.person_id]))[account.person_id]
        return person.has_role("officer") and not person.blocked

    async def _run(self, one: WaitingMessage, channel: Channel, media: Media, ready: Callable[[], None]) -> None:
        try:
            async with self.lanes.place():
                became = await self._fetch(one, channel, media)
        except Exception:
            # The message stays in the inbox without a word on its file, and is looked at again.
            log.exception("fetching a file failed", inbox=one.id)
            await asyncio.sleep(self.pause)
            became = None
        try:
            await self.database.transact(lambda tx: inbox.note_media(tx, one.id, became, self.now()))
        except Exception as failed:
            # It is looked at again when the time that it was given is over.
            log.error("what became of a file was not kept", inbox=one.id, error=type(failed).__name__)
        finally:
            ready()

    async def _fetch(self, one: WaitingMessage, channel: Channel, media: Media) -> dict[str, Any]:
        async with self.database.read() as tx:
            account = await people.find(tx, one.channel, one.address)
        if media.kind == "sheet" and not await self.reads(account):
            return {}
        try:
            async with asyncio.timeout(MOST):
                raw = await self._download(channel, media)
        except (FetchFailed, TimeoutError) as failed:
            problem = failed.code if isinstance(failed, FetchFailed) else "photo_unavailable"
            saying = {"sheet": OF_SHEETS, "voice": OF_VOICES}.get(media.kind, {})
            return {"problem": saying.get(problem, problem)}
        if media.kind == "sheet":
            return await self.rows(raw, account)
        account_id = account.id if account else None
        try:
            if media.kind == "voice":
                return {"voice": await self.voice(raw, one.channel, account_id)}
            return {"picture": await self.store(raw, one.channel, account_id)}
        except BadFile as bad:
            return {"problem": bad.code}

    async def _download(self, channel: Channel, media: Media) -> bytes:
        for attempt in range(1, TRIES + 1):
            try:
                return await channel.fetch(media)
            except FetchFailed as failed:
                if not failed.again or attempt == TRIES:
                    raise
                await asyncio.sleep(self.pause * attempt)
        raise FetchFailed("photo_unavailable")
