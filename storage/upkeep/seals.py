"""Notice at the start that the key is another one than the one that sealed this database."""

from __future__ import annotations

import sqlalchemy as sa

from storage.database import Tx
from storage.database.vault import Tampered
from storage.tables import seals

KNOWN = b"nhandao"


class WrongKey(RuntimeError):
    """What is in the database was sealed with another key."""


async def check(tx: Tx) -> None:
    """Compare the key with the one that was used first, and remember it the first time. Raises WrongKey."""
    await tx.exclusive("start")
    sealed = await tx.value(sa.select(seals.c.sealed).where(seals.c.name == "key"))
    if sealed is None:
        await tx.run(sa.insert(seals).values(name="key", sealed=tx.vault.seal(KNOWN)))
        return
    _open(tx, sealed)


async def look(tx: Tx) -> None:
    """Compare the key with the one that was used first, if one was. Raises WrongKey."""
    sealed = await tx.value(sa.select(seals.c.sealed).where(seals.c.name == "key"))
    if sealed is not None:
        _open(tx, sealed)


def _open(tx: Tx, sealed: bytes) -> None:
    try:
        tx.vault.open(sealed)
    except Tampered:
        raise WrongKey from None
