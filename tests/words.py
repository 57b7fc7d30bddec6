"""Compare the index of words with what is kept."""

from __future__ import annotations

import sqlalchemy as sa

from storage import words
from storage.database import Tx
from storage.tables import words as index


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
