"""Compare the index of words with what is kept, and find words that somebody kept in clear."""

from __future__ import annotations

import sqlalchemy as sa

from storage import words
from storage.database import Tx
from storage.database.secret import MARK, raw
from storage.tables import words as index
from storage.tables.sealed import WORDS


async def in_clear(tx: Tx) -> list[str]:
    """In which rows («table.column:id») words stand in clear that should be sealed."""
    found = []
    for cell in WORDS:
        kept, (key,) = raw(cell.column), cell.column.table.primary_key
        rows = await tx.all(sa.select(key.label("id")).where(kept != "", ~kept.startswith(MARK)))
        found += [f"{cell.name}:{row['id']}" for row in rows]
    return found


async def astray(tx: Tx) -> list[str]:
    """In which rows («table:id») stand other words than are found there."""
    kept, found = set(), set()
    for part in words.PARTS:
        for row in await tx.all(sa.select(part.table.c.id, *part.columns)):
            said = {word for column in part.columns for word in words.split(row[column.name])}
            kept |= {(part.table.name, row["id"], tx.vault.hash_word(word, kind=part.name)[0]) for word in said}
    for row in await tx.all(sa.select(index)):
        found.add((row["kind"], row["row_id"], row["word"]))
    return sorted({f"{table}:{id}" for table, id, _ in kept ^ found})
