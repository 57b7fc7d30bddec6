"""How far a broadcast is: its copies, counted, and whether any are left to do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from storage.broadcast.broadcasts import Broadcast
from storage.database import Tx
from storage.tables import broadcasts, deliveries


async def is_over(tx: Tx, id: int) -> bool:
    """Whether nothing is planned or on its way any more."""
    open_ = sa.select(deliveries.c.id).where(
        deliveries.c.broadcast_id == id, deliveries.c.state.in_(["planned", "leased"])
    )
    return await tx.first(open_.limit(1)) is None


async def any_due(tx: Tx, id: int, channels: Collection[str], now: datetime) -> bool:
    """Whether a copy may go out now on one of these channels."""
    planned = sa.and_(deliveries.c.broadcast_id == id, deliveries.c.state == "planned", deliveries.c.due_at <= now)
    found = sa.select(deliveries.c.id).where(planned, deliveries.c.channel.in_(list(channels))).limit(1)
    return await tx.first(found) is not None


def shows_older(broadcast: Broadcast) -> sa.ColumnElement[bool]:
    """Whether a copy shows an older text. What is taken back goes also where only a part is known as sent."""
    stands = deliveries.c.state == "sent"
    if broadcast.state == "recalling":
        partly = sa.and_(deliveries.c.state.in_(["unknown", "failed"]), deliveries.c.message_id != "")
        stands = sa.or_(stands, partly)
    return sa.and_(stands, deliveries.c.revision < broadcast.revision)


async def is_amended(tx: Tx, broadcast: Broadcast) -> bool:
    """Whether every copy that was sent shows the newest text, or cannot."""
    left = sa.select(deliveries.c.id).where(deliveries.c.broadcast_id == broadcast.id, shows_older(broadcast))
    return await tx.first(left.limit(1)) is None


async def outcomes(tx: Tx, id: int) -> dict[str, int]:
    """How many copies are in each state."""
    counted = sa.select(deliveries.c.state, sa.func.count().label("n")).where(deliveries.c.broadcast_id == id)
    return {row["state"]: row["n"] for row in await tx.all(counted.group_by(deliveries.c.state))}


async def reasons(tx: Tx, id: int, states: Collection[str]) -> list[tuple[str, str, int]]:
    """How many copies are in each of these states, by reason; the most frequent first."""
    counted = (
        sa.select(deliveries.c.state, deliveries.c.reason, sa.func.count().label("n"))
        .where(deliveries.c.broadcast_id == id, deliveries.c.state.in_(list(states)))
        .group_by(deliveries.c.state, deliveries.c.reason)
    )
    rows = await tx.all(counted.order_by(sa.desc("n"), deliveries.c.state, deliveries.c.reason))
    return [(row["state"], row["reason"], row["n"]) for row in rows]


async def count_unchanged(tx: Tx, broadcast: Broadcast) -> int:
    """How many copies still show an earlier text, since where they stand nothing can be changed."""
    hers = sa.and_(deliveries.c.broadcast_id == broadcast.id, deliveries.c.state == "sent")
    which = sa.and_(hers, deliveries.c.reason == "not_changed", deliveries.c.revision == broadcast.revision)
    return int(await tx.value(sa.select(sa.func.count()).select_from(deliveries).where(which)))


async def sent_on(tx: Tx, id: int) -> dict[str, int]:
    """How many copies were sent on each channel."""
    sent = sa.and_(deliveries.c.broadcast_id == id, deliveries.c.state == "sent")
    counted = sa.select(deliveries.c.channel, sa.func.count().label("n")).where(sent).group_by(deliveries.c.channel)
    return {row["channel"]: row["n"] for row in await tx.all(counted.order_by(deliveries.c.channel))}


async def count_left_out(tx: Tx, id: int, reason: str) -> int:
    """How many copies were skipped for this reason."""
    which = sa.and_(deliveries.c.broadcast_id == id, deliveries.c.state == "skipped", deliveries.c.reason == reason)
    return int(await tx.value(sa.select(sa.func.count()).select_from(deliveries).where(which)))


async def find_unbalanced(tx: Tx) -> list[int]:
    """The broadcasts whose recipients are not the sum of the outcomes: there must be none."""
    counted = sa.select(sa.func.count()).where(deliveries.c.broadcast_id == broadcasts.c.id).scalar_subquery()
    live = sa.select(broadcasts.c.id).where(broadcasts.c.outcomes.is_(None), broadcasts.c.recipients != counted)
    wrong = [row["id"] for row in await tx.all(live)]
    ended = await tx.all(sa.select(broadcasts).where(broadcasts.c.outcomes.is_not(None)))
    return wrong + [row["id"] for row in ended if sum((row["outcomes"] or {}).values()) != row["recipients"]]
