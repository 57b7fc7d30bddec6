"""SQLite as this program opens it: one connection that writes, and readers that can only read.

SQLite's defaults lose updates without an error, so here every write transaction begins with BEGIN IMMEDIATE
on the one connection that writes; WAL with ``synchronous=FULL`` survives a power cut.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

READERS = 3
OUTAGES = {5, 6, 7, 8, 10, 13, 14}
"""The primary codes BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN (sqlite.org/rescode.html)."""


def is_outage(cause: BaseException) -> bool:
    """Whether the file or its disk is at fault."""
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in OUTAGES


def engines(url: sa.URL) -> tuple[AsyncEngine, AsyncEngine]:
    """The one that writes, and the one that reads."""
    writer = _engine(url, size=1, begin="BEGIN IMMEDIATE", read_only=False)
    return writer, _engine(url, size=READERS, begin="BEGIN", read_only=True)


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
