"""The hours in which nobody is disturbed by an announcement that can wait."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

WRITTEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class QuietHours:
    """From one time of the day to another, perhaps over midnight; both alike means never."""

    first: time = time()
    last: time = time()

    @classmethod
    def read(cls, written: str) -> QuietHours:
        """Read «21:00-07:00»; nothing means never. Raises ValueError."""
        if not written:
            return cls()
        found = WRITTEN.fullmatch(written)
        if found is None:
            raise ValueError(f"{written!r} is no time: write for example 21:00-07:00")
        first_hour, first_minute, last_hour, last_minute = (int(part) for part in found.groups())
        return cls(time(first_hour, first_minute), time(last_hour, last_minute))

    def __contains__(self, local: datetime) -> bool:
        at = local.time()
        if self.first <= self.last:
            return self.first <= at < self.last
        return at >= self.first or at < self.last

    def over(self, local: datetime) -> datetime:
        """The next end of them."""
        end = local.replace(hour=self.last.hour, minute=self.last.minute, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)
