"""The column types, and the clock, that SQLite and PostgreSQL share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, overload

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
UNKEPT = re.compile("[\x00\ud800-\udfff]")


@overload
def keepable(text: str) -> str: ...
@overload
def keepable(text: str | None) -> str | None: ...
def keepable(text: str | None) -> str | None:
    """The text without what a database refuses: NUL, and half surrogates."""
    return UNKEPT.sub("", text) if text and UNKEPT.search(text) else text


@overload
def microseconds(at: datetime) -> int: ...
@overload
def microseconds(at: datetime | None) -> int | None: ...
def microseconds(at: datetime | None) -> int | None:
    """An instant as it is kept: since 1970."""
    return None if at is None else (at - EPOCH) // MICROSECOND


@overload
def instant(kept: int) -> datetime: ...
@overload
def instant(kept: int | None) -> datetime | None: ...
def instant(kept: int | None) -> datetime | None:
    """The same the other way."""
    return None if kept is None else EPOCH + kept * MICROSECOND


class Plain:
    """A type whose values are turned by one function into what is kept, and by one back, whatever the database is. Whoever
    calls these need not take SQLAlchemy's way to them, of three calls for each value."""

    into: Callable[[Any], Any]
    back: Callable[[Any], Any] | None = None

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return self.into(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return value if self.back is None else self.back(value)


class Instant(Plain, TypeDecorator[datetime]):
    """An aware instant, kept as microseconds since 1970 UTC, so that both databases compare and add alike."""

    impl = sa.BigInteger
    cache_ok = True
    into, back = staticmethod(microseconds), staticmethod(instant)


class Words(Plain, TypeDecorator[str]):
    """Text, without NUL, which PostgreSQL refuses, and without half surrogates, which both refuse.

    What people write is cleaned where it comes in; this is for names and keys that somebody made up to do harm.
    """

    impl = sa.Text
    cache_ok = True
    into = staticmethod(keepable)


BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""SQLite counts up by itself only in a column declared INTEGER."""


def in_order(queue: sa.FromClause) -> sa.ColumnElement[str]:
    """The channel of a queue's rows, written so that the rows are read from the oldest on: by the channel's index a long
    queue would be read and sorted whole, to find the first few."""
    return queue.c.channel.concat("")


def is_first(row: sa.FromClause, waits: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether an aliased row of a queue is the first of those that wait at its address. Asked by `min`, which PostgreSQL
    looks up in the index for each row; «there is none before it» it turns into a join, at times of all with all."""
    queue = row.element  # type: ignore[attr-defined]  # what it is an alias of
    line = sa.and_(waits, queue.c.channel == row.c.channel, queue.c.address == row.c.address)
    return row.c.id == sa.select(sa.func.min(queue.c.id)).where(line).scalar_subquery()


class Listed(TypeDecorator[Any]):
    """Any number of words, or of whole numbers, as a single parameter."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.ARRAY(self.kind))

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        kept = [keepable(one) if isinstance(one, str) else one for one in value]
        return orjson.dumps(kept).decode() if dialect.name == "sqlite" else kept


class among(FunctionElement[Any]):  # noqa: N801  # it stands in statements like any function
    """Whether a column is one of the values that are given under ``name`` when the statement is run. However many there are,
    the SQL is the same, so that neither SQLAlchemy nor the database reads it anew."""

    type = sa.types.NullType()
    """A Boolean would be compared with 1 on SQLite, which then reads the whole table."""
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[Any], name: str) -> None:
        super().__init__(column, sa.bindparam(name, type_=Listed(column.type)))


@compiles(among)
def _sqlite_among(element: Any, compiler: Any, **how: Any) -> str:
    column, values = element.clauses
    found = f"SELECT value FROM json_each({compiler.process(values, **how)})"  # noqa: S608  # a parameter's place
    return f"({compiler.process(column, **how)} IN ({found}))"


@compiles(among, "postgresql")
def _postgresql_among(element: Any, compiler: Any, **how: Any) -> str:
    column, values = element.clauses
    return f"({compiler.process(column, **how)} = ANY ({compiler.process(values, **how)}))"


class database_now(FunctionElement[datetime]):  # noqa: N801  # it stands in statements like any function
    """The instant that the database's clock shows, so that several machines need not agree on the time."""

    type = Instant()
    inherit_cache = True


@compiles(database_now)
def _sqlite_now(element: Any, compiler: Any, **_: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"


@compiles(database_now, "postgresql")
def _postgresql_now(element: Any, compiler: Any, **_: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
