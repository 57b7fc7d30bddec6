"""Copy everything from one database into another of the same version: from SQLite to PostgreSQL when one machine is no
longer enough, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from storage.database import Database, Tx
from storage.database.secret import raw
from storage.tables import metadata

CHUNK = 1000
"""Rows in memory at a time."""


class NotEmpty(RuntimeError):
    """There is something in the database that was to be copied into."""


class CopyFailed(RuntimeError):
    """Not every row arrived. Nothing was kept."""


async def first_filled(server: Database) -> str:
    """The first table of a server's database that has rows, of whichever version it is; empty if there is none."""
    here = sa.text(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1"
    )
    async with server.read() as tx:
        for row in await tx.all(here):
            table = sa.table(row["name"])
            if row["name"] != "alembic_version" and await tx.first(
                sa.select(sa.literal(1)).select_from(table).limit(1)
            ):
                return str(row["name"])
    return ""


async def copy(source: Database, target: Database) -> AsyncIterator[tuple[str, int]]:
    """Copy table by table, in one transaction; yields each table's name with its rows, counted again where they arrived.

    Raises NotEmpty and CopyFailed.
    """
    async with source.read() as old, target.write() as new:
        for table in metadata.sorted_tables:
            if await _count(new, table):
                raise NotEmpty(f"the table {table.name} already has rows")
        for table in metadata.sorted_tables:
            await _copy_table(old, new, table)
            sent, arrived = await _count(old, table), await _count(new, table)
            if sent != arrived:
                raise CopyFailed(f"{table.name}: {arrived} rows instead of {sent}")
            yield table.name, arrived


async def _copy_table(old: Tx, new: Tx, table: sa.Table) -> None:
    own = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    async for rows in _chunks(old, table):
        # What refers to another row of the same table is filled in when all of them are there.
        await new.run(sa.insert(table), [{**row, **{column.name: None for column in own}} for row in rows])
    for column in own:
        async for rows in _chunks(old, table):
            await _refer(new, table, column, [row for row in rows if row[column.name] is not None])
    if new.dialect == "postgresql" and isinstance(table.c.get("id"), sa.Column):
        last = sa.select(sa.func.max(table.c.id)).scalar_subquery()
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        await new.value(sa.select(sa.func.setval(sequence, sa.func.coalesce(last, 1), last.is_not(None))))


async def _refer(new: Tx, table: sa.Table, column: sa.Column[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    points = sa.update(table).where(table.c.id == sa.bindparam("which")).values({column.name: sa.bindparam("to")})
    await new.run(points, [{"which": row["id"], "to": row[column.name]} for row in rows])


async def _chunks(tx: Tx, table: sa.Table) -> AsyncIterator[list[dict[str, Any]]]:
    """Every row, by the primary key."""
    key = list(table.primary_key)
    asked = sa.select(*(raw(column).label(column.name) for column in table.columns)).order_by(*key).limit(CHUNK)
    rows: list[dict[str, Any]] = []
    while True:
        after = [sa.tuple_(*key) > tuple(rows[-1][column.name] for column in key)] if rows else []
        rows = [{str(name): value for name, value in row.items()} for row in await tx.all(asked.where(*after))]
        if not rows:
            return
        yield rows


async def _count(tx: Tx, table: sa.Table) -> int:
    return int(await tx.value(sa.select(sa.func.count()).select_from(table)))
