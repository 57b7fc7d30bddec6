"""How much of a channel's monthly quota is used: one row for each channel and month, counted by all that send and receive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_new
from storage.tables import accounts, quotas


class Usage(Struct, frozen=True):
    """What of a channel is used in a month: messages in both directions, and people who have ever written."""

    sent: int = 0
    received: int = 0
    people: int = 0
    refused_at: datetime | None = None
    """When the platform itself said that nothing is left."""

    @property
    def messages(self) -> int:
        """Both directions: whether a platform counts both is not always known."""
        return self.sent + self.received


async def use(tx: Tx, channel: str, month: date, *, sent: int = 0, received: int = 0) -> None:
    """Count messages, or give them back with numbers below zero. ``month`` is its first day."""
    more = {"sent": quotas.c.sent + sent, "received": quotas.c.received + received}
    await _change(tx, channel, month, more)


async def refuse(tx: Tx, channel: str, month: date, at: datetime | None) -> None:
    """Note since when the platform takes no more messages this month; None: it takes them again."""
    await _change(tx, channel, month, {"refused_at": at})


async def warn(tx: Tx, channel: str, month: date, now: datetime) -> bool:
    """Note that somebody is warned; returns False if it was done already this month."""
    which = sa.and_(quotas.c.channel == channel, quotas.c.month == month, quotas.c.warned_at.is_(None))
    return bool(await tx.run(sa.update(quotas).where(which).values(warned_at=now)))


async def usage(tx: Tx, channel: str, month: date) -> Usage:
    """What is used of a channel's month."""
    row = await tx.first(sa.select(quotas).where(quotas.c.channel == channel, quotas.c.month == month))
    people = sa.select(sa.func.count()).select_from(accounts).where(accounts.c.channel == channel)
    known = int(await tx.value(people))
    return Usage(row["sent"], row["received"], known, row["refused_at"]) if row else Usage(people=known)


async def _change(tx: Tx, channel: str, month: date, values: Mapping[str, Any]) -> None:
    await insert_new(tx, quotas, [{"channel": channel, "month": month}])
    which = sa.and_(quotas.c.channel == channel, quotas.c.month == month)
    await tx.run(sa.update(quotas).where(which).values(values))
