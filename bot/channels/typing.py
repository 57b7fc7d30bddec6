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
        self._waiting: dict[str, asyncio.TimerHandle | asyncio.Task[None]] = {}
        self._showing: set[str] = set()

    def expect(self, chat: str) -> None:
        """Somebody wrote and is to be answered."""
        if chat not in self._waiting:  # most are answered before there is anything to show, and need no task
            self._waiting[chat] = asyncio.get_running_loop().call_later(self.after, self._begin, chat)

    def answered(self, chat: str) -> None:
        """An answer is on its way."""
        if waiting := self._waiting.pop(chat, None):
            waiting.cancel()

    async def close(self) -> None:
        """Show none any more."""
        waiting = list(self._waiting.values())
        self._waiting.clear()
        for one in waiting:
            one.cancel()
        await asyncio.gather(*(one for one in waiting if isinstance(one, asyncio.Task)), return_exceptions=True)

    def _begin(self, chat: str) -> None:
        task = self._waiting[chat] = asyncio.create_task(self._show(chat))
        task.add_done_callback(lambda _: self._waiting.get(chat) is task and self._waiting.pop(chat))

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
