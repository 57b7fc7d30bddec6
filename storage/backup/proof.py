"""Restore a backup into a scratch folder and see whether the program could live on with it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa

from storage import audit
from storage.backup.archive import CHUNK, DATABASE, About, Damaged, Newer, Reading
from storage.backup.snapshot import address_of
from storage.database import Database, Tx
from storage.database.vault import Tampered, Vault
from storage.tables import volunteers
from storage.tables.sealed import VOLUNTEER_PHONE
from storage.upkeep import seals
from storage.upkeep.upgrade import head


async def unpack(reading: Reading, folder: Path) -> Path:
    """Read a backup through to its end, with every file in it, and write its database into the folder; returns where.

    Raises Unusable.
    """
    return await asyncio.to_thread(_unpack, reading, folder)


def _unpack(reading: Reading, folder: Path) -> Path:
    path = folder / DATABASE
    for name, content in reading:
        if reading.about.revision > head():
            raise Newer(f"it was made by a newer version of this program ({reading.about.version})")
        if name == DATABASE:
            with path.open("xb") as file:
                shutil.copyfileobj(content, file, CHUNK)
    if not path.exists():
        raise Damaged("there is no database in it")
    return path


async def prove(path: Path, about: About, vault: Vault) -> None:
    """Open the database of a backup: whole, of the revision and with the rows it was said to have, its audit chain as it was
    and what is sealed in it opened. Raises Damaged and WrongKey."""
    with closing(sqlite3.connect(path)) as file:
        try:
            found = file.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as failed:
            found = str(failed)
        if found != "ok":
            raise Damaged(f"its database is damaged ({found})")
        _compare(file, about)
    database = Database(address_of(path), vault)
    try:
        async with database.read() as tx:
            if about.revision == head():
                await _look(tx, about)
            else:  # an older one has other tables than those that are known here
                with suppress(sa.exc.OperationalError):
                    await seals.look(tx)
    finally:
        await database.close()


def _compare(file: sqlite3.Connection, about: About) -> None:
    """What the database holds with what was put in."""
    try:
        at = file.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        found = {table: _count(file, table) for table in about.counts}
    except (sqlite3.Error, TypeError):
        raise Damaged("its database lacks a table") from None
    if at != about.revision:
        raise Damaged(f"its database is at revision {at}, not {about.revision}")
    for table, rows in about.counts.items():
        if found[table] != rows:
            raise Damaged(f"its table {table} has {found[table]} rows instead of {rows}")


def _count(file: sqlite3.Connection, table: str) -> int:
    counted = sa.select(sa.func.count()).select_from(sa.table(table))
    return int(file.execute(str(counted)).fetchone()[0])


async def _look(tx: Tx, about: About) -> None:
    try:
        await seals.look(tx)
    except seals.Altered:
        raise Damaged("what it notes of its keys was changed by hand") from None
    if (broken := await audit.first_broken(tx)) != about.broken_act:
        raise Damaged(f"row {broken or about.broken_act} of its audit log is not as it was")
    newest = sa.select(volunteers).where(volunteers.c.phone.is_not(None)).order_by(volunteers.c.id.desc())
    row = await tx.first(newest.limit(1))
    try:
        if row is not None:
            VOLUNTEER_PHONE.open(tx.vault, row["phone"], row["person_id"])
    except Tampered:
        raise Damaged("a volunteer's telephone number in it cannot be opened") from None
