"""The columns of which tables are made, and the names of their constraints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, text

from storage.database.columns import BigId, Instant, Words
from storage.database.secret import SealedJson, SealedWords

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key() -> Column[int]:
    return Column("id", BigId, primary_key=True)


def of(table: str, name: str = "", *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name or f"{table}_id", BigId, ForeignKey(f"{table}.id"), nullable=nullable, index=index)


def string(name: str, *, default: str | None = None) -> Column[str]:
    return Column(name, Words, nullable=False, server_default=default)


def secret(table: str, name: str, *by: str, default: str | None = None) -> Column[str]:
    """Words of a table that are sealed for their row; ``by`` are the columns that name it."""
    kind = SealedWords(f"{table}.{name}", by)
    return Column(name, kind, nullable=False, server_default=default)


def secret_json(table: str, name: str, *by: str, default: str) -> Column[Any]:
    """What JSON can say, sealed in the same way."""
    return Column(name, SealedJson(f"{table}.{name}", by), nullable=False, server_default=default)


def integer(name: str, *, default: int | None = None) -> Column[int]:
    return Column(name, sa.BigInteger, nullable=False, server_default=None if default is None else str(default))


def flag(name: str, *, default: bool = False) -> Column[bool]:
    return Column(name, sa.Boolean, nullable=False, server_default=sa.true() if default else sa.false())


def instant(name: str, *, nullable: bool = False, index: bool = False) -> Column[datetime]:
    return Column(name, Instant(), nullable=nullable, index=index)


def by(name: str) -> Column[int]:
    """Who did it: a person's id. She may have left since, so nothing depends on her row."""
    return Column(name, BigId, nullable=True)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of a few rows among many. Statements must say ``where`` in the same words, with no parameter.

    Indexes are made by the migrations, for PostgreSQL too; naming it here would load its dialect, megabytes at rest.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(where))


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    return CheckConstraint(sa.column(column).in_(list(values)), name=column)
