"""Let a few do something at once, and whoever takes long step aside, so that nobody waits for the slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Lanes:
    """A quick lane with ``quick`` places, and room for ``slow`` beside it.

    After ``patience`` seconds somebody in the quick lane moves over, if there is room.
    """

    def __init__(self, quick: int, slow: int, *, patience: float) -> None:
        self.patience = patience
        self._quick, self._room = asyncio.Semaphore(quick), slow

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place; it begins in the quick lane."""
        await self._quick.acquire()
        aside = False

        def step_aside() -> None:
            nonlocal aside
            if self._room:
                aside, self._room = True, self._room - 1
                self._quick.release()

        timer = asyncio.get_running_loop().call_later(self.patience, step_aside)
        try:
            yield
        finally:
            timer.cancel()
            if aside:
                self._room += 1
            else:
                self._quick.release()
