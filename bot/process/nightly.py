"""Every night a backup, made and proven by a process of its own; and every minute a note of what no backup may undo."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path

import structlog

from bot.settings import Settings
from bot.turn.alarms import Alarm
from storage.backup import proven, remembered
from storage.database import Database, Tx
from storage.upkeep import instants, leases

log = structlog.get_logger()

AGAIN = timedelta(hours=1)
"""After a backup that failed."""
LONGEST = timedelta(hours=2)
"""How long a process may take before another one tries."""
TOO_OLD = timedelta(days=2)
"""The age of the last proven backup that admins are told of."""
WHY = 300
"""Characters of the reason that they are told."""


class Failed(RuntimeError):
    """No backup was made; the text says why."""


async def made_beside(*more: str) -> None:
    """Run ``nhandao backup``, with ``more`` behind it: its memory and its processor time are not ours. Raises Failed."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "backup", *more, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await child.communicate()
    finally:
        if child.returncode is None:  # we are to stop
            with suppress(ProcessLookupError):
                child.kill()
    if child.returncode:
        lines = said.decode(errors="replace").strip().splitlines()
        raise Failed(lines[-1].removeprefix("nhandao: ")[:WHY] if lines else f"exit status {child.returncode}")


def bring_remembered(settings: Settings, folder: Path) -> None:
    """Bring what no backup may undo into the bucket of the backups. Raises NotBrought."""
    from storage.backup.away import Away  # the client for S3 is loaded only where it is used

    assert settings.backup_also_secret is not None
    secret = settings.backup_also_secret.get_secret_value()
    Away(settings.backup_also_to, settings.backup_also_key, secret).bring_remembered(folder)


class Nightly:
    """Makes the backups of one database; several processes may offer it."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        zone: tzinfo,
        *,
        folder: Path,
        at: time | None,
        make: Callable[[], Awaitable[None]] = made_beside,
    ) -> None:
        """``folder``: where what no backup may undo is kept; ``at``: when, None for never by itself."""
        self.database, self.now, self.zone, self.folder, self.at, self.make = database, now, zone, folder, at, make
        self._owner = secrets.token_hex(8)
        self._proven_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._why = ""
        self.bring: Callable[[Path], None] | None = None
        """Brings what is kept there elsewhere, too; it waits for the network."""
        self._unbrought = True
        self._since = now()
        self._broken_act = False
        """Whether the audit log was broken when the last one was made."""
        self._changed: list[str] = []
        """The backups that are not what they were when they proved themselves."""
        self._looked_after: datetime | None = None
        """The last backup after which all of them were looked through."""

    async def look(self) -> Sequence[Alarm]:
        """What somebody should mend."""
        return [*self._look_at_backups(), *([Alarm("audit:broken", "trouble.audit")] if self._broken_act else [])]

    def _look_at_backups(self) -> Iterator[Alarm]:
        last = max(self._since, self._proven_at or self._since)  # who has just been started makes one first
        if self._why:
            yield Alarm("backup:failed", "trouble.backup.failed", {"reason": self._why})
        elif self._changed:
            yield Alarm("backup:changed", "trouble.backup.changed", {"names": ", ".join(self._changed)[:WHY]})
        elif self.at is not None and self.now() - last > TOO_OLD:
            yield Alarm("backup:old", "trouble.backup.old", {"hours": int(TOO_OLD.total_seconds()) // 3600})

    async def remember(self) -> None:
        """Note outside the database, and outside the machine where backups go there, who was erased and which receipts were
        written."""
        async with self.database.read() as tx:
            known = await remembered.collect(tx)
        try:
            self._unbrought |= await asyncio.to_thread(remembered.keep, self.folder, known, self.database.vault)
        except (OSError, ValueError) as failed:
            self._fail(f"{remembered.NAME}: {failed}"[:WHY])
            return
        if self.bring is not None and self._unbrought and (self.folder / remembered.NAME).exists():
            try:
                await asyncio.to_thread(self.bring, self.folder)
            except Exception as failed:  # the night's backup tells it, where it lasts; the next minute tries again
                log.warning("what no backup may undo could not be brought elsewhere", reason=str(failed))
            else:
                self._unbrought = False

    async def tick(self) -> None:
        """Make the backup if it is time, and nobody else does."""
        async with self.database.read() as tx:
            self._proven_at = await instants.marked(tx, instants.BACKUP)
            self._broken_act = await instants.marked(tx, instants.BROKEN_ACT) is not None
        if self._failed_at and self._proven_at and self._proven_at > self._failed_at:
            self._failed_at, self._why = None, ""
        await self._look_through()
        if not self.is_due() or (token := await self._take()) is None:
            return
        try:
            await self.make()
        except Failed as failed:
            log.error("no backup was made", reason=str(failed))
            self._fail(str(failed))
        else:
            self._failed_at, self._why, self._proven_at = None, "", self.now()
        finally:
            await self.database.transact(lambda tx: leases.give_back(tx, instants.BACKUP, self._owner, token))

    async def _look_through(self) -> None:
        """Compare all of them with what they were, once after each new one, and after a start."""
        if self._proven_at is None or self._looked_after == self._proven_at:
            return
        try:
            self._changed = await asyncio.to_thread(proven.changed, self.folder)
        except (OSError, ValueError) as failed:
            self._changed = [str(failed)]
        self._looked_after = self._proven_at

    def is_due(self) -> bool:
        """Whether the last one is of before the hour that was set, which is over; and not tried in vain just now."""
        if self.at is None or (self._failed_at and self.now() - self._failed_at < AGAIN):
            return False
        here = self.now().astimezone(self.zone)
        due = datetime.combine(here.date(), self.at, self.zone)
        if due > here:
            due = datetime.combine(here.date() - timedelta(days=1), self.at, self.zone)
        return self._proven_at is None or self._proven_at < due

    def _fail(self, why: str) -> None:
        self._failed_at, self._why = self.now(), why

    async def _take(self) -> int | None:
        async def take(tx: Tx) -> int | None:
            return await leases.take(tx, instants.BACKUP, self._owner, LONGEST)

        return await self.database.transact(take)
