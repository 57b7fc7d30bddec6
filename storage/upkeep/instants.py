"""A machine's clock that went back: what waits for an instant of the wrong time must not wait for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import audit
from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.tables import accounts, clock_marks, deliveries, inbox, outbox, paces

NAME, DOUBT, BACKUP, BROKEN_ACT = "lived", "doubt", "backup", "broken act"
JITTER = timedelta(seconds=2)
"""Clocks are set a little, back and forth, all the time; on several machines they differ, too."""
APART = timedelta(seconds=15)
"""The same where several machines write: a start checks that they are not ten seconds apart."""


async def pass_by(tx: Tx, now: datetime, *, shared: bool) -> timedelta:
    """Note that it is now; returns by how much the clock went back since somebody last noted it, nothing if it did not.

    After such a step whatever waits for a later instant is due at once: a retry, a pause, a photo, a person who was
    silenced. A platform that asked us to wait asks again.
    """
    last = await last_lived(tx)
    back = last - now if last is not None else timedelta()
    if timedelta() < back <= (APART if shared else JITTER):
        return timedelta()
    await insert_or_replace(tx, clock_marks, [{"name": NAME, "at": now}])
    if back <= timedelta():
        return timedelta()
    await _set_free(tx, now)
    return back


async def last_lived(tx: Tx) -> datetime | None:
    """When a program last noted that it lived."""
    return await marked(tx, NAME)


async def doubt(tx: Tx, trusted: datetime) -> None:
    """The clock is in doubt from now on; ``trusted`` is the last instant at which it was not."""
    await insert_or_replace(tx, clock_marks, [{"name": DOUBT, "at": trusted}])


async def doubted_since(tx: Tx) -> datetime | None:
    """The last instant at which the clock was not in doubt; None if it is not."""
    return await marked(tx, DOUBT)


async def trust(tx: Tx) -> bool:
    """The clock is right; returns whether it was in doubt."""
    return await unmark(tx, DOUBT)


async def agree(tx: Tx, by: str, now: datetime) -> bool:
    """Somebody says that it is really now; returns whether the clock was in doubt. Audited."""
    since = await doubted_since(tx)
    if not await trust(tx):
        return False
    await insert_or_replace(tx, clock_marks, [{"name": NAME, "at": now}])
    details = {"from": f"{since:%Y-%m-%d %H:%M} UTC", "to": f"{now:%Y-%m-%d %H:%M} UTC"}
    await audit.add(tx, now, by, "agree_clock", "clock", details)
    return True


async def mark(tx: Tx, name: str, now: datetime) -> None:
    """Note an instant under a name: a small thing to write, to see whether anything can be written."""
    await insert_or_replace(tx, clock_marks, [{"name": name, "at": now}])


async def marked(tx: Tx, name: str) -> datetime | None:
    """The instant that was noted under a name."""
    found: datetime | None = await tx.value(sa.select(clock_marks.c.at).where(clock_marks.c.name == name))
    return found


async def unmark(tx: Tx, name: str) -> bool:
    """Note none under a name any more; returns whether there was one."""
    return bool(await tx.run(sa.delete(clock_marks).where(clock_marks.c.name == name)))


async def _set_free(tx: Tx, now: datetime) -> None:
    for table, states in ((inbox, ("waiting",)), (outbox, ("waiting",)), (deliveries, ("planned",))):
        late = sa.and_(table.c.state.in_(states), table.c.due_at > now)
        await tx.run(sa.update(table).where(late).values(due_at=now))
    await tx.run(sa.update(accounts).where(accounts.c.free_at > now).values(free_at=None))
    await tx.run(sa.update(accounts).where(accounts.c.muted_until > now).values(muted_until=None))
    fresh: dict[str, Any] = {
        "slots": [],
        "reply_at": None,
        "broadcast_at": None,
        "slowed_at": None,
        "paused_until": None,
    }
    await tx.run(sa.update(paces).values(**fresh))
