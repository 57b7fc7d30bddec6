"""Have what is kept sealed with the newest key, files too, a little every second, until all of it is."""

from __future__ import annotations

import structlog

from storage.database import Database
from storage.files.sealed import Sealed
from storage.upkeep import resealing, sealing_files

log = structlog.get_logger()

STEPS = 5
"""Transactions in a row: others have their turns between them."""


class Resealing:
    """Does it for one database and its files; several processes may."""

    def __init__(self, database: Database, files: Sealed) -> None:
        self.database, self.files, self.finished, self._changed = database, files, False, 0
        self._files_finished, self._files_changed = False, 0

    async def tick(self) -> None:
        """Some steps, if anything is left to do."""
        await self._tick_rows()
        await self._tick_files()

    async def _tick_rows(self) -> None:
        for _ in range(STEPS):
            if self.finished:
                return
            done = await self.database.transact(resealing.step)
            for lost in done.lost:
                log.error(
                    "something that is kept cannot be opened: it was altered, or sealed with another key", what=lost
                )
            self._changed += done.changed
            self.finished = done.finished
        if self.finished and self._changed:
            log.info("all that is kept is sealed with the newest key", changed=self._changed)

    async def _tick_files(self) -> None:
        if self._files_finished:
            return
        done = await sealing_files.step(self.database, self.files)
        for lost in done.lost:
            log.error("a picture or a voice message is missing, or was altered", file=lost)
        self._files_changed += done.changed
        self._files_finished = done.finished
        if done.finished and self._files_changed:
            log.info("all pictures and voice messages are sealed with the newest key", changed=self._files_changed)
