"""Messages with somebody's particulars, which do not stay in a chat for longer than they are needed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.tables import accounts, outbox, people, staff
from storage.talk.outbox import PRIVATE

KEY = "fade:"
"""Before the id of the message that is taken away, in the dedupe key of what takes it away."""


class Fading(Struct, frozen=True):
    """A message whose time is over, with the language of its reader."""

    id: int
    channel: str
    address: str
    account_id: int | None
    language: str


STANDS = sa.and_(
    outbox.c.about == PRIVATE,
    outbox.c.address != "",
    sa.or_(outbox.c.state == "sent", sa.and_(outbox.c.state.in_(["failed", "unknown"]), outbox.c.message_id != "")),
)
"""What was sent and may still stand there; of some only the first parts were sent."""
ORPHANED = sa.and_(outbox.c.about == PRIVATE, outbox.c.account_id.is_(None))
"""Of somebody who was erased: it is known only until it is taken away."""


def _over(before: datetime) -> sa.ColumnElement[bool]:
    """What was sent before this instant and may still stand there."""
    return sa.and_(STANDS, sa.func.coalesce(outbox.c.sent_at, outbox.c.created_at) < before)


async def find_over(tx: Tx, channels: Collection[str], before: datetime) -> list[Fading]:
    """What was sent on these channels before this instant, or to somebody who holds no role any more, and is not being taken
    away yet."""
    later = outbox.alias()
    key = sa.literal(KEY) + sa.cast(outbox.c.id, sa.Text)
    begun = sa.exists().where(later.c.dedupe_key == key).correlate(outbox)
    holds = sa.exists().where(staff.c.person_id == accounts.c.person_id, staff.c.revoked_at.is_(None))
    language = sa.func.coalesce(people.c.language, "").label("language")
    rows = await tx.all(
        sa.select(outbox.c.id, outbox.c.channel, outbox.c.address, outbox.c.account_id, language)
        .outerjoin(accounts, accounts.c.id == outbox.c.account_id)
        .outerjoin(people, people.c.id == accounts.c.person_id)
        .where(sa.or_(_over(before), STANDS & ~holds), outbox.c.channel.in_(list(channels)), ~begun)
        .order_by(outbox.c.id)
        .limit(100)
    )
    return [Fading(**row) for row in rows]


async def orphan(tx: Tx, account_ids: Collection[int]) -> None:
    """Of what these accounts were told, whose owner is being erased, keep only where something stands that is to be taken
    away."""
    theirs = STANDS, outbox.c.account_id.in_(list(account_ids))
    await tx.run(sa.update(outbox).where(*theirs).values(account_id=None, body=None))


async def bury(tx: Tx, channels: Collection[str]) -> None:
    """Forget what was orphaned once it is taken away, or cannot be: on none of these ``channels``, or refused."""
    later = outbox.alias()
    key = sa.literal(KEY) + sa.cast(outbox.c.id, sa.Text)
    over = sa.exists().where(later.c.dedupe_key == key, later.c.state.not_in(["waiting", "leased"])).correlate(outbox)
    await tx.run(sa.delete(outbox).where(ORPHANED, sa.or_(over, outbox.c.channel.not_in(list(channels)))))
    takes_away = outbox.c.account_id.is_(None), outbox.c.dedupe_key.like(f"{KEY}%")
    await tx.run(sa.delete(outbox).where(*takes_away, outbox.c.state.not_in(["waiting", "leased"])))


async def count_staying(tx: Tx, channels: Collection[str], before: datetime) -> dict[str, int]:
    """How many stay by channel: none of ``channels``, which can take something away, or one that refused to."""
    later = outbox.alias()
    key = sa.literal(KEY) + sa.cast(outbox.c.id, sa.Text)
    refused = sa.exists().where(later.c.dedupe_key == key, later.c.state.in_(["failed", "gone", "unknown"]))
    stays = sa.or_(outbox.c.channel.not_in(list(channels)), refused.correlate(outbox))
    counted = sa.select(outbox.c.channel, sa.func.count().label("n")).where(_over(before), stays)
    return {row["channel"]: row["n"] for row in await tx.all(counted.group_by(outbox.c.channel))}
