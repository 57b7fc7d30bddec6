"""Who sends what: messages of the outbox are leased, one for each address, and marked with what became of them.

Of those that wait at one address the lowest lane goes first: what has begun, then what answers its reader, then notices.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.attempts import SendOutcome
from storage.database import Tx
from storage.database.columns import Words, among, in_order
from storage.database.prepared import Prepared
from storage.database.vault import Tampered
from storage.tables import outbox
from storage.tables.sealed import BODY
from storage.talk.outbox import ANSWERS, BEGUN, NOTICES, OPEN


class Leased(Struct, frozen=True):
    """A message that this process may send now."""

    id: int
    channel: str
    address: str
    account_id: int | None
    body: Any
    attempts: int
    created_at: datetime
    message_id: str = ""
    """The platform's ids of the parts that are known as sent, in their order."""


def _ready(message: sa.FromClause) -> sa.ColumnElement[bool]:
    """What may go out now; for a message whose lease ran out a doubt is resolved by sending it again."""
    now: sa.BindParameter[Any] = sa.bindparam("now")
    return sa.or_(
        sa.and_(message.c.state == "waiting", message.c.due_at <= now),
        sa.and_(message.c.state == "leased", message.c.leased_until <= now),
    )


def _lane_after(sent_as: sa.ColumnElement[str]) -> sa.ColumnElement[int]:
    """Where a message waits that is not on its way any more, of which the parts ``sent_as`` are known as sent."""
    begun, answers, notices = map(_constant, (BEGUN, ANSWERS, NOTICES))
    return sa.case((sent_as != _constant(""), begun), (outbox.c.kind == _constant("reply"), answers), else_=notices)


def _constant(value: int | str) -> sa.ColumnElement[Any]:
    """It stands in the statement and costs nothing for each message."""
    return sa.literal_column(repr(value))


NEXT = outbox.alias("next")
FIRST = (
    sa.select(outbox.c.id)
    .where(outbox.c.state.in_(OPEN), outbox.c.channel == NEXT.c.channel, outbox.c.address == NEXT.c.address)
    .order_by(outbox.c.lane, outbox.c.id)
    .limit(1)
    .scalar_subquery()
)
"""What is to be sent first of all that is open at an address: one look into its index."""
TAKEN = (
    "id",
    "channel",
    "address",
    "account_id",
    "body",
    "attempts",
    "created_at",
    "message_id",
    "replaces_id",
    "dedupe_key",
)
LEASABLE = (
    sa.select(NEXT.c.id)
    .where(NEXT.c.state.in_(OPEN), among(in_order(NEXT), "channels"), _ready(NEXT))
    .where(NEXT.c.id == FIRST, sa.not_(among(NEXT.c.id, "in_hand")))
    .order_by(NEXT.c.id)
    .limit(sa.bindparam("most", type_=sa.BigInteger))
    .with_for_update(skip_locked=True)  # another process takes it at this moment
    .cte("leasable")
)
LEASE = Prepared(
    sa.update(outbox)
    .where(outbox.c.id.in_(sa.select(LEASABLE.c.id)))
    .values(
        state="leased",
        lane=BEGUN,
        owner=sa.bindparam("by"),
        leased_until=sa.bindparam("until"),
        attempts=outbox.c.attempts + 1,
    )
    .returning(*(outbox.c[name] for name in TAKEN))
)


async def alone(tx: Tx) -> None:
    """Until this transaction ends nobody else leases. Without it two processes might send to one address at once, when an
    answer is written while the other one takes a notice. It comes before all that locks rows."""
    await tx.exclusive("outbox")


async def lease(
    tx: Tx,
    channels: Collection[str],
    owner: str,
    now: datetime,
    until: datetime,
    most: int,
    in_hand: Collection[int] = (),
) -> list[Leased]:
    """Take the oldest messages that may go out now, one for each address: nothing overtakes it before it is settled.

    Not those ``in_hand``: this owner is sending them already, however long their lease is over. `alone` comes first in the
    same transaction. One that somebody altered has failed, and holds up no other.
    """
    given = {"channels": list(channels), "now": now, "in_hand": list(in_hand), "most": most}
    rows = await tx.all(LEASE, **given, by=owner, until=until)
    taken: list[Leased] = []
    altered: list[int] = []
    changes: dict[int, Any] = {}
    for row in sorted(rows, key=itemgetter("id")):
        try:
            body = BODY.open_json(tx.vault, row["body"], row["dedupe_key"])
        except Tampered:
            altered.append(row["id"])
            continue
        to = row["channel"], row["address"], row["account_id"]
        before = row["attempts"] - 1  # this lease is counted already
        taken.append(Leased(row["id"], *to, body, before, row["created_at"], row["message_id"]))
        if row["replaces_id"] is not None:
            changes[row["replaces_id"]] = body
    if altered:
        await tx.run(sa.update(outbox).where(outbox.c.id.in_(altered)).values(state="failed", reason="altered"))
    # What is replaced was sent before: a reader's messages go out one after the other.
    if changes:
        for row in await tx.all(sa.select(outbox.c.id, outbox.c.message_id).where(outbox.c.id.in_(list(changes)))):
            changes[row["id"]]["replaces"] = row["message_id"]
    return taken


SETTLE = Prepared(
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("which"), outbox.c.owner == sa.bindparam("held_by"))
    .values(
        state=sa.bindparam("became"),
        lane=_lane_after(sa.bindparam("sent_as", type_=Words)),
        message_id=sa.bindparam("sent_as"),
        reason=sa.bindparam("why"),
        due_at=sa.bindparam("again_at"),
        sent_at=sa.bindparam("was_sent_at"),
        leased_until=None,
    )
)


async def settle(tx: Tx, owner: str, outcomes: Sequence[SendOutcome], now: datetime) -> None:
    """Note what became of leased messages; a lease that someone else holds by now is left to them."""
    await tx.run(
        SETTLE,
        [
            {
                "which": o.id,
                "held_by": owner,
                "became": o.state,
                "sent_as": o.message_id,
                "why": o.reason,
                "again_at": o.again_at or now,
                "was_sent_at": now if o.state == "sent" else None,
            }
            for o in outcomes
        ],
    )


async def hurry(tx: Tx, channels: Collection[str], now: datetime) -> None:
    """These channels work again: what waits there for another attempt is due, unless the platform asked for the wait."""
    tried = sa.and_(outbox.c.attempts > 0, outbox.c.reason != "flood")  # what was never tried is meant to wait
    waits = sa.and_(outbox.c.state == OPEN[0], outbox.c.due_at > now, tried)
    await tx.run(sa.update(outbox).where(waits, outbox.c.channel.in_(list(channels))).values(due_at=now))


async def release(tx: Tx, channels: Collection[str], owner: str) -> int:
    """At the start of the only process: what another run was sending is sent again. Returns how many."""
    return await tx.run(
        sa.update(outbox)
        .where(outbox.c.state == "leased", outbox.c.channel.in_(channels), outbox.c.owner != owner)
        .values(state="waiting", lane=_lane_after(outbox.c.message_id), leased_until=None)
    )


async def give_back(tx: Tx, owner: str, in_hand: Collection[int]) -> None:
    """Let go of what this owner has leased without knowing it."""
    await tx.run(
        sa.update(outbox)
        .where(outbox.c.state == OPEN[1], outbox.c.owner == owner, outbox.c.id.not_in(list(in_hand)))
        .values(state="waiting", lane=_lane_after(outbox.c.message_id), leased_until=None)
    )
