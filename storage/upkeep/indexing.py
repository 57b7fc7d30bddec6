"""Index the words of what earlier versions wrote, or indexed with another key: in small steps, in the background.

A step is one short transaction and notes how far it came, so a killed process goes on where it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from msgspec import Struct

from storage import words
from storage.database import Tx
from storage.database.vault import Tampered
from storage.words import TABLES, Mark

ROWS = 100
"""Indexed in one step: some milliseconds."""


class Indexed(Struct, frozen=True):
    """What one step came to. ``lost``: the rows of which something could not be opened, as «table:primary key»."""

    lost: tuple[str, ...] = ()


async def step(tx: Tx) -> Indexed | None:
    """Index the next rows; None if all are. A row that cannot be opened holds nothing up: it is found by no word."""
    known = await words.marks(tx)
    left = [table for table in TABLES if not known[table.name].done]
    if not left:
        return None
    table, mark = left[0], known[left[0].name]
    next_ = sa.select(table.c.id).where(table.c.id > mark.after).order_by(table.c.id).limit(ROWS)
    ids = [row["id"] for row in await tx.all(next_.with_for_update())]
    lost: list[int] = []
    try:
        await words.note(tx, table.c.id, *ids)
    except Tampered:
        lost = await words.note_each(tx, table, ids)
    await words.set_mark(tx, table, Mark(ids[-1] if ids else mark.after, done=len(ids) < ROWS))
    return Indexed(tuple(f"{table.name}:{id}" for id in lost))
