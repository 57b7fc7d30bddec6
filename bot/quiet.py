"""The hours in which nobody is disturbed by an announcement that can wait."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

from msgspec import Struct

WRITTEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class QuietHours(Struct, frozen=True):
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
            raise ValueError(f"{written!r} is not a time range; write it like 21:00-07:00")
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

    def next_end(self, local: datetime) -> datetime:
        """The same if it is quiet at this time, else this time."""
        return self.over(local) if local in self else local


class Quiet(Struct, frozen=True):
    """The quiet hours of every channel: its own, or those that hold everywhere."""

    everywhere: QuietHours = QuietHours()  # it is frozen
    own: Mapping[str, QuietHours] = {}

    @classmethod
    def read(cls, everywhere: str, own: str) -> Quiet:
        """Read «21:00-07:00» and «zalo_bot 20:00-08:00, telegram 22:00-06:00». Raises ValueError."""
        return cls(QuietHours.read(everywhere), {name: QuietHours.read(hours) for name, hours in pairs(own)})

    def on(self, channel: str) -> QuietHours:
        return self.own.get(channel, self.everywhere)


def pairs(written: str) -> Iterator[tuple[str, str]]:
    """The channels and what is written of each: «zalo_bot 4, telegram 9». Raises ValueError."""
    for part in filter(None, (part.strip() for part in written.split(","))):
        name, _, value = part.partition(" ")
        if not value.strip():
            raise ValueError(f"{part!r} is no channel with a value")
        yield name, value.strip()
