"""The backups and exports that admins ask for in the chat, made beside, one after the other."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.process.nightly import LONGEST, Failed, made_beside
from storage import audit
from storage.backup import shelf
from storage.database import Database, Tx
from storage.files import documents
from storage.upkeep import asked, instants, leases
from storage.upkeep.asked import AskedBackup

log = structlog.get_logger()

LARGEST = 10 << 20
"""Bytes of an export that may be sent into a chat, where that is allowed at all."""
NOT_ADMIN = "who asked is no admin any more"
SWEEP = timedelta(hours=1)
"""Between two looks for exports whose time is over."""


class AskedBackups:
    """Makes those of one database; several processes may offer it."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        folder: Path,
        make: Callable[..., Awaitable[None]] = made_beside,
    ) -> None:
        self.database, self.now, self.folder, self.make = database, now, folder, make
        self._owner = secrets.token_hex(8)
        self._swept_at: datetime | None = None

    async def tick(self) -> None:
        """Make what is waited for, unless a backup is being made just now: then the next time. Exports that nobody needs any
        more go."""
        await self._sweep()
        async with self.database.read() as tx:
            waiting = await asked.find_waiting(tx)
        if not waiting:
            return
        token = await self.database.transact(lambda tx: leases.take(tx, instants.BACKUP, self._owner, LONGEST))
        if token is None:
            return
        try:
            for one in waiting:
                await self._make(one)
        finally:
            await self.database.transact(lambda tx: leases.give_back(tx, instants.BACKUP, self._owner, token))

    async def _make(self, one: AskedBackup) -> None:
        name, content, failed = "", None, ""
        try:
            async with self.database.read() as tx:
                if not await asked.may_have(tx, one):
                    raise Failed(NOT_ADMIN)
            if one.public_key:
                name = shelf.export_name_at(self.now(), one.id)
                await self.make("--to", one.public_key, str(self.folder / name))
                content = await asyncio.to_thread(self._content, name) if one.by_file else None
            else:
                await self.make()
        except (Failed, OSError) as error:
            log.error("what an admin asked for was not made", reason=str(error))
            failed = str(error)

        async def note(tx: Tx) -> bool:
            """Whether it may stay: she may have lost her role while it was made."""
            if not failed and not await asked.may_have(tx, one):
                await asked.end(tx, one.id, self.now(), failed=NOT_ADMIN)
                return False
            kept = await documents.keep(tx, one.account_id, content, self.now()) if content else None
            await asked.end(tx, one.id, self.now(), name=name, failed=failed, document_id=kept)
            if one.public_key and not failed:
                await audit.add(tx, self.now(), "program", "everything.done", f"file:{name}", {"by": one.person_id})
            return True

        if not await self.database.transact(note) and name:
            (self.folder / name).unlink(missing_ok=True)

    async def _sweep(self) -> None:
        if self._swept_at and self.now() - self._swept_at < SWEEP:
            return
        self._swept_at = self.now()
        try:
            await asyncio.to_thread(shelf.prune_exports, self.folder, self.now())
        except OSError as failed:
            log.error("old exports could not be removed", reason=str(failed))

    def _content(self, name: str) -> bytes | None:
        """All of the file, None if it is too large to be sent."""
        path = self.folder / name
        return path.read_bytes() if path.stat().st_size <= LARGEST else None
