"""The pair of tokens: renewed ahead of time by one process of all, and committed before it is used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar

import structlog

from bot.channels.kind import Surroundings
from bot.channels.zalo.http import InDoubt, NotSent, Unavailable
from bot.channels.zalo_oa.books import NEVER, Books
from bot.channels.zalo_oa.client import Given, Refused, ZaloOaClient
from bot.channels.zalo_oa.meaning import EXPIRED, LATER
from storage.database import Tx
from storage.platform import tokens
from storage.platform.tokens import TokenPair

log = structlog.get_logger()

T = TypeVar("T")

AHEAD = timedelta(hours=5)
"""So long before its end a pair is renewed: at twenty hours of twenty-five."""
FRESH = timedelta(minutes=10)
"""A pair that is refused so soon is refused for another reason than its age."""
PAUSE = 60.0
"""Seconds until the next attempt after one that failed."""
STOPPING = 3.0
"""Seconds that a process which ends waits for an answer that is on its way."""
INSIST = (0.2, 1.0, 5.0, 10.0)
"""Seconds between the attempts to write down a new pair."""


class NoTokens(Exception):
    """Nobody has let us in, or the platform gives no next pair: a human must agree again."""


class Tokens:
    """The pair of one Official Account."""

    def __init__(self, channel: str, surroundings: Surroundings, client: ZaloOaClient, books: Books) -> None:
        self.channel, self.database, self.now = channel, surroundings.database, surroundings.now
        self.client, self.books = client, books
        self.exclusive = surroundings.exclusive(f"tokens:{channel}")
        self._pair: TokenPair | None = None
        self._lock = asyncio.Lock()
        self._not_before = 0.0

    async def use(self, work: Callable[[str], Awaitable[T]]) -> T:
        """Do something with the access token; where it is not good any more, once more with the next.

        Raises NoTokens, and what the work and the client raise.
        """
        pair = await self._current()
        try:
            return await work(pair.access)
        except Refused as refused:
            if refused.code not in EXPIRED or self.now() - pair.made_at < FRESH:
                raise  # another new one would be refused as well
        return await work((await self.renew(pair)).access)

    async def keep(self, whose: str, given: Given) -> None:
        """Take a pair that a consent has brought."""
        async with self._lock:
            await self._commit(whose, given)
        await self.books.mend("consent")

    async def look(self) -> None:
        """Renew the pair if its end is near, and say it if there is none that is good."""
        self._pair = None
        try:
            pair = await self._current()
            if pair.expires_at - self.now() <= AHEAD:
                await self.renew(pair)
            await self.books.mend("consent")
        except (NoTokens, NotSent, InDoubt, Unavailable, Refused) as failed:
            log.info("the tokens are not renewed", channel=self.channel, reason=str(failed))

    async def renew(self, old: TokenPair) -> TokenPair:
        """The pair after this one; however many ask for it at once, in however many processes, it is got once."""
        async with self._lock:
            if self._pair is None or self._pair.id == old.id:
                await self.exclusive(lambda: self._renew(old))
            return await self._current()

    async def _renew(self, old: TokenPair) -> None:
        """Called by one process at a time. Raises NoTokens, NotSent, InDoubt, Unavailable."""
        self._pair = None
        newest = await self._current()
        if newest.id != old.id:
            return
        if monotonic() < self._not_before:
            raise NotSent("a new pair is asked for again later")
        await _to_its_end(self._replace(newest))

    async def _replace(self, newest: TokenPair) -> None:
        try:
            given = await self.client.refresh(newest.refresh)
        except Refused as refused:
            if refused.code in LATER:
                self._not_before = monotonic() + PAUSE
                raise NotSent(str(refused)) from None
            await self._refused(newest, str(refused))
            raise NoTokens(str(refused)) from None
        except (NotSent, InDoubt, Unavailable):
            # Perhaps the old one is spent: then the next attempt is refused, and that is the last one.
            self._not_before = monotonic() + PAUSE
            raise
        await self._commit(newest.whose, given)

    async def _current(self) -> TokenPair:
        if self._pair is None:
            async with self.database.read() as tx:
                self._pair = await tokens.current(tx, self.channel)
        pair = self._pair
        if pair is None or pair.refused_at is not None:
            self._pair = None
            reason = pair.reason if pair else NEVER
            await self.books.trouble("consent", reason)
            raise NoTokens(reason)
        return pair

    async def _commit(self, whose: str, given: Given) -> None:
        """Nobody uses the new pair before it is on disk: the old one is worth nothing any more."""
        now = self.now()
        until = now + timedelta(seconds=given.seconds)

        async def write(tx: Tx) -> None:
            await tokens.keep(tx, self.channel, whose, given.access, given.refresh, now, until)

        for pause in (*INSIST, None):
            try:
                await self.database.transact(write)
                break
            except Exception as failed:  # it is all that is left of the old pair, so it is not let go lightly
                if pause is None:
                    raise
                log.error("a new pair of tokens is not kept yet", error=type(failed).__name__)
                await asyncio.sleep(pause)
        async with self.database.read() as tx:
            self._pair = await tokens.current(tx, self.channel)
        log.info("a new pair of tokens is kept", channel=self.channel, until=until.isoformat())

    async def _refused(self, pair: TokenPair, reason: str) -> None:
        self._pair = None
        async with self.database.write() as tx:
            await tokens.refuse(tx, pair.id, reason, self.now())
        await self.books.trouble("consent", reason)


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do it; whoever is cancelled meanwhile waits a moment for it, since the answer that is on its way comes only once."""
    doing = asyncio.ensure_future(work)
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait({doing}, timeout=STOPPING)
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
        raise
