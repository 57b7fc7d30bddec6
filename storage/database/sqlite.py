"""SQLite as this program opens it: one connection that writes, readers that can only read, each with a thread of its own.

SQLite's defaults lose updates without an error, so here every write transaction begins with BEGIN IMMEDIATE
on the one connection that writes; WAL with ``synchronous=FULL`` survives a power cut.
"""

from __future__ import annotations

import asyncio
import contextvars
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import Any, TypeVar

import aiosqlite
import sqlalchemy as sa

from storage.database.run import Run, Unit

T = TypeVar("T")
READERS = 3
CHECKPOINT = 4000
"""Pages of 4 KiB after which the log is copied into the file: rarely, since some message waits for it."""
CACHE = 8000
"""KiB of pages that the writing connection keeps in memory, four times SQLite's own habit: a message touches eighteen tables
and indexes, each at another place."""
PATIENCE = 30_000
"""Milliseconds for which a statement waits for another process."""
STATEMENTS = 2000
"""Compiled statements that are kept: more than there are."""
OUTAGES = {5, 6, 7, 8, 10, 13, 14}
"""The primary codes BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN (sqlite.org/rescode.html)."""


def is_outage(cause: BaseException) -> bool:
    """Whether the file or its disk is at fault."""
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in OUTAGES


class File:
    """A database in one file, for one process."""

    dialect = "sqlite"

    def __init__(self, url: sa.URL) -> None:
        self._writer = _Line(url, "BEGIN IMMEDIATE", read_only=False)
        self._turn = asyncio.Lock()
        self._readers = [_Line(url, "BEGIN", read_only=True) for _ in range(READERS)]
        self._seats = asyncio.Semaphore(READERS)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Run]:
        """A transaction that waits for its turn to write."""
        async with self._turn, self._writer.transaction() as run:
            yield run

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Run]:
        """A transaction that sees what has been committed, and does not wait for who writes."""
        async with self._seats:
            reader = self._readers.pop()
            try:
                async with reader.transaction() as run:
                    yield run
            finally:
                self._readers.append(reader)

    async def whole(self, unit: Unit[T]) -> T:
        """A write transaction that is run from its first statement to its commit on the connection's thread."""
        async with self._turn:
            return await self._writer.whole(unit)

    async def empty_log(self) -> bool:
        """Copy the log into the file and cut it to nothing: what was deleted then stands in neither. False if somebody is
        reading just now; nobody is waited for."""
        async with self._turn:
            return await self._writer.step(_empty_log)

    async def close(self) -> None:
        for line in (self._writer, *self._readers):
            await line.close()


class _Wire(aiosqlite.Connection):
    """A connection that runs functions of ours on its thread.

    A step to another thread and back costs more than a statement, so one step should carry more than a statement.
    """

    def __init__(self, path: str) -> None:
        super().__init__(lambda: sqlite3.connect(path, timeout=30, isolation_level=None), iter_chunk_size=64)
        self._thread.daemon = True  # whoever forgets to close it can end nevertheless

    async def step(self, function: Callable[[], T]) -> T:
        """What the function returns; it is run, in its turn, also if whoever waits for it is cancelled."""
        result: T = await self._execute(function)  # type: ignore[no-untyped-call]  # its only way for any function
        return result

    def raw(self) -> sqlite3.Connection:
        return self._conn


class _Line:
    """SQLAlchemy's synchronous connection on an aiosqlite connection's thread, opened when it is first used."""

    def __init__(self, url: sa.URL, begin: str, *, read_only: bool) -> None:
        self._path, self._begin, self._read_only = url.database or "", begin, read_only
        self._wire: _Wire | None = None
        self._opening = asyncio.Lock()
        self._connection: sa.Connection

    async def step(self, work: Callable[[sa.Connection], T]) -> T:
        """Run this on the thread; whatever it begins stays open until ``transaction`` or ``whole`` ends it."""
        wire = self._wire or await self._open()
        return await wire.step(partial(self._with_connection, work))

    def _with_connection(self, work: Callable[[sa.Connection], T]) -> T:
        return work(self._connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Run]:
        """One that takes a step for each statement, begun by the first."""
        try:
            yield self.step
            await self.step(_commit)
        except BaseException:
            await self.step(_roll_back)
            raise

    async def whole(self, unit: Unit[T]) -> T:
        """One that takes a single step."""
        context = contextvars.copy_context()
        return await self.step(lambda connection: context.run(_whole, unit, connection))

    async def _open(self) -> _Wire:
        async with self._opening:
            if self._wire is None:
                wire = _Wire(self._path)
                await wire
                try:
                    self._connection = await wire.step(partial(_connect, wire.raw, self._begin, self._read_only))
                except BaseException:
                    await wire.close()
                    raise
                self._wire = wire
        return self._wire

    async def close(self) -> None:
        if self._wire is not None:
            await self.step(sa.Connection.close)
            await self._wire.close()
            self._wire = None


_here = threading.local()


@cache
def _engine() -> sa.Engine:
    """One for every file and line, so that a statement is compiled once, and not once for each connection."""
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: _here.opened,
        poolclass=sa.NullPool,
        query_cache_size=STATEMENTS,
        hide_parameters=True,  # an error's text goes to the log, and parameters are somebody's data
        # 500 is SQLite's own habit for one statement's rows; more makes no difference.
        insertmanyvalues_page_size=500,
    )

    # Not by an event: one that fails, as where somebody holds the file for too long, leaves SQLAlchemy believing that it
    # still begins, and all that follows would be committed statement by statement.
    dialect: Any = engine.dialect
    dialect.do_begin = _begin
    return engine


def _begin(connection: Any) -> None:
    connection.dbapi_connection.execute(connection.info["begin"])


def _connect(opened: Callable[[], sqlite3.Connection], begin: str, read_only: bool) -> sa.Connection:
    """SQLAlchemy's connection on the one that this thread has opened."""
    _here.opened = opened()
    prepare(_here.opened, read_only=read_only)
    connection = _engine().connect()
    connection.connection.info["begin"] = begin
    return connection


def prepare(opened: sqlite3.Connection, *, read_only: bool) -> None:
    """Say to a connection what SQLite would do otherwise by itself."""
    # What is deleted is overwritten at once (secure_delete): SQLite's own habit depends on who compiled it.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={PATIENCE}",
    ):
        opened.execute(f"PRAGMA {pragma}")
    # Two connections that checkpoint at once can corrupt SQLite before 3.51.3, so only the one that writes does.
    opened.execute(f"PRAGMA wal_autocheckpoint={0 if read_only else CHECKPOINT}")
    opened.execute("PRAGMA query_only=ON" if read_only else f"PRAGMA cache_size=-{CACHE}")


def _commit(connection: sa.Connection) -> None:
    connection.commit()


def _roll_back(connection: sa.Connection) -> None:
    connection.rollback()


def _empty_log(connection: sa.Connection) -> bool:
    """Outside of any transaction; writers of other processes, too, wait no longer than the copying takes."""
    opened: Any = connection.connection.dbapi_connection
    opened.execute("PRAGMA busy_timeout=0")
    try:
        busy: int = opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        opened.execute(f"PRAGMA busy_timeout={PATIENCE}")
    return not busy


def _whole(unit: Unit[T], connection: sa.Connection) -> T:
    async def run(work: Callable[[sa.Connection], Any]) -> Any:
        return work(connection)

    try:
        result = _driven(unit(run))
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return result


def _driven(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns that waits for nothing but statements, and those are done at once."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("a transaction waits for something that is not in the database")
