"""The processes that run on one database: where, of which version, since when, and how much room their disk has."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.tables import processes

SILENT = timedelta(minutes=2)
"""A process that has noted nothing for so long does not run, or cannot write."""
FORGOTTEN = timedelta(days=1)


class Process(Struct, frozen=True):
    """One process. ``disk_free``: the bytes that are free where it keeps its files."""

    name: str
    host: str
    version: str
    started_at: datetime
    seen_at: datetime
    disk_free: int


async def note(tx: Tx, process: Process) -> None:
    """Note that it runs, and forget those that ran yesterday."""
    await insert_or_replace(tx, processes, [asdict(process)])
    await tx.run(sa.delete(processes).where(processes.c.seen_at < process.seen_at - FORGOTTEN))


async def running(tx: Tx, now: datetime) -> list[Process]:
    """Those that run, the oldest first."""
    lately = sa.select(processes).where(processes.c.seen_at > now - SILENT)
    return await tx.all(lately.order_by(processes.c.started_at, processes.c.name), into=Process)


async def ended(tx: Tx, name: str) -> None:
    """It stops."""
    await tx.run(sa.delete(processes).where(processes.c.name == name))
