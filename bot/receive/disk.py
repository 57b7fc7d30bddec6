"""Watch the room on the disk: the last of it is for officers, and for the answers that people wait for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

from bot.turn.alarms import Alarm

LOOK_EVERY = 1.0
"""Seconds for which a look holds."""
MEGA = 1 << 20


def free_bytes(folder: Path) -> int:
    """What is free on the disk of this folder, for this user."""
    return shutil.disk_usage(folder).free


class Disk:
    """The disk on which one process keeps things. ``measure`` returns its free bytes."""

    def __init__(self, folder: Path, reserve: int, measure: Callable[[Path], int] = free_bytes) -> None:
        """``reserve``: bytes; none switches the guard off."""
        self.folder, self.reserve, self.measure = folder, reserve, measure
        self._free, self._looked_at = 0, float("-inf")

    def is_full(self) -> bool:
        """Whether only the reserve is left."""
        return self.reserve > 0 and self._left() < self.reserve

    async def look(self) -> Sequence[Alarm]:
        """The alarm of a disk that is nearly full; already when twice the reserve is left, so that there is time."""
        free = self._left()
        if self.reserve == 0 or free >= 2 * self.reserve:
            return []
        # Rounded, so that the same trouble stays the same.
        sentence = "trouble.disk_full" if free < self.reserve else "trouble.disk_low"
        return [Alarm(f"disk:{'full' if free < self.reserve else 'low'}", sentence, {"free": free // MEGA})]

    def _left(self) -> int:
        if monotonic() - self._looked_at > LOOK_EVERY:
            self._free, self._looked_at = self.measure(self.folder), monotonic()
        return self._free
