"""Requests for a copy of one's own data: one a day, made outside the transaction that takes the request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.tables import copies, people

APART = timedelta(days=1)


class Asked(Struct, frozen=True):
    """Who waits for a copy, at which account, in which language."""

    person_id: int
    account_id: int
    language: str


async def ask(tx: Tx, person_id: int, account_id: int, now: datetime) -> datetime | None:
    """Note that this person wants a copy at this account; returns when she may ask again, if she has asked lately."""
    asked: datetime | None = await tx.value(sa.select(copies.c.asked_at).where(copies.c.person_id == person_id))
    if asked is not None and asked <= now < asked + APART:
        return asked + APART
    row = {"person_id": person_id, "account_id": account_id, "asked_at": now, "made_at": None}
    await insert_or_replace(tx, copies, [row])
    return None


async def find_waiting(tx: Tx, most: int = 10) -> Sequence[Asked]:
    """Who waits for a copy, whoever asked first."""
    waits = sa.select(copies.c.person_id, copies.c.account_id, people.c.language).where(copies.c.made_at.is_(None))
    found = waits.join(people, people.c.id == copies.c.person_id).order_by(copies.c.asked_at).limit(most)
    return await tx.all(found, into=Asked)


async def finish(tx: Tx, asked: Asked, now: datetime) -> bool:
    """Her copy is made; False if it was already, or she is gone."""
    which = sa.and_(copies.c.person_id == asked.person_id, copies.c.made_at.is_(None))
    return bool(await tx.run(sa.update(copies).where(which).values(made_at=now)))
