"""When each channel's platform last answered, whichever process asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from storage.database import Tx
from storage.database.insert import insert_new
from storage.tables import inbox, listening


async def note(tx: Tx, answered: Mapping[str, datetime]) -> None:
    """Keep these instants, where no later one is kept."""
    rows = [{"channel": channel, "received_at": at} for channel, at in answered.items()]
    await insert_new(tx, listening, rows)
    for channel, at in answered.items():
        earlier = sa.and_(listening.c.channel == channel, listening.c.received_at < at)
        await tx.run(sa.update(listening).where(earlier).values(received_at=at))


async def last(tx: Tx) -> dict[str, datetime]:
    """The last answer on each channel that asks its platform."""
    return {row["channel"]: row["received_at"] for row in await tx.all(sa.select(listening))}


async def heard(tx: Tx, channel: str) -> datetime | None:
    """When the last message came in on a channel."""
    latest = sa.select(sa.func.max(inbox.c.received_at, type_=inbox.c.received_at.type))
    found: datetime | None = await tx.value(latest.where(inbox.c.channel == channel))
    return found
