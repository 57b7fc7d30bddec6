"""End the process when it is deaf or cannot write for long: who keeps it starts it again, but leaves alone what is merely
unhealthy.

Only what this process could do before counts. Where the one that follows cannot do it either, it is not the process that
is to blame, and it stays; so a network that is away for days means one restart, and not one every half hour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic

from bot.channels.standing import Standing
from bot.context import Context
from bot.process.health import Health
from bot.receive.disk import Disk

LOOK_EVERY = 15.0
"""Seconds between two looks."""
LONG = 600.0
"""Seconds for which it may be unable to write, or leave a message unhandled."""
DEAF = timedelta(minutes=30)
"""Since the last answer of a platform that is asked: a long poll and every pause between two tries are shorter."""


class Unwell(RuntimeError):
    """The process has not been able for long to do what it is there for, and could before."""


class Watchdog:
    """Watches one process."""

    def __init__(
        self, context: Context, health: Health, disk: Disk, standing: Standing, clock: Callable[[], float] = monotonic
    ) -> None:
        self.context, self.health, self.disk, self.standing, self.clock = context, health, disk, standing, clock
        self._well: set[str] = set()
        """What it was seen to be able to do."""
        self._since: dict[str, float] = {}
        """Since when it cannot do what it could."""

    async def run(self) -> None:
        """Look again and again. Raises Unwell."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.look()

    async def look(self) -> None:
        """Raise Unwell if something that could be done has not been possible for long."""
        now = self.clock()
        for able, can in (await self._abilities()).items():
            if can:
                self._well.add(able)
                self._since.pop(able, None)
            elif able in self._well and now - self._since.setdefault(able, now) >= LONG:
                raise Unwell(f"for {LONG / 60:.0f} minutes it could not {able}")

    async def _abilities(self) -> Mapping[str, bool]:
        """What it can do now. A full disk, or a token that is rejected, no restart mends."""
        found = await self.health.ready()
        if not found["writes"]:
            return {} if self.disk.is_full() else {"write": False}
        return {"write": True, "handle messages": found["ok"], **self._hearing()}

    def _hearing(self) -> dict[str, bool]:
        now = self.context.now()
        return {
            f"hear from {channel.name}": now - channel.received_at < DEAF
            for channel in self.context.channels.values()
            if channel.asks and channel.received_at is not None and channel.name not in self.standing.rejected
        }
