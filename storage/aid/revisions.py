"""Changed pledges: as long as nothing has arrived their givers may promise something else; what it was is kept."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict, replace

from storage import words
from storage.aid.pledges import OPEN, FullPledge, Promise
from storage.database import Tx
from storage.database.secret import seal_words
from storage.tables import needs, pledge_changes, pledges

SEEN = ("state", "vouched", "arrived", "amount")
"""What of a pledge must not have changed since it was looked at."""


class Change(Struct, frozen=True):
    """What a pledge was until its giver changed it."""

    amount: int
    each_month: int
    monthly_until_on: date | None
    due_on: date | None
    what: str
    changed_at: datetime


async def room(tx: Tx, pledge: FullPledge) -> int | None:
    """How much its need has room for, with what the pledge covers itself; None where it is for no need."""
    if pledge.need_id is None:
        return None
    missing = sa.case((needs.c.ended_at.is_(None), needs.c.amount - needs.c.promised), else_=0)
    its = sa.select(missing).where(needs.c.id == pledge.need_id)
    return max(int(await tx.value(its)) + pledge.covers, 0)


async def revise(tx: Tx, pledge: FullPledge, promise: Promise, now: datetime) -> bool:
    """Promise this instead, and let the need's sums follow; officers confirm it anew. False, and nothing is changed, if
    the pledge is another one meanwhile, if something of it has arrived, or if more is promised than is missing."""
    row = await tx.first(sa.select(pledges).where(pledges.c.id == pledge.id).with_for_update())
    as_seen = row is not None and all(row[name] == getattr(pledge, name) for name in SEEN)
    if not as_seen or pledge.arrived or pledge.state not in OPEN:
        return False
    then = replace(pledge, state="new", amount=promise.amount)
    if pledge.need_id is not None and not await _follow(tx, pledge, then):
        return False
    was = {"pledge_id": pledge.id, "changed_at": now, **asdict(pledge.promise)}
    await tx.run(sa.insert(pledge_changes).values(**seal_words(tx.vault, pledge_changes, was)))
    reminded = {"reminded": 0, "reminded_at": None if promise.due_on else now}
    new = seal_words(tx.vault, pledges, {"state": "new", **asdict(promise), **reminded}, code=pledge.code)
    await tx.run(sa.update(pledges).where(pledges.c.id == pledge.id).values(**new))
    await words.note(tx, pledges.c.id, pledge.id)
    return True


async def _follow(tx: Tx, pledge: FullPledge, then: FullPledge) -> bool:
    """Let the need count the pledge as it is then; False, and nothing is changed, if there is no room for more."""
    counted = needs.c.promised + then.covers - pledge.covers
    more = sa.and_(counted + then.awaits <= needs.c.amount, needs.c.ended_at.is_(None))
    fits = sa.true() if then.amount <= pledge.amount else more
    return bool(
        await tx.run(
            sa.update(needs)
            .where(needs.c.id == pledge.need_id, fits)
            .values(promised=counted, awaiting=needs.c.awaiting + then.awaits - pledge.awaits)
        )
    )


async def changes(tx: Tx, pledge_id: int) -> list[Change]:
    """What a pledge was before, the oldest first."""
    its = sa.select(pledge_changes).where(pledge_changes.c.pledge_id == pledge_id)
    return await tx.all(its.order_by(pledge_changes.c.id), into=Change)
