"""Have what is kept sealed with the newest key, a little every second, until all of it is."""

from __future__ import annotations

import structlog

from storage.database import Database
from storage.upkeep import resealing

log = structlog.get_logger()

STEPS = 5
"""Transactions in a row: others have their turns between them."""


class Resealing:
    """Does it for one database; several processes may."""

    def __init__(self, database: Database) -> None:
        self.database, self.finished, self._changed = database, False, 0

    async def tick(self) -> None:
        """Some steps, if anything is left to do."""
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
