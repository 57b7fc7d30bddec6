"""Do what only one process may do at a time, such as receiving from a bot: as long as a lease is held, and not longer."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.outage import outlived
from storage.database import Database
from storage.upkeep import leases

log = structlog.get_logger()

LENGTH = 30.0
"""Seconds after which others take over from a process that has vanished."""
RENEW_EVERY = 8.0
STOP_BEFORE = 6.0
"""Seconds before its end a lease that could not be renewed counts as lost."""
LOOK_EVERY = 2.0


async def at_once(work: Callable[[], Awaitable[None]]) -> None:
    """Do it now: no other process could."""
    await work()


class Alone:
    """One piece of work that several processes offer to do."""

    def __init__(
        self, database: Database, name: str, *,
        length: float = LENGTH, renew_every: float = RENEW_EVERY, stop_before: float = STOP_BEFORE,
    ) -> None:  # fmt: skip
        self.database, self.name, self.owner = database, name, secrets.token_hex(8)
        self.length, self.renew_every, self.stop_before = timedelta(seconds=length), renew_every, stop_before

    async def __call__(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it whenever it is this process's turn, until cancelled. Raises what the work raises."""
        while True:
            # Measured from before the question: the answer may be long on its way.
            good_until = self._good_until()
            token = await self._take()
            if token is None:
                await asyncio.sleep(LOOK_EVERY)
                continue
            log.info("this process has the lease", lease=self.name, token=token)
            try:
                if await self._work(work, token, good_until):
                    return
            finally:
                with suppress(Exception):
                    async with self.database.write() as tx:
                        await leases.give_back(tx, self.name, self.owner, token)
            log.warning("this process has lost the lease", lease=self.name, token=token)

    def _good_until(self) -> float:
        return asyncio.get_running_loop().time() + self.length.total_seconds() - self.stop_before

    async def _work(self, work: Callable[[], Awaitable[None]], token: int, good_until: float) -> bool:
        """Work while the lease holds; returns whether the work came to an end by itself."""
        working = asyncio.ensure_future(work())
        now = asyncio.get_running_loop().time
        try:
            while now() < good_until:
                done, _ = await asyncio.wait({working}, timeout=min(self.renew_every, good_until - now()))
                if done:
                    working.result()
                    return True
                renewed = self._good_until()
                match await self._renew(token, good_until):
                    case True:
                        good_until = renewed
                    case False:
                        return False
            return False
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _take(self) -> int | None:
        with outlived(self.name):
            async with self.database.write() as tx:
                return await leases.take(tx, self.name, self.owner, self.length)
        return None

    async def _renew(self, token: int, good_until: float) -> bool | None:
        """None if the database did not answer in time: it may do so next time."""
        with outlived(self.name):
            async with asyncio.timeout_at(good_until), self.database.write() as tx:
                return await leases.renew(tx, self.name, self.owner, token, self.length)
        return None
