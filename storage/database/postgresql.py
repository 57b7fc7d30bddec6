"""PostgreSQL as this program opens it: a pool of connections that notices a restart, and waits for nothing for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from storage.database.address import tls_for
from storage.database.run import Run, Unit

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")

CONNECTIONS = 10
"""Connections of one process. By default PostgreSQL accepts 100 in all."""
LIMITS = {
    "application_name": "nhandao",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}
OUTAGES = ("08", "53", "57P", "58", "25006", "25P03", "40001", "40P01", "55P03")
"""How the codes begin (postgresql.org/docs/current/errcodes-appendix.html): no connection, no resources, shutting down,
system errors, a standby that only reads, a transaction that idled, serialization, deadlock, a lock not had in time."""


def is_outage(cause: BaseException) -> bool:
    """Whether the server is at fault, or another transaction was in the way."""
    return str(getattr(cause, "sqlstate", None)).startswith(OUTAGES)


class Unreachable(ConnectionError):
    """No connection to the database could be made."""


def pool(url: sa.URL) -> AsyncEngine:
    """Connections to this database, none of which is opened before it is needed."""
    from sqlalchemy.ext.asyncio import create_async_engine  # several megabytes that SQLite does not need

    return create_async_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,  # a connection that a restart has cut is replaced before it is used
        hide_parameters=True,  # an error's text goes to the log, and parameters are somebody's data
        isolation_level="READ COMMITTED",
        connect_args={"timeout": 5, "command_timeout": 60, "server_settings": LIMITS, **tls_for(url)},
    )


class Server:
    """A database on a server, for as many processes as it bears: two views of one pool."""

    dialect = "postgresql"

    def __init__(self, url: sa.URL) -> None:
        self._writer = pool(url)
        self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def write(self) -> AbstractAsyncContextManager[Run]:
        """A transaction that writes."""
        return _begin(self._writer)

    def read(self) -> AbstractAsyncContextManager[Run]:
        """A transaction that sees what was committed before it began."""
        return _begin(self._reader)

    async def whole(self, unit: Unit[T]) -> T:
        """A write transaction with all that this unit does."""
        async with self.write() as run:
            return await unit(run)

    async def close(self) -> None:
        await self._writer.dispose()


@asynccontextmanager
async def _begin(engine: AsyncEngine) -> AsyncIterator[Run]:
    begun = False
    try:
        async with engine.begin() as connection:
            begun = True
            yield connection.run_sync
    except OSError as failed:
        if begun:
            raise
        raise Unreachable(
            str(failed) or type(failed).__name__
        ) from failed  # the driver passes on what the network says
