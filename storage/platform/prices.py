"""How many messages of each price a channel has sent in a month, where its platform asks different prices."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from storage.database import Tx
from storage.database.insert import insert_or_add
from storage.tables import channel_counts


async def count(tx: Tx, channel: str, month: date, kind: str) -> None:
    """One more of this kind. ``month`` is its first day."""
    await insert_or_add(tx, channel_counts, [{"channel": channel, "month": month, "kind": kind, "n": 1}], "n")


async def counted(tx: Tx, channel: str, month: date) -> dict[str, int]:
    """How many of each kind there were."""
    which = channel_counts.c.channel == channel, channel_counts.c.month == month
    rows = await tx.all(sa.select(channel_counts.c.kind, channel_counts.c.n).where(*which))
    return {row["kind"]: row["n"] for row in rows}
