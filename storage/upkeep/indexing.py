"""Index the words of what earlier versions wrote, or indexed with another key: in small steps, in the background.

A step is one short transaction and notes how far it came, so a killed process goes on where it was.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage import words
from storage.database import Tx
from storage.words import TABLES, Mark

ROWS = 100
"""Indexed in one step: some milliseconds."""


async def step(tx: Tx) -> bool:
    """Index the next rows; False if all are."""
    known = await words.marks(tx)
    left = [table for table in TABLES if not known[table.name].done]
    if not left:
        return False
    table, mark = left[0], known[left[0].name]
    next_ = sa.select(table.c.id).where(table.c.id > mark.after).order_by(table.c.id).limit(ROWS)
    ids = [row["id"] for row in await tx.all(next_.with_for_update())]
    await words.note(tx, table, table.c.id.in_(ids))
    await words.set_mark(tx, table, Mark(ids[-1] if ids else mark.after, done=len(ids) < ROWS))
    return True
