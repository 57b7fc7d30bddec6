"""Connections to PostgreSQL that outlast the program of a test, which is stopped and started again for every line that is said.

To open them costs the server a process each, and every statement is compiled, prepared and planned anew: eight tenths of
such a test. Programs that are processes of their own open their own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import postgresql


class Lent(AsyncEngine):
    """A pool that goes back, with its connections, to who lent it when its program closes it."""

    __slots__ = ("lender", "url")

    def __init__(self, lender: Pools, url: sa.URL) -> None:
        super().__init__(lender.open_pool(url).sync_engine)
        self.lender, self.url = lender, url
        sa.event.listen(self.sync_engine, "do_connect", self._lead)

    def _lead(self, dialect: Any, record: Any, positional: Any, named: dict[str, Any]) -> None:
        named["database"] = self.url.database

    async def dispose(self, close: bool = True) -> None:
        self.lender.idle.append(self)

    async def end(self) -> None:
        await super().dispose()


class Pools:
    """Lends them: to one program at a time, as it has them in life. What was compiled once is known to the next test, too."""

    def __init__(self) -> None:
        self.open_pool = postgresql.pool
        self.idle, self._spare, self._lasting = list[Lent](), list[Lent](), set[sa.URL]()

    @asynccontextmanager
    async def lasting(self, address: str) -> AsyncIterator[None]:
        """Keep the connections to this database until the end."""
        url = sa.make_url(address)
        self._lasting.add(url)
        try:
            yield
        finally:
            self._lasting.remove(url)
            for pool in self.idle:
                await pool.end()
            self._spare += self.idle
            self.idle.clear()

    def pool(self, url: sa.URL) -> AsyncEngine:
        """For a program that starts."""
        if url not in self._lasting:
            return self.open_pool(url)
        lent = self.idle.pop() if self.idle else self._spare.pop() if self._spare else Lent(self, url)
        lent.url = url
        return lent
