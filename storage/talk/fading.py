"""Messages with somebody's particulars, which do not stay in a chat for longer than they are needed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.database import Tx
from storage.tables import accounts, outbox, people
from storage.talk.outbox import PRIVATE

KEY = "fade:"
"""Before the id of the message that is taken away, in the dedupe key of what takes it away."""


@dataclass(frozen=True)
class Fading:
    """A message whose time is over, with the language of its reader."""

    id: int
    channel: str
    address: str
    account_id: int
    language: str


def _over(before: datetime) -> sa.ColumnElement[bool]:
    """What was sent before this instant and may still stand there; of some only the first parts were sent."""
    partly = sa.and_(outbox.c.state.in_(["failed", "unknown"]), outbox.c.message_id != "", outbox.c.created_at < before)
    whole = sa.and_(outbox.c.state == "sent", outbox.c.sent_at < before)
    return sa.and_(outbox.c.about == PRIVATE, outbox.c.address != "", sa.or_(whole, partly))


async def find_over(tx: Tx, channels: Collection[str], before: datetime) -> list[Fading]:
    """What was sent before this instant on these channels and is not being taken away yet."""
    later = outbox.alias()
    key = sa.literal(KEY) + sa.cast(outbox.c.id, sa.Text)
    begun = sa.exists().where(later.c.dedupe_key == key).correlate(outbox)
    rows = await tx.all(
        sa.select(outbox.c.id, outbox.c.channel, outbox.c.address, outbox.c.account_id, people.c.language)
        .join(accounts, accounts.c.id == outbox.c.account_id)
        .join(people, people.c.id == accounts.c.person_id)
        .where(_over(before), outbox.c.channel.in_(list(channels)), ~begun)
        .order_by(outbox.c.id)
        .limit(100)
    )
    return [Fading(**row) for row in rows]


async def count_staying(tx: Tx, channels: Collection[str], before: datetime) -> dict[str, int]:
    """How many stay by channel: none of ``channels``, which can take something away, or one that refused to."""
    later = outbox.alias()
    key = sa.literal(KEY) + sa.cast(outbox.c.id, sa.Text)
    refused = sa.exists().where(later.c.dedupe_key == key, later.c.state.in_(["failed", "gone", "unknown"]))
    stays = sa.or_(outbox.c.channel.not_in(list(channels)), refused.correlate(outbox))
    counted = sa.select(outbox.c.channel, sa.func.count().label("n")).where(_over(before), stays)
    return {row["channel"]: row["n"] for row in await tx.all(counted.group_by(outbox.c.channel))}
