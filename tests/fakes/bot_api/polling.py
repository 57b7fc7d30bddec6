"""getUpdates as Telegram's server answers it: long polling, and only one poller at a time."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.fakes.bot_api.queue import Event, UpdateQueue
from tests.fakes.bot_api.refusal import Refusal

LONGEST = 50
"""Seconds of one long poll."""
GATHER = 0.002
"""Seconds that the server waits for more when something has come."""
OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Polling:
    """The one long poll that waits. `paced`: also slow down a client that asks the same again and again, as the real one."""

    def __init__(self, queue: UpdateQueue, *, paced: bool) -> None:
        self.queue, self.paced = queue, paced
        self._waiting: asyncio.Future[None] | None = None
        self._last = (-1, float("-inf"))
        self._next_conflict = float("-inf")

    async def get(self, offset: int, limit: int, timeout: float) -> list[Event]:
        """The next updates, at once if there are any. Raises Refusal (409) if another poller takes over meanwhile."""
        timeout = min(timeout, LONGEST)
        if self.paced:
            limit, timeout = self._slow_down(offset, limit, timeout)
        found = self.queue.get(offset, limit)
        if found or not timeout:
            return found
        self.abort(Refusal(409, OTHER))
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(waiting, timeout)
        except TimeoutError:
            pass
        except Refusal as refused:
            await self._hold_back(refused)
            raise
        finally:
            if self._waiting is waiting:
                self._waiting = None
        return self.queue.get(offset, limit)

    def wake(self) -> None:
        """Something has come."""
        if self._waiting:
            asyncio.get_running_loop().call_later(GATHER, _done, self._waiting)

    def abort(self, refusal: Refusal) -> None:
        """End the poll that waits."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(refusal)
        self._waiting = None

    async def _hold_back(self, refused: Refusal) -> None:
        """A second conflict within three seconds is told three seconds late."""
        now = asyncio.get_running_loop().time()
        if self.paced and refused.code == 409 and now < self._next_conflict:
            await asyncio.sleep(3)
        else:
            self._next_conflict = now + 3

    def _slow_down(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        now = asyncio.get_running_loop().time()
        (last_offset, last_at), self._last = self._last, (offset, now)
        if offset == last_offset and now < last_at + 3:
            timeout = max(timeout, 3)
        if offset == last_offset and now < last_at + 0.5:
            limit = 1
        return limit, timeout


def _done(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


def asked(params: dict[str, Any]) -> tuple[int, int, float]:
    """Offset, limit and timeout of a request."""
    return int(params.get("offset") or 0), int(params.get("limit") or 100), float(params.get("timeout") or 0)
