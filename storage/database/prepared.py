"""Statements that every message needs: put into SQL once, and on SQLite run by the driver itself.

SQLAlchemy's way through a statement costs there ten times as much as SQLite's. It still writes the SQL and turns values
into what is kept and back, so that a prepared statement does what it would have done anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

from storage.database.columns import Plain

Rows = Sequence[Mapping[Any, Any]]
Convert = Callable[[Any], Any] | None
"""Turns a value into what is kept, or what is kept into a value; None where both are the same."""


class Prepared:
    """A statement with its own parameters. Of its rows one asks by the names of their columns.

    Elsewhere than on SQLite, and where it holds a list of values that is no `among`, SQLAlchemy runs it.
    """

    def __init__(self, statement: sa.Executable) -> None:
        self.statement: Any = statement
        self._written: dict[tuple[str, ...], _Written] = {}

    def fetch(self, connection: sa.Connection, given: Mapping[str, Any]) -> Rows:
        """Every row. Raises KeyError for a parameter that is not given."""
        written = self._for(connection.dialect, given)
        if written is None:
            return connection.execute(self.statement, given).mappings().all()
        return written.read(_driver(connection).execute(written.sql, written.values(given)))

    def run(self, connection: sa.Connection, given: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        """Run it, for each of ``given`` if there are several; returns how many rows it touched."""
        many = (given,) if isinstance(given, Mapping) else given
        written = self._for(connection.dialect, many[0])
        if written is None:
            return int(connection.execute(self.statement, cast(Any, given)).rowcount)
        return int(_driver(connection).executemany(written.sql, map(written.values, many)).rowcount)

    def _for(self, dialect: Dialect, given: Mapping[str, Any]) -> _Written | None:
        """An INSERT names the columns that are given, so there is one SQL for each set of names."""
        if dialect.name != "sqlite":
            return None
        names = tuple(given)
        written = self._written.get(names)
        if written is None:
            written = self._written[names] = _Written(self.statement, dialect, names)
        return None if written.is_expanded else written


class _Written:
    """A statement as SQL, with what its values have to be turned into."""

    def __init__(self, statement: Any, dialect: Dialect, names: Sequence[str]) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(names))
        assert not compiled.insert_prefetch and not compiled.update_prefetch, "a default would be left out"
        self.sql = str(compiled)
        self.is_expanded = "POSTCOMPILE" in self.sql
        places = () if self.is_expanded else compiled.positiontup or ()
        self._into = [_parameter(compiled, name, names, dialect) for name in places]
        columns = statement.exported_columns
        self._names = [column.key for column in columns]
        self._from = [
            (column.key, convert) for column in columns if (convert := _from(column.type, dialect)) is not None
        ]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """What stands at each place of the SQL: what is given, or what the statement says itself."""
        return [
            said if not name else given[name] if convert is None else convert(given[name])
            for name, convert, said in self._into
        ]

    def read(self, rows: Iterable[Sequence[Any]]) -> Rows:
        """These rows by the names of their columns."""
        found: list[dict[Any, Any]] = [dict(zip(self._names, row, strict=True)) for row in rows]
        for row in found:
            for name, convert in self._from:
                row[name] = convert(row[name])
        return found


def _driver(connection: sa.Connection) -> Any:
    """The driver's own connection, in a transaction."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.dbapi_connection


def _parameter(compiled: SQLCompiler, name: str, names: Sequence[str], dialect: Dialect) -> tuple[str, Convert, Any]:
    """What is given at one place, and how it is turned into what is kept; or what the statement itself says there."""
    parameter = compiled.binds[name]
    kind = parameter.type.dialect_impl(dialect)
    convert = kind.into if isinstance(kind, Plain) else kind.bind_processor(dialect)
    if name in names:
        return name, convert, None
    if parameter.required:
        raise KeyError(name)
    return "", None, compiled.params[name] if convert is None else convert(compiled.params[name])


def _from(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Convert:
    kind = kind.dialect_impl(dialect)
    return kind.back if isinstance(kind, Plain) else kind.result_processor(dialect, None)
