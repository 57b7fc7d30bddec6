"""Receive: what came in is on disk before it is acknowledged, and those who come together share a commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import groupby

from bot.context import Context
from bot.receive.admission import Admission, refusal
from storage.database import Tx
from storage.talk import inbox
from storage.talk.inbox import Arrival

MANY, GATHER = 10, 0.01
"""When so many came at once, seconds in which more gather for the next commit: it costs the same for many."""
FULL = 100
"""So many messages are enough for one commit."""
Refusals = Mapping[int, str]
"""What is not kept, by its place, and the name of the sentence that says why."""
Keeping = tuple[Sequence[Arrival], asyncio.Future[None]]
"""What a channel received, and who waits until it is kept."""


class Receiving:
    """The receiving side of one process."""

    def __init__(self, context: Context, admission: Admission, wake: Callable[[], None]) -> None:
        self.context, self.admission, self.wake = context, admission, wake
        self.shared = False
        """Whether somebody else keeps what is new, in a transaction that does more."""
        self.heard_at: dict[str, datetime] = {}
        """When each channel last received something, in this process."""
        self._new: list[Keeping] = []
        self._count = 0
        self._full = asyncio.Event()
        """Whether so many are new that nobody need wait for more."""
        self._keeper: asyncio.Task[None] | None = None

    async def receive(self, arrivals: Sequence[Arrival]) -> None:
        """Store what a channel received. When this returns it is on disk. Raises Refused for one alone of a page
        that is not kept; elsewhere its sender is told."""
        kept = asyncio.get_running_loop().create_future()
        self._new.append((arrivals, kept))
        self._count += len(arrivals)
        if self._count >= FULL:
            self._full.set()
        self.heard_at.update({arrival.channel: self.context.now() for arrival in arrivals})
        if self.shared:
            self.wake()
        elif self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep_on())
        await kept

    def _tells(self, refused: Arrival) -> bool:
        """Whether its sender is told by a message."""
        return self.context.channels[refused.channel].capabilities.vouches

    def take(self) -> list[Keeping]:
        """What is new, to be given to ``keep``, and then to ``done`` or ``keep_separately``."""
        new, self._new = self._new, []
        self._count = 0
        self._full.clear()
        return new

    async def gather(self) -> None:
        """Wait a moment in which more may come for the next commit, and no longer than until there is enough."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GATHER):
                await self._full.wait()

    async def keep(self, new: Sequence[Keeping], tx: Tx) -> Refusals:
        """Store what is admitted of it; returns the others, by place, each with the sentence that says why."""
        found = [arrival for these, _ in new for arrival in these]
        now = self.context.now()
        refused = await self.admission.check(tx, found, now)
        arrivals = [arrival for n, arrival in enumerate(found) if n not in refused]
        if arrivals:
            await inbox.keep(tx, arrivals, now)
        for name, group in groupby(sorted(arrivals, key=lambda a: a.channel), lambda a: a.channel):
            await self.context.channels[name].kept(tx, list(group), now)
        return refused

    def done(self, new: Sequence[Keeping], refused: Refusals) -> None:
        """It is on disk, or refused: whoever waits for that is told.

        A platform is told that all was received: a refused message that it brought again would hold up those after it.
        """
        place = 0
        for arrivals, kept in new:
            if not kept.done():
                if len(arrivals) == 1 and place in refused and not self._tells(arrivals[0]):
                    kept.set_exception(refusal(refused[place]))
                else:
                    kept.set_result(None)
            place += len(arrivals)

    async def keep_separately(self, new: Sequence[Keeping]) -> None:
        """Store it, whatever is to become of it; what goes wrong is told to whoever waits."""
        try:
            refused = await self.context.database.transact(partial(self.keep, new))
        except BaseException as failed:
            for _, kept in new:
                if not kept.done():
                    kept.set_exception(failed)
            if not isinstance(failed, Exception):
                raise
        else:
            self.done(new, refused)
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
                await self.gather()
