"""Who did what, when, on what: append-only, each row chained to the one before by a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from storage.database import Tx
from storage.database.columns import EPOCH, MICROSECOND
from storage.tables import audit

FIRST = b"\0" * 32


async def add(tx: Tx, at: datetime, actor: str, act: str, object: str, details: Mapping[str, Any]) -> None:
    """Write one act, in the transaction that does it. ``details`` must hold nothing personal."""
    await tx.exclusive("audit")  # the chain has one end
    previous = await tx.value(sa.select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)) or FIRST
    row = {"at": at, "actor": actor, "act": act, "object": object, "details": dict(details)}
    await tx.run(sa.insert(audit).values(**row, previous=previous, hash=_hash(previous, row)))


@dataclass(frozen=True)
class Act:
    """One row, as it is shown."""

    id: int
    at: datetime
    actor: str
    act: str
    object: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class ActFilter:
    """Which acts somebody wants to see; what is empty is not asked for. ``who``: the actor or the object."""

    who: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def page(tx: Tx, wanted: ActFilter, *, first: int, most: int) -> tuple[list[Act], int]:
    """The newest acts of this kind, from the ``first`` on, and how many there are."""
    asked = [
        *([sa.or_(audit.c.actor == wanted.who, audit.c.object == wanted.who)] if wanted.who else []),
        *([audit.c.act == wanted.act] if wanted.act else []),
        *([audit.c.at >= wanted.since] if wanted.since else []),
        *([audit.c.at < wanted.until] if wanted.until else []),
    ]
    newest = sa.select(audit).where(*asked).order_by(audit.c.id.desc()).offset(first).limit(most)
    total = await tx.value(sa.select(sa.func.count()).select_from(audit).where(*asked))
    return await tx.all(newest, into=Act), int(total)


async def first_broken(tx: Tx) -> int | None:
    """The id of the first row that was changed, or follows a row that is gone; None if the chain holds."""
    expected = FIRST
    for row in await tx.all(sa.select(audit).order_by(audit.c.id)):
        if row["previous"] != expected or row["hash"] != _hash(expected, row):
            return int(row["id"])
        expected = row["hash"]
    return None


def _hash(previous: bytes, row: Mapping[Any, Any]) -> bytes:
    at = (row["at"] - EPOCH) // MICROSECOND
    said = orjson.dumps([at, row["actor"], row["act"], row["object"], row["details"]], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(previous + said).digest()
