"""What sentences mean, as officers taught it: kept without names and numbers, learned after an admin accepted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.database import Tx
from storage.tables import learned, lessons


class Lesson(Struct, frozen=True):
    """One sentence and its intent."""

    id: int
    said: str
    intent: str
    state: str
    """waiting for an admin, accepted or refused by one; then live, or unfit: other sentences would be understood worse."""


async def is_taught(tx: Tx, source: str) -> bool:
    """Whether somebody said already what this source means."""
    there = sa.select(lessons.c.id).where(lessons.c.source_index == tx.vault.index(source, kind="lesson"))
    return await tx.first(there) is not None


async def teach(tx: Tx, source: str, said: str, intent: str, by: str, now: datetime) -> bool:
    """Keep a lesson until an admin decides; False if there is one of this source. Audited."""
    await tx.exclusive("lessons")
    if await is_taught(tx, source):
        return False
    row = {"said": said, "intent": intent, "taught_by": by, "taught_at": now}
    await tx.run(sa.insert(lessons).values(**row, source_index=tx.vault.index(source, kind="lesson")))
    await audit.add(tx, now, by, "teach", f"intent:{intent}", {})
    return True


async def in_state(tx: Tx, state: str) -> Sequence[Lesson]:
    """The lessons in this state, the oldest first."""
    return await tx.all(sa.select(lessons).where(lessons.c.state == state).order_by(lessons.c.id), into=Lesson)


async def counts(tx: Tx) -> Mapping[str, int]:
    """How many lessons there are in each state."""
    rows = await tx.all(sa.select(lessons.c.state, sa.func.count().label("n")).group_by(lessons.c.state))
    return {row["state"]: int(row["n"]) for row in rows}


async def decide(tx: Tx, id: int, accept: bool, by: str, now: datetime) -> bool:
    """Accept or refuse a lesson; False if that is decided already. Audited."""
    waits = sa.update(lessons).where(lessons.c.id == id, lessons.c.state == "waiting")
    if not await tx.run(waits.values(state="accepted" if accept else "refused", decided_by=by)):
        return False
    await audit.add(tx, now, by, "accept_lesson" if accept else "refuse_lesson", f"lesson:{id}", {})
    return True


async def learn(tx: Tx, was: Mapping[int, str], now_are: Mapping[int, str], patch: bytes, now: datetime) -> bool:
    """Note what was learned, and its patch; False if another process did it, or an admin decided, since these states
    were seen."""
    await tx.exclusive("lessons")
    rows = await tx.all(sa.select(lessons.c.id, lessons.c.state).where(lessons.c.state.in_(["accepted", "live"])))
    if {row["id"]: row["state"] for row in rows} != dict(was):
        return False
    for state in ("live", "unfit"):
        ids = [id for id, meant in now_are.items() if meant == state]
        await tx.run(sa.update(lessons).where(lessons.c.id.in_(ids)).values(state=state))
    await tx.run(sa.delete(learned))
    await tx.run(sa.insert(learned).values(patch=patch, learned_at=now))
    return True


async def newest(tx: Tx) -> datetime | None:
    """When something was last learned."""
    at: datetime | None = await tx.value(sa.select(sa.func.max(learned.c.learned_at)))
    return at


async def patch(tx: Tx) -> bytes | None:
    """What was learned of all live lessons; None if nothing was."""
    kept: bytes | None = await tx.value(sa.select(learned.c.patch).order_by(learned.c.id.desc()).limit(1))
    return kept
