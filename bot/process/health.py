"""How one process is: whether it writes to disk, handles in time and reaches people; for whoever watches it from outside."""

from __future__ import annotations

import asyncio
from datetime import datetime
from time import monotonic
from typing import Any

from bot.channels import Channel
from bot.context import Context
from bot.outage import outlived
from bot.process.channel_watch import ChannelWatch
from bot.receive.keep import Receiving
from bot.send.pace import Pacer
from storage.database import Tx
from storage.talk import inbox
from storage.upkeep import instants

STALE = 60.0
"""Seconds after which a message that nobody handled means that something is stuck."""
WITHIN = 3.0
"""Seconds in which a small transaction must be on disk; who asks waits for four."""
KEPT = 2.0
"""Seconds for which a good answer holds: being asked often must cost nothing."""


class Health:
    """Tells it about its own process."""

    def __init__(self, context: Context, receiving: Receiving, pacer: Pacer, watch: ChannelWatch) -> None:
        self.context, self.receiving, self.pacer, self.watch = context, receiving, pacer, watch
        self._asking = asyncio.Lock()
        self._found: dict[str, Any] = {}
        self._found_at = float("-inf")

    async def ready(self) -> dict[str, Any]:
        """Whether it can take what comes (``ok``), and how each channel is. One platform's trouble does not make a process
        unready, for the others would miss it."""
        came = monotonic()
        async with self._asking:
            kept = KEPT if self._found.get("ok") else 0.0
            if self._found_at + kept < came:  # who came while it was found out gets the same
                self._found = {**await self._database(), "channels": await self._channels()}
                self._found_at = monotonic()
            return self._found

    async def _database(self) -> dict[str, Any]:
        """Whether it takes a transaction in time, and since when the oldest message waits to be handled."""
        now = self.context.now()

        async def write(tx: Tx) -> datetime | None:
            await instants.mark(tx, "ready", now)
            return await inbox.oldest_waiting_at(tx)

        try:
            with outlived("health"):
                async with asyncio.timeout(WITHIN):
                    oldest = await self.context.database.transact(write)
                age = round((now - oldest).total_seconds()) if oldest else 0
                return {"ok": age < STALE, "writes": True, "oldest_unhandled_seconds": age}
        except TimeoutError:
            return {"ok": False, "writes": False, "database": "too slow"}
        return {"ok": False, "writes": False, "database": "out of reach"}

    async def _channels(self) -> dict[str, Any]:
        """The troubles by their names, without a word of theirs that could hold an address."""
        pauses = self.pacer.pauses()
        alarms = await self.watch.look()
        return {
            name: {
                "received_seconds": self._ago(self._heard_at(channel)),
                "sent_seconds": self._ago(self.pacer.sent_at.get(name)),
                "paused_seconds": round(pauses.get(name, 0.0)),
                "troubles": sorted(alarm.name.partition(":")[2] for alarm in alarms if alarm.channel == name),
            }
            for name, channel in self.context.channels.items()
        }

    def _heard_at(self, channel: Channel) -> datetime | None:
        """Being told that there is nothing new is hearing too."""
        return max(
            (at for at in (channel.received_at, self.receiving.heard_at.get(channel.name)) if at is not None),
            default=None,
        )

    def _ago(self, at: datetime | None) -> int | None:
        return None if at is None else round((self.context.now() - at).total_seconds())
