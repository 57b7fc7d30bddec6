"""Who of the officers has something in hand. It tells her colleagues, and keeps nobody from acting; it runs out by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from storage.campaign import settings
from storage.campaign.settings import TAKING_HOURS
from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.tables import takings


class Taking(Struct, frozen=True):
    """Who has the thing of this kind and code in hand since when, and who gave it to her; None: she took it herself."""

    kind: str
    code: str
    person_id: int
    given_by: int | None
    taken_at: datetime


async def on(tx: Tx, kind: str, codes: Sequence[str], now: datetime) -> dict[str, Taking]:
    """What of these is in somebody's hand, by its code."""
    its = takings.c.kind == kind, takings.c.code.in_(codes), takings.c.taken_at > now - await _lasts(tx)
    return {one.code: one for one in await tx.all(sa.select(takings).where(*its), into=Taking)} if codes else {}


async def of_person(tx: Tx, person_id: int, now: datetime) -> list[Taking]:
    """What somebody has in hand, the oldest first; also what is done with meanwhile."""
    hers = takings.c.person_id == person_id, takings.c.taken_at > now - await _lasts(tx)
    return await tx.all(sa.select(takings).where(*hers).order_by(takings.c.taken_at, takings.c.code), into=Taking)


async def take(
    tx: Tx, kind: str, code: str, person_id: int, now: datetime, *, over: int | None = None, given_by: int | None = None
) -> tuple[bool, Taking | None]:
    """Put something into somebody's hand; returns whether that was done, and in whose hand it was. It is not done if somebody
    else has it than ``over``, from whom it may be taken, than ``given_by``, who passes it on, and than herself."""
    await tx.exclusive("takings")
    held = (await on(tx, kind, [code], now)).get(code)
    if held is not None and held.person_id not in (person_id, over, given_by):
        return False, held
    row = {"kind": kind, "code": code, "person_id": person_id, "given_by": given_by, "taken_at": now}
    await insert_or_replace(tx, takings, [row])
    return True, held


async def release(tx: Tx, kind: str, code: str, person_id: int) -> bool:
    """Let go of something; False if it is not in her hand."""
    hers = takings.c.kind == kind, takings.c.code == code, takings.c.person_id == person_id
    return bool(await tx.run(sa.delete(takings).where(*hers)))


async def forget(tx: Tx, now: datetime) -> int:
    """Drop those that ran out; returns how many."""
    return await tx.run(sa.delete(takings).where(takings.c.taken_at <= now - await _lasts(tx)))


async def _lasts(tx: Tx) -> timedelta:
    return timedelta(hours=await settings.read(tx, TAKING_HOURS))
