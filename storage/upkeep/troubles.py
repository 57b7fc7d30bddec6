"""What is wrong with the program now: one row for each trouble, from when it began until it is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.tables import troubles

STALE = timedelta(minutes=10)
"""What nobody has seen for so long is over: the process that saw it has gone."""


class Trouble(Struct, frozen=True):
    """A sentence by its key says what is wrong, and what to do."""

    name: str
    """Such as «telegram:webhook»."""
    sentence: str
    params: Mapping[str, Any]
    since_at: datetime
    seen_at: datetime


async def begin(tx: Tx, name: str, sentence: str, params: Mapping[str, Any], now: datetime) -> bool:
    """Note that a trouble is there; returns whether it is new."""
    await tx.exclusive("troubles")
    said = {"sentence": sentence, "params": dict(params), "seen_at": now}
    if await tx.run(sa.update(troubles).where(troubles.c.name == name).values(said)):
        return False
    await tx.run(sa.insert(troubles).values(name=name, since_at=now, **said))
    return True


async def end(tx: Tx, name: str) -> Trouble | None:
    """It is over; returns what it was, if it was there."""
    await tx.exclusive("troubles")
    row = await tx.first(sa.select(troubles).where(troubles.c.name == name))
    if row is None:
        return None
    await tx.run(sa.delete(troubles).where(troubles.c.name == name))
    return Trouble(**row)


async def present(tx: Tx) -> list[Trouble]:
    """All that is wrong, the oldest first."""
    rows = await tx.all(sa.select(troubles).order_by(troubles.c.since_at, troubles.c.name))
    return [Trouble(**row) for row in rows]
