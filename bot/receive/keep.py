"""Receive: what came in is on disk before it is acknowledged, and those who come together share a commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from bot.context import Context
from storage.database import Tx
from storage.talk import inbox
from storage.talk.inbox import Arrival

MANY, GATHER = 10, 0.01
"""When so many came at once, seconds in which more gather for the next commit: it costs the same for many."""
Keeping = tuple[Sequence[Arrival], asyncio.Future[None]]
"""What a channel received, and who waits until it is kept."""


class Receiving:
    """The receiving side of one process."""

    def __init__(self, context: Context, wake: Callable[[], None]) -> None:
        self.context, self.wake = context, wake
        self.shared = False
        """Whether somebody else keeps what is new, in a transaction that does more."""
        self.heard_at: dict[str, datetime] = {}
        """When each channel last received something, in this process."""
        self._new: list[Keeping] = []
        self._keeper: asyncio.Task[None] | None = None

    async def receive(self, arrivals: Sequence[Arrival]) -> None:
        """Store what a channel received. When this returns it is on disk."""
        kept = asyncio.get_running_loop().create_future()
        self._new.append((arrivals, kept))
        self.heard_at.update({arrival.channel: self.context.now() for arrival in arrivals})
        if self.shared:
            self.wake()
        elif self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep_on())
        await asyncio.shield(kept)

    def take(self) -> list[Keeping]:
        """What is new, to be given to ``keep``, and then to ``done`` or ``keep_separately``."""
        new, self._new = self._new, []
        return new

    async def keep(self, new: Sequence[Keeping], tx: Tx) -> None:
        """Store it."""
        arrivals = [arrival for these, _ in new for arrival in these]
        now = self.context.now()
        await inbox.keep(tx, arrivals, now)
        for name, group in groupby(sorted(arrivals, key=lambda a: a.channel), lambda a: a.channel):
            await self.context.channels[name].kept(tx, list(group), now)

    def done(self, new: Sequence[Keeping]) -> None:
        """It is on disk: whoever waits for that is told."""
        for _, kept in new:
            if not kept.done():
                kept.set_result(None)

    async def keep_separately(self, new: Sequence[Keeping]) -> None:
        """Store it, whatever is to become of it; what goes wrong is told to whoever waits."""
        try:
            await self.context.database.transact(partial(self.keep, new))
        except BaseException as failed:
            for _, kept in new:
                if not kept.done():
                    kept.set_exception(failed)
            if not isinstance(failed, Exception):
                raise
        else:
            self.done(new)
            self.wake()

    def give_up(self) -> None:
        """Nobody keeps anything any more."""
        self.shared = False
        for _, kept in self.take():
            kept.cancel()

    async def _keep_on(self) -> None:
        while new := self.take():
            await self.keep_separately(new)
            if len(new) >= MANY:
                await asyncio.sleep(GATHER)
