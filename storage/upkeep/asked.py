"""Backups and exports that admins have asked for: they are made beside, and who asked is told how it went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage.campaign import staff
from storage.database import Tx
from storage.tables import asked_backups, people


class AskedBackup(Struct, frozen=True):
    """One that was asked for, by whom and at which account. ``public_key`` (age) opens an export to whoever holds its
    private one; it is empty for a backup, which is sealed to the key in the safe."""

    id: int
    person_id: int
    account_id: int
    public_key: str
    by_file: bool
    """Whether the file may be sent into the chat."""
    asked_at: datetime
    name: str
    """The file's, once it is made."""
    failed: str
    """Why it was not made."""
    document_id: int | None


async def ask(
    tx: Tx, person_id: int, account_id: int, public_key: str, now: datetime, *, by_file: bool = False
) -> bool:
    """Note that somebody wants one; False if one of the kind is being made already."""
    await tx.exclusive("asked backups")
    kind = asked_backups.c.public_key == "" if not public_key else asked_backups.c.public_key != ""
    if await tx.first(sa.select(asked_backups.c.id).where(asked_backups.c.ended_at.is_(None), kind)):
        return False
    values = {"person_id": person_id, "account_id": account_id, "public_key": public_key}
    await tx.run(sa.insert(asked_backups).values(**values, by_file=by_file, asked_at=now))
    return True


async def find_waiting(tx: Tx) -> Sequence[AskedBackup]:
    """Those that are to be made, in their order."""
    return await _all(tx, asked_backups.c.ended_at.is_(None))


async def find_ended(tx: Tx) -> Sequence[AskedBackup]:
    """Those of which nobody has been told yet how they went."""
    return await _all(tx, asked_backups.c.ended_at.is_not(None))


async def end(
    tx: Tx, id: int, now: datetime, *, name: str = "", failed: str = "", document_id: int | None = None
) -> None:
    """It is made, or has failed."""
    values = {"ended_at": now, "name": name, "failed": failed, "document_id": document_id}
    await tx.run(sa.update(asked_backups).where(asked_backups.c.id == id).values(**values))


async def forget(tx: Tx, id: int) -> bool:
    """Who asked is told; False if that was done already."""
    return bool(await tx.run(sa.delete(asked_backups).where(asked_backups.c.id == id)))


async def may_have(tx: Tx, one: AskedBackup) -> bool:
    """Whether who asked is still an admin, and not blocked."""
    return one.person_id in await staff.holders(tx, "admin", None)


async def _all(tx: Tx, which: sa.ColumnElement[bool]) -> Sequence[AskedBackup]:
    names = ("id", "person_id", "account_id", "public_key", "by_file", "asked_at", "name", "failed", "document_id")
    found = sa.select(*(asked_backups.c[name] for name in names)).join(people, people.c.id == asked_backups.c.person_id)
    return await tx.all(found.where(which).order_by(asked_backups.c.id), into=AskedBackup)
