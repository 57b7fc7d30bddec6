"""Open the database, SQLite or PostgreSQL, for transactions that write and for views that only read.

Others use: address, alone, columns, insert, pieces, postgresql, prepared, rows, secret, vault, written.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, overload

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.engine import RowMapping, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable

from storage.database import postgresql, sqlite
from storage.database.columns import database_now
from storage.database.prepared import Prepared, Rows
from storage.database.rows import build_all
from storage.database.run import Run
from storage.database.secret import opened, opening
from storage.database.vault import Vault

R = TypeVar("R", bound=Struct)
T = TypeVar("T")
Statement: TypeAlias = Executable | Prepared
TRIES = 3
"""How often a unit of work is run that another transaction or a lost connection has undone."""


def is_outage(error: BaseException) -> bool:
    """Whether the database, the way to it or its disk is at fault, and not the statement: trying later may help."""
    if isinstance(error, ConnectionError | TimeoutError | sa.exc.TimeoutError):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (error.orig is not None and is_outage(error.orig))
    return sqlite.is_outage(error) or postgresql.is_outage(error)


class Tx:
    """One open transaction, with the vault that seals what is personal."""

    def __init__(self, run: Run, dialect: str, vault: Vault) -> None:
        self._run, self.dialect, self.vault = run, dialect, vault

    @overload
    async def all(self, statement: Statement, *, into: type[R], **given: Any) -> list[R]: ...
    @overload
    async def all(self, statement: Statement, **given: Any) -> Rows: ...
    async def all(self, statement: Statement, *, into: type[R] | None = None, **given: Any) -> Any:
        """Every row, as ``into`` if a dataclass is named. ``given`` are the values of the statement's own parameters."""
        if isinstance(statement, Prepared):
            rows = await self._run(lambda connection: statement.fetch(connection, given))
        else:
            rows = await self._run(lambda connection: connection.execute(statement, given).mappings().all())
        return rows if into is None else build_all(into, rows)

    async def one(self, statement: Statement, *, into: type[R], **given: Any) -> R | None:
        """The first row as ``into``, or None."""
        row = await self.first(statement, **given)
        return None if row is None else build_all(into, (row,))[0]

    async def first(self, statement: Statement, **given: Any) -> Mapping[Any, Any] | None:
        """The first row, or None. A prepared statement must not find many."""
        if isinstance(statement, Prepared):
            return next(iter(await self.all(statement, **given)), None)
        return await self._run(lambda connection: connection.execute(statement, given).mappings().first())

    async def value(self, statement: Executable, **given: Any) -> Any:
        """The first column of the first row, or None."""
        return await self._run(lambda connection: connection.execute(statement, given).scalar())

    async def run(self, statement: Statement, many: Sequence[Mapping[str, Any]] | None = None, **given: Any) -> int:
        """Run a statement, for each of ``many`` when given; returns how many rows it touched."""
        if many is not None and not many:
            return 0
        values = given if many is None else list(many)
        if isinstance(statement, Prepared):
            return await self._run(lambda connection: statement.run(connection, values))
        return await self._run(lambda connection: int(connection.execute(statement, values).rowcount))

    async def each(self, statement: Executable, many: Sequence[Mapping[str, Any]]) -> Sequence[RowMapping]:
        """Run a statement that returns rows for each of ``many``; in which order the rows come is not said."""
        if not many:
            return []
        return await self._run(lambda connection: connection.execute(statement, list(many)).mappings().all())

    async def exclusive(self, name: str) -> None:
        """Wait until nobody else is past this line with this name; others wait until this transaction ends.

        SQLite needs none of it: there, every transaction that writes is alone.
        """
        if self.dialect == "postgresql":
            await self.value(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


class Database:
    """The two ways into one database."""

    def __init__(self, url: str, vault: Vault) -> None:
        self.url, self.vault = make_url(url), vault
        self.shared = self.url.get_backend_name() == "postgresql"
        """Whether other processes work on it at the same time."""
        self._store: sqlite.File | postgresql.Server
        self._store = postgresql.Server(self.url) if self.shared else sqlite.File(self.url)

    @property
    def path(self) -> Path:
        """The file, of SQLite."""
        return Path(self.url.database or "")

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """A transaction that commits at the end, or rolls back on any exception. Never nest two."""
        async with self._store.write() as run:
            yield self._stepwise(run)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A consistent view of what has been committed."""
        async with self._store.read() as run:
            yield self._stepwise(run)

    async def transact(self, unit: Callable[[Tx], Coroutine[Any, Any, T]]) -> T:
        """Write a unit of work, anew if another process or a lost connection undid it. It must be harmless twice: the
        answer to a commit can be lost when the commit is not.

        It waits for nothing but its statements: on SQLite all of it is one step of the connection's thread.
        """

        async def opening_all(run: Run) -> T:
            with opening(self.vault):
                return await unit(Tx(run, self._store.dialect, self.vault))

        for attempt in range(1, TRIES + 1):
            try:
                return await self._store.whole(opening_all)
            except Exception as failed:
                if attempt == TRIES or not self.shared or not is_outage(failed):
                    raise
                await asyncio.sleep(random.uniform(0.02, 0.1) * attempt)
        raise AssertionError("unreachable")

    def _stepwise(self, run: Run) -> Tx:
        """A transaction of which each statement is run by itself, in a thread or task that knows of no vault."""
        return Tx(opened(run, self.vault), self._store.dialect, self.vault)

    async def now(self) -> Any:
        """The instant that the database's clock shows."""
        async with self.read() as tx:
            return await tx.value(sa.select(database_now()))

    async def empty_log(self) -> bool:
        """Have what was deleted stand nowhere in SQLite's log; False if somebody is reading just now. A server vacuums."""
        return not isinstance(self._store, sqlite.File) or await self._store.empty_log()

    async def close(self) -> None:
        await self._store.close()
