"""Notice a machine's clock that jumps: wall time beside the monotonic clock, and beside what the database has seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from time import monotonic

import structlog

from bot.context import Context
from bot.turn.alarms import Alarm
from storage.upkeep import instants

log = structlog.get_logger()

JUMP = timedelta(seconds=2)
"""Less than this is a clock being set as it should."""
REMEMBERED = 3600.0
"""Seconds for which admins see that it jumped."""


class ClockWatch:
    """Looks at the clock of one process."""

    def __init__(self, context: Context, steady: Callable[[], float] = monotonic) -> None:
        self.context, self.steady = context, steady
        self._wall, self._steady = context.now(), steady()
        self._jumped: tuple[timedelta, float] | None = None
        """The last jump, and when it was seen."""

    async def look(self) -> Sequence[Alarm]:
        """Whether the clock jumped within the last hour. After a step back, nothing waits for an instant of the wrong time."""
        now, steady = self.context.now(), self.steady()
        jump = now - self._wall - timedelta(seconds=steady - self._steady)
        self._wall, self._steady = now, steady
        database = self.context.database
        back = await database.transact(partial(instants.pass_by, now=now, shared=database.shared))
        if back and abs(jump) < JUMP:
            jump = -back  # it went back while nobody looked: before this process began
        if abs(jump) >= JUMP:
            log.warning("the clock jumped", seconds=round(jump.total_seconds()))
            self._jumped = jump, steady
        if self._jumped is None or steady - self._jumped[1] > REMEMBERED:
            return []
        seconds = round(self._jumped[0].total_seconds())
        return [Alarm("clock", f"trouble.clock.{'ahead' if seconds > 0 else 'back'}", {"seconds": abs(seconds)})]
