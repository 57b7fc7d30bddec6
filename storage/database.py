"""Open the database: one writer whose transactions begin at once, and readers that can only read.

SQLite's defaults lose updates without an error, so here every write transaction begins with BEGIN IMMEDIATE
on the one connection that writes; WAL with ``synchronous=FULL`` survives a power cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.sql.base import Executable

from storage.vault import Vault

READERS = 3


OUTAGES = {5, 6, 7, 8, 10, 13, 14}
"""SQLite's primary codes BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN (sqlite.org/rescode.html)."""


def is_outage(error: BaseException) -> bool:
    """Whether the database or its disk is at fault, and not the statement: trying later may help."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in OUTAGES or isinstance(error, sa.exc.TimeoutError)


class Tx:
    """One open transaction, with the vault that seals what is personal."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self.connection, self.vault = connection, vault

    async def all(self, statement: Executable) -> Sequence[RowMapping]:
        """Every row."""
        return (await self.connection.execute(statement)).mappings().all()

    async def first(self, statement: Executable) -> RowMapping | None:
        """The first row, or None."""
        return (await self.connection.execute(statement)).mappings().first()

    async def value(self, statement: Executable) -> Any:
        """The first column of the first row, or None."""
        return (await self.connection.execute(statement)).scalar()

    async def run(self, statement: Executable, many: Sequence[Mapping[str, Any]] | None = None) -> int:
        """Run a statement, for each of ``many`` when given; returns how many rows it touched."""
        if many is not None and not many:
            return 0
        result = await self.connection.execute(statement, list(many) if many is not None else None)
        return int(result.rowcount)


class Database:
    """The two ways into one database file."""

    def __init__(self, url: str, vault: Vault) -> None:
        self.url, self.vault = make_url(url), vault
        self._writer = _engine(self.url, size=1, begin="BEGIN IMMEDIATE", read_only=False)
        self._readers = _engine(self.url, size=READERS, begin="BEGIN", read_only=True)
        self._turn = asyncio.Lock()

    @property
    def path(self) -> Path:
        return Path(self.url.database or "")

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """A transaction that commits at the end, or rolls back on any exception. Never nest two."""
        async with self._turn, self._writer.begin() as connection:
            yield Tx(connection, self.vault)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A consistent view of what has been committed."""
        async with self._readers.begin() as connection:
            yield Tx(connection, self.vault)

    async def close(self) -> None:
        await self._readers.dispose()
        await self._writer.dispose()


def _engine(url: sa.URL, *, size: int, begin: str, read_only: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={"timeout": 30},
        hide_parameters=True,  # an error's text goes to the log, and parameters are somebody's data
        # 500 is SQLite's own habit for one statement's rows; more makes no difference.
        insertmanyvalues_page_size=500,
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        if read_only:
            # Two connections that checkpoint at once can corrupt SQLite before 3.51.3.
            cursor.execute("PRAGMA wal_autocheckpoint=0")
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin_now(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
