"""Files to which no row refers: what is being written, and what is to be deleted.

Each file has a name of its own and belongs to one row, so nothing that comes later needs a file that is being deleted. Its
name is noted before anything is written under it, and until it is deleted: a kill at any instant leaves no file behind.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Tx
from storage.database.columns import EPOCH
from storage.database.insert import insert_or_replace
from storage.tables import loose_files

UNFINISHED_FOR = timedelta(hours=1)
"""After which whoever writes it is taken for killed."""


class GivenUp(Exception):
    """It took so long that its file is being deleted."""


def new_name() -> str:
    """A name under which nothing is kept anywhere; it says nothing of the content."""
    return secrets.token_hex(32)


async def begin(tx: Tx, now: datetime) -> str:
    """Note that a file is going to be written; returns its new name."""
    name = new_name()
    await tx.run(sa.insert(loose_files).values(file=name, since_at=now))
    return name


async def claim(tx: Tx, file: str) -> None:
    """A row refers to it from this transaction on. Raises GivenUp."""
    if not await tx.run(sa.delete(loose_files).where(loose_files.c.file == file, loose_files.c.since_at > EPOCH)):
        raise GivenUp(file)


async def let_go(tx: Tx, files: Collection[str]) -> None:
    """Nothing refers to these any more: they are deleted after this transaction."""
    await insert_or_replace(tx, loose_files, [{"file": file, "since_at": EPOCH} for file in sorted(files)])


async def take_over(tx: Tx, now: datetime, most: int = 500) -> list[str]:
    """What is to be deleted now. From here on it can't be claimed any more."""
    late = loose_files.c.since_at < now - UNFINISHED_FOR
    await tx.run(sa.update(loose_files).where(late).values(since_at=EPOCH))
    rows = await tx.all(sa.select(loose_files.c.file).where(loose_files.c.since_at == EPOCH).limit(most))
    return [row["file"] for row in rows]


async def deleted(tx: Tx, files: Collection[str]) -> None:
    """These are gone."""
    await tx.run(sa.delete(loose_files).where(loose_files.c.file.in_(list(files))))
