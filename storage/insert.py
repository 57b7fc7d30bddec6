"""Insert what is not there yet, or change what is: the same sentence for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from storage.database import Tx


def _insert(tx: Tx, table: sa.Table) -> Any:
    if tx.connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # several megabytes that SQLite does not need

    return postgresql.insert(table)


async def insert_new(tx: Tx, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that break no unique rule, and leave the others as they are."""
    await tx.run(_insert(tx, table).on_conflict_do_nothing(), rows)


async def insert_or_replace(tx: Tx, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, or give the rows with the same primary key these values."""
    if not rows:
        return
    new = _insert(tx, table)
    key = {column.name for column in table.primary_key}
    changes = {name: new.excluded[name] for name in rows[0] if name not in key}
    await tx.run(new.on_conflict_do_update(index_elements=sorted(key), set_=changes), rows)


async def insert_chosen(tx: Tx, table: sa.Table, columns: Sequence[str], chosen: sa.Select[Any]) -> int:
    """Insert what a query finds, without what breaks a unique rule; returns how many rows are new."""
    return await tx.run(_insert(tx, table).from_select(list(columns), chosen).on_conflict_do_nothing())


async def insert_or_add(tx: Tx, table: sa.Table, rows: Sequence[Mapping[str, Any]], name: str) -> None:
    """Insert the rows, or add their number ``name`` to that of the rows with the same primary key."""
    if not rows:
        return
    new = _insert(tx, table)
    key = sorted(column.name for column in table.primary_key)
    more = {name: table.c[name] + new.excluded[name]}
    await tx.run(new.on_conflict_do_update(index_elements=key, set_=more), rows)
