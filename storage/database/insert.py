"""Insert what is not there yet, or change what is: the same sentence for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from storage.database import Tx
from storage.database.prepared import Prepared


async def insert_new(tx: Tx, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that break no unique rule, and leave the others as they are."""
    await tx.run(_new(tx.dialect, table), rows)


async def insert_or_replace(
    tx: Tx, table: sa.Table, rows: Sequence[Mapping[str, Any]], *, by: str = "", keep: str = ""
) -> None:
    """Insert the rows, or give the rows with the same key these values: the primary key, or the column ``by``.

    The column ``keep`` is left as it was.
    """
    if rows:
        await tx.run(_replacing(tx.dialect, table, tuple(rows[0]), by, keep), rows)


def inserting(tx: Tx, table: sa.Table, columns: Sequence[str], chosen: sa.Select[Any]) -> Prepared:
    """The statement that inserts what a query finds, without what breaks a unique rule, and touches those that are new."""
    return Prepared(_insert(tx.dialect, table).from_select(list(columns), chosen).on_conflict_do_nothing())


async def insert_or_add(tx: Tx, table: sa.Table, rows: Sequence[Mapping[str, Any]], name: str) -> None:
    """Insert the rows, or add their number ``name`` to that of the rows with the same primary key."""
    if rows:
        await tx.run(_adding(tx.dialect, table, name), rows)


# Statements are made once: making one costs more than running it.


@cache
def _new(dialect: str, table: sa.Table) -> Prepared:
    return Prepared(_insert(dialect, table).on_conflict_do_nothing())


@cache
def _replacing(dialect: str, table: sa.Table, names: Sequence[str], by: str, keep: str) -> Prepared:
    new, key = _insert(dialect, table), (by,) if by else tuple(column.name for column in table.primary_key)
    changes = {name: new.excluded[name] for name in names if name not in (*key, keep)}
    return Prepared(new.on_conflict_do_update(index_elements=key, set_=changes))


def insert_and_add(dialect: str, table: sa.Table, names: Sequence[str]) -> Any:
    """The statement that inserts a row, or adds these numbers of it to the row with the same primary key."""
    new = _insert(dialect, table)
    more = {name: table.c[name] + new.excluded[name] for name in names}
    return new.on_conflict_do_update(index_elements=[column.name for column in table.primary_key], set_=more)


@cache
def _adding(dialect: str, table: sa.Table, name: str) -> Prepared:
    return Prepared(insert_and_add(dialect, table, (name,)))


def _insert(dialect: str, table: sa.Table) -> Any:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # several megabytes that SQLite does not need

    return postgresql.insert(table)
