"""Columns of words that are sealed, each bound to its row: they open themselves where they are read.

What is kept is text: `MARK` and the sealed bytes in base64. What an earlier version wrote stands there in clear, and is read
as it stands until it is sealed.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeDecorator

from storage.database.columns import Words, keepable, microseconds
from storage.database.run import Run
from storage.database.vault import VERSION, Tampered, Vault

T = TypeVar("T")
MARK = "\x02"
"""How sealed words begin: a sign that is taken out of all that people write."""
BROKEN_SIGN = "[⚠ ?]"
"""What stands where words were altered in the database, in a list whose other rows can be read."""
BEHIND = "\x1f"
"""Parts, in what is read, the words from the names of their row."""
_vault: ContextVar[Vault] = ContextVar("vault")


class Broken(str):
    """Stands for words that cannot be opened: whoever reads shows it, whoever would write it back is refused (`seal_words`)."""


class SealedWords(TypeDecorator[str]):
    """Text that is sealed for its row, which is named by what stands in the columns ``by``; nothing is kept of no words.

    It is read as what it says. What is written must be sealed before (`seal_words`): a column does not know its row.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, name: str, by: tuple[str, ...]) -> None:
        """``name`` is «table.column»."""
        super().__init__()
        self.name, self.by = name, by

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return keepable(value) if value else value

    def column_expression(self, column: Any) -> sa.ColumnElement[str]:
        """What is kept with the names of its row behind it, so that it can be opened."""
        columns = (one for one in visitors.iterate(column) if isinstance(one, sa.Column))
        first = next(one for one in columns if isinstance(one.type, SealedWords) and one.type.name == self.name)
        read: sa.ColumnElement[str] = sa.type_coerce(column, Words())
        for name in self.by:
            read = read.concat(BEHIND).concat(sa.cast(first.table.c[name], sa.Text))
        return sa.type_coerce(read, self)

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        if value is None:
            return None
        kept, *row = value.rsplit(BEHIND, len(self.by))
        try:
            return self.open(_vault.get(), kept, *row)
        except Tampered:
            return Broken(BROKEN_SIGN)

    def seal(self, vault: Vault, words: str, *row: Any) -> str:
        """These words, as they are kept in this row; nothing of none."""
        kept = keepable(words).encode()
        return pack(vault.seal(kept, about=about(self.name, *row))) if kept else ""

    def open(self, vault: Vault, kept: str, *row: Any) -> str:
        """What is kept there says this. Raises Tampered."""
        return vault.open(unpack(kept), about=about(self.name, *row)).decode() if kept.startswith(MARK) else kept


class SealedJson(SealedWords):
    """What JSON can say, sealed as `SealedWords` are; nothing is kept of None."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        said = super().process_result_value(value, dialect)
        return said if isinstance(said, Broken) else orjson.loads(said) if said else None


def about(column: str, *row: Any) -> bytes:
    """What a value of a column («table.column») is bound to in the row that these values name."""
    # NUL parts them: no text that is kept holds one.
    return "\0".join((column, *map(_plain, row))).encode()


def _plain(value: Any) -> str:
    """The same before it is stored and afterwards."""
    if isinstance(value, str):
        return keepable(value)
    return str(microseconds(value)) if isinstance(value, datetime) else str(value)


def pack(sealed: bytes) -> str:
    """Sealed bytes as text."""
    return MARK + b64encode(sealed).decode()


def unpack(kept: str) -> bytes:
    """The same the other way; of what an earlier version wrote, its words."""
    if not kept.startswith(MARK):
        return kept.encode()
    sealed = decode(kept[1:])
    return sealed if sealed.startswith(VERSION) else VERSION  # else it would be taken for words in clear


def decode(text: str) -> bytes:
    """Sealed bytes from base64; of what somebody altered, so that it is none, something that does not open."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return VERSION


def seal_words(vault: Vault, table: sa.Table, values: dict[str, Any], **row: Any) -> dict[str, Any]:
    """The values of a row of this table with what is to be sealed sealed. ``row``: what names it, if ``values`` do not.

    Raises Tampered where one of them is what could not be opened: it is kept as it is.
    """
    names, sealed = {**row, **values}, dict(values)
    for name, value in values.items():
        kind = table.c[name].type
        if isinstance(value, Broken):
            raise Tampered(f"{table.name}.{name} cannot be opened, so it is not written again")
        if isinstance(kind, SealedJson):
            value = orjson.dumps(value).decode() if value is not None else ""
        if isinstance(kind, SealedWords) and isinstance(value, str):
            sealed[name] = kind.seal(vault, value, *(names[by] for by in kind.by))
    return sealed


def raw(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """A column as it is kept: of sealed words not what they say."""
    return sa.type_coerce(column, Words()) if isinstance(column.type, SealedWords) else column


@contextmanager
def opening(vault: Vault) -> Iterator[None]:
    """Meanwhile sealed words are opened with this vault."""
    token = _vault.set(vault)
    try:
        yield
    finally:
        _vault.reset(token)


def opened(run: Run, vault: Vault) -> Run:
    """The same run, in each piece of whose work sealed words are opened with this vault."""

    def run_opening(work: Callable[[sa.Connection], T]) -> Any:
        def working(connection: sa.Connection) -> T:
            with opening(vault):
                return work(connection)

        return run(working)

    return run_opening
