"""The index of whole words: what is kept under a name or in a text is found by keyed hashes of its words.

A row's words are noted in the transaction that writes the row. What a thief learns from them: docs/security.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.columns import among
from storage.database.insert import insert_new, insert_or_replace
from storage.database.prepared import Prepared
from storage.database.secret import MARK, Broken, raw
from storage.database.vault import Tampered
from storage.database.written import plain, written
from storage.tables import addresses, deeds, pledges, volunteers, word_marks, words

WORD = re.compile(r"[^\W_]+")


class Part(Struct, frozen=True):
    """Columns of a table whose words are found together. The same word in another part has another hash."""

    name: str
    columns: tuple[sa.Column[str], ...]

    @property
    def table(self) -> sa.Table:
        return self.columns[0].table

    @property
    def text(self) -> sa.ColumnElement[str]:
        """All of it, as the database sees it."""
        said: sa.ColumnElement[str] = sa.literal("")
        for column in map(raw, self.columns):  # what is sealed was indexed when it was written
            said = said.concat(" ").concat(sa.case((column.startswith(MARK), ""), else_=column))
        return said


VOLUNTEER = Part("volunteer", (volunteers.c.full_name,))
HOUSEHOLD = Part("household", (addresses.c.shown_name,))
STORY = Part("story", (addresses.c.story,))
PLEDGE = Part("pledge", (pledges.c.organisation, pledges.c.what))
GIVER = Part("giver", (pledges.c.shown_name,))
DEED = Part("deed", (deeds.c.what, deeds.c.helped))
DOER = Part("doer", (deeds.c.doer_name,))
REPORTER = Part("reporter", (deeds.c.reporter_name,))
PARTS = (VOLUNTEER, HOUSEHOLD, STORY, PLEDGE, GIVER, DEED, DOER, REPORTER)
"""``GIVER``, ``DOER`` and ``REPORTER`` are by themselves: they count only as long as she agrees to be named."""
TABLES = tuple(dict.fromkeys(part.table for part in PARTS))


class Mark(Struct, frozen=True):
    """How far a table is indexed with the newest key: up to this primary key, or all of it."""

    after: int = 0
    done: bool = False


def split(text: str) -> list[str]:
    """The words of a text in the form in which they are indexed: small letters without marks."""
    return WORD.findall(plain(text))


async def note(tx: Tx, by: sa.Column[Any], *values: Any) -> None:
    """Index the rows in whose column ``by`` one of these stands, as they are now. Harmless twice."""
    rows = await tx.all(_indexed(by), values=values)
    await _forget(tx, by.table, [row["id"] for row in rows])
    parts = [part for part in PARTS if part.table is by.table]
    await insert_new(tx, words, [one for row in rows for part in parts for one in _found_by(tx, part, row)])


@cache
def _indexed(by: sa.Column[Any]) -> Prepared:
    columns = [column for part in PARTS if part.table is by.table for column in part.columns]
    return Prepared(sa.select(by.table.c.id, *columns).where(among(by, "values")))


async def note_each(tx: Tx, table: sa.Table, ids: Sequence[int]) -> list[int]:
    """Index these rows, each by itself; returns those of which something cannot be opened. They keep no words."""
    lost = []
    for id in ids:
        try:
            await note(tx, table.c.id, id)
        except Tampered:
            await _forget(tx, table, [id])
            lost.append(id)
    return lost


async def drop(tx: Tx, table: sa.Table, *which: sa.ColumnElement[bool]) -> None:
    """Forget the words of these rows, which are about to be deleted."""
    await _forget(tx, table, [row["id"] for row in await tx.all(sa.select(table.c.id).where(*which))])


async def marks(tx: Tx) -> dict[str, Mark]:
    """By table how far it is indexed. What was indexed with another key than the newest counts as not indexed."""
    newest = tx.vault.key_ids[0].hex()
    rows = await tx.all(sa.select(word_marks).where(word_marks.c.key_id == newest))
    known = {row["kind"]: Mark(row["after"], row["done"]) for row in rows}
    return {table.name: known.get(table.name, Mark()) for table in TABLES}


async def set_mark(tx: Tx, table: sa.Table, mark: Mark) -> None:
    """Keep how far this table is indexed with the newest key."""
    row = {"kind": table.name, "key_id": tx.vault.key_ids[0].hex(), "after": mark.after, "done": mark.done}
    await insert_or_replace(tx, word_marks, [row])


def holding(tx: Tx, part: Part, word: str, known: Mapping[str, Mark]) -> sa.ColumnElement[bool]:
    """Whether this word stands in the part of a row. ``known``: the `marks`; what is not indexed is read through."""
    return part.table.c.id.in_(sa.union_all(*ids_holding(tx, part, word, known)))


def ids_holding(tx: Tx, part: Part, word: str, known: Mapping[str, Mark]) -> list[sa.Select[int]]:
    """The ids of the rows in whose part this word stands."""
    its, mark = part.table.c.id, known[part.table.name]
    indexed = sa.select(words.c.row_id).where(words.c.word.in_(tx.vault.hash_word(word, kind=part.name)))
    return [indexed] if mark.done else [indexed, sa.select(its).where(its > mark.after, written(part.text, word))]


def _found_by(tx: Tx, part: Part, row: Mapping[Any, Any]) -> Sequence[dict[str, Any]]:
    if any(isinstance(row[column.name], Broken) for column in part.columns):
        raise Tampered(f"{part.table.name}:{row['id']} cannot be opened, so it is found by no word")
    said = {word for column in part.columns for word in split(row[column.name])}
    return [
        {"word": tx.vault.hash_word(word, kind=part.name)[0], "row_id": row["id"], "kind": part.table.name}
        for word in sorted(said)
    ]


FORGET = Prepared(sa.delete(words).where(words.c.kind == sa.bindparam("of"), among(words.c.row_id, "ids")))


async def _forget(tx: Tx, table: sa.Table, ids: Sequence[int]) -> None:
    if ids:
        await tx.run(FORGET, of=table.name, ids=list(ids))
