"""PostgreSQL as this program opens it: a pool of connections that notices a restart, and waits for nothing for ever."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECTIONS = 10
"""Of one process. PostgreSQL takes 100 in all unless told otherwise."""
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


def engines(url: sa.URL) -> tuple[AsyncEngine, AsyncEngine]:
    """The one that writes, and the one that reads: two views of one pool."""
    writer = create_async_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,  # a connection that a restart has cut is replaced before it is used
        hide_parameters=True,  # an error's text goes to the log, and parameters are somebody's data
        isolation_level="READ COMMITTED",
        connect_args={"timeout": 5, "command_timeout": 60, "server_settings": LIMITS},
    )
    return writer, writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
