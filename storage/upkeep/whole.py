"""Whether a database is whole: the file as SQLite sees it, and the chain of the audit log."""

from __future__ import annotations

import sqlalchemy as sa

from storage import audit
from storage.database import Tx


async def damage(tx: Tx) -> str:
    """What is wrong with the file; nothing if it is whole, and for a server's database, which looks after itself."""
    if tx.dialect != "sqlite":
        return ""
    try:
        found = str(await tx.value(sa.text("PRAGMA quick_check(1)")))
    except sa.exc.DatabaseError as failed:
        found = str(failed.orig)
    return "" if found == "ok" else found


async def broken_act(tx: Tx) -> int | None:
    """The first row of the audit log that was changed, or before which one was removed."""
    return await audit.first_broken(tx)
