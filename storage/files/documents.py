"""The files that people were sent: each is kept once, sealed and for a while; messages only name it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Tx
from storage.tables import documents
from storage.tables.sealed import DOCUMENT

LIVES = timedelta(days=7)
"""So long a file can be fetched, and fetched again."""


async def keep(tx: Tx, account_id: int | None, content: bytes, now: datetime) -> int:
    """Keep a file for this account; returns the number by which messages name it."""
    values = {"account_id": account_id, "created_at": now, "content": b""}
    id = int(await tx.value(sa.insert(documents).values(**values).returning(documents.c.id)))
    sealed = DOCUMENT.seal(tx.vault, content, id)  # only now is it known to which row it belongs
    await tx.run(sa.update(documents).where(documents.c.id == id).values(content=sealed))
    return id


async def load(tx: Tx, id: int) -> bytes | None:
    """What is in the file; None if its time is over."""
    sealed = await tx.value(sa.select(documents.c.content).where(documents.c.id == id))
    return None if sealed is None else DOCUMENT.open(tx.vault, sealed, id)


async def drop(tx: Tx, id: int) -> None:
    """Drop a file that nobody is to fetch."""
    await tx.run(sa.delete(documents).where(documents.c.id == id))


async def forget(tx: Tx, now: datetime) -> int:
    """Drop the files whose time is over; returns how many."""
    return await tx.run(sa.delete(documents).where(documents.c.created_at < now - LIVES))
