"""Everything in the database at one instant, as one SQLite file, whichever database it is and whoever writes to it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from storage.database import Database, Tx
from storage.tables import metadata
from storage.upkeep.copy import copy
from storage.upkeep.upgrade import upgrade


def address_of(path: Path) -> str:
    """The address of the database in a file."""
    return f"sqlite+aiosqlite:///{path}"


async def take(database: Database, path: Path, now: datetime) -> None:
    """Write the snapshot into a new file: of a file by SQLite's own backup, of a server's database in one reading
    transaction."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if database.shared:
        upgrade(path, now)
        target = Database(address_of(path), database.vault)
        try:
            async for _ in copy(database, target):
                pass
        finally:
            await target.close()
    else:
        with closing(sqlite3.connect(database.path, timeout=60)) as live, closing(sqlite3.connect(path)) as file:
            live.backup(file)
    make_one_file(path)


def make_one_file(path: Path) -> None:
    """Have nothing beside a database file that nobody has open: no log, which could be left behind."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode=DELETE")


async def count(tx: Tx) -> dict[str, int]:
    """The rows of every table."""
    return {
        str(table.name): int(await tx.value(sa.select(sa.func.count()).select_from(table)))
        for table in metadata.sorted_tables
    }
