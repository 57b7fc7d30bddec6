"""Show somebody who has waited for a while that an answer is being written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Show = Callable[[str], Awaitable[None]]
"""Shows the sign in a chat, once; best effort."""

MOST = 20
"""So many people see the sign at once; where more are waiting, the platform has enough to do."""


class Typing:
    """The signs of one process: after so many seconds, and again until it was shown so many ``times``."""

    def __init__(self, show: Show, *, after: float, every: float = 0.0, times: int = 1) -> None:
        self.show, self.after, self.every, self.times = show, after, every, times
        self._due: dict[str, float] = {}
        """When whoever waits is to see a sign, the first ones first: nearly all are answered before, and one timer does."""
        self._timer: asyncio.TimerHandle | None = None
        self._signs: dict[str, asyncio.Task[None]] = {}
        self._showing: set[str] = set()

    def expect(self, chat: str) -> None:
        """Somebody wrote and is to be answered."""
        if chat in self._due or chat in self._signs:
            return
        loop = asyncio.get_running_loop()
        self._due[chat] = loop.time() + self.after
        if self._timer is None:
            self._timer = loop.call_later(self.after, self._look)

    def answered(self, chat: str) -> None:
        """An answer is on its way."""
        self._due.pop(chat, None)
        if sign := self._signs.pop(chat, None):
            sign.cancel()

    async def close(self) -> None:
        """Show none any more."""
        signs = list(self._signs.values())
        self._due.clear()
        self._signs.clear()
        for sign in signs:
            sign.cancel()
        await asyncio.gather(*signs, return_exceptions=True)

    def _look(self) -> None:
        """Begin the signs that are due, and look again when the next one is."""
        self._timer, loop = None, asyncio.get_running_loop()
        while self._due:
            chat, due = next(iter(self._due.items()))
            if due > loop.time():
                self._timer = loop.call_at(due, self._look)
                return
            del self._due[chat]
            self._begin(chat)

    def _begin(self, chat: str) -> None:
        task = self._signs[chat] = asyncio.create_task(self._show(chat))
        task.add_done_callback(lambda _: self._signs.get(chat) is task and self._signs.pop(chat))

    async def _show(self, chat: str) -> None:
        if len(self._showing) >= MOST:
            return
        self._showing.add(chat)
        try:
            for time in range(self.times):
                await asyncio.sleep(self.every if time else 0)
                await self.show(chat)
        finally:
            self._showing.discard(chat)
