"""What became of every copy of a broadcast: a row for each recipient, written before anything is sent.

planned → leased → sent · failed · gone · opted_out · skipped · unknown. A broadcast in doubt is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.attempts import SendOutcome
from storage.broadcast.audience import ACCOUNT, members
from storage.broadcast.broadcasts import Broadcast
from storage.broadcast.counts import shows_older
from storage.broadcast.readers import reachable
from storage.database import Tx
from storage.database.columns import among
from storage.database.insert import inserting
from storage.database.pieces import oldest
from storage.database.prepared import Prepared
from storage.tables import accounts, broadcasts, deliveries, people

CHUNK = 250
"""Copies that are ended in one transaction: some 3 ms, so that replies wait no longer."""


def expansion(tx: Tx, broadcast: Broadcast) -> Prepared:
    """The statement of `expand`. Making it takes longer than a small step with it, and a frozen audience stays as it is."""
    assert broadcast.frozen_at is not None
    due_at = sa.bindparam("due_at", type_=deliveries.c.due_at.type)
    chosen = (
        sa.select(sa.literal(broadcast.id), people.c.id, accounts.c.id, accounts.c.channel, due_at)
        .select_from(people.join(accounts, accounts.c.id == ACCOUNT))
        .where(people.c.id > sa.bindparam("after"), people.c.id <= sa.bindparam("upto"))
        .where(*members(broadcast.audience, broadcast.frozen_at), *reachable(broadcast))
        .order_by(people.c.id)
    )
    return inserting(tx, deliveries, ("broadcast_id", "person_id", "account_id", "channel", "due_at"), chosen)


EXPANDED = Prepared(
    sa.update(broadcasts)
    .where(broadcasts.c.id == sa.bindparam("which"))
    .values(
        cursor=sa.bindparam("upto"),
        recipients=broadcasts.c.recipients + sa.bindparam("new", type_=sa.BigInteger),
        expanded_at=sa.bindparam("over_at"),
    )
)


async def expand(tx: Tx, broadcast: Broadcast, statement: Prepared, now: datetime, most: int) -> bool:
    """Write down who of the next so many people are recipients of a frozen audience, by its `expansion`; returns whether
    there may be more."""
    if broadcast.expanded_at is not None or broadcast.frozen_at is None:
        return False
    upto = min(broadcast.cursor + most, broadcast.last_person_id)
    new = await tx.run(statement, after=broadcast.cursor, upto=upto, due_at=now)
    over = upto >= broadcast.last_person_id
    await tx.run(EXPANDED, which=broadcast.id, upto=upto, new=new, over_at=now if over else None)
    return not over


SETTLE = Prepared(
    sa.update(deliveries)
    .where(deliveries.c.id == sa.bindparam("which"))
    .where(deliveries.c.state == "leased", deliveries.c.owner == sa.bindparam("held_by"))
    .values(
        state=sa.bindparam("became"),
        reason=sa.bindparam("why"),
        message_id=sa.bindparam("sent_as"),
        revision=sa.bindparam("of"),
        sent_at=sa.bindparam("was_sent_at"),
        due_at=sa.bindparam("again_at"),
        leased_until=None,
    )
)


async def settle(tx: Tx, broadcast: Broadcast, owner: str, outcomes: Sequence[SendOutcome], now: datetime) -> None:
    """Note what became of leased copies; a lease that somebody else has ended by now is left as it is."""
    await tx.run(
        SETTLE,
        [
            {
                "which": o.id,
                "held_by": owner,
                "became": o.state,
                "why": o.reason,
                "sent_as": o.message_id,
                "of": broadcast.revision if o.state == "sent" else 0,
                "was_sent_at": now if o.state == "sent" else None,
                "again_at": o.again_at or now,
            }
            for o in outcomes
        ],
    )


async def settle_sent(tx: Tx, broadcast: Broadcast, outcomes: Sequence[SendOutcome], now: datetime) -> None:
    """Note which copies show the new text, or cannot."""
    await was_amended(tx, broadcast, [o for o in outcomes if o.state == "sent"])
    again = [{"which": o.id, "again_at": o.again_at or now} for o in outcomes if o.state != "sent"]
    later = sa.update(deliveries).where(deliveries.c.id == sa.bindparam("which"))
    await tx.run(later.values(due_at=sa.bindparam("again_at"), leased_until=None), again)


async def leave(tx: Tx, broadcast: Broadcast, channels: Collection[str]) -> None:
    """What was sent on these channels cannot be changed any more."""
    here = deliveries.c.broadcast_id == broadcast.id, deliveries.c.channel.in_(list(channels))
    which = sa.and_(*here, shows_older(broadcast))
    await tx.run(sa.update(deliveries).where(which).values(revision=broadcast.revision, reason="not_changed"))


def _doubted(over: sa.ColumnElement[bool]) -> Prepared:
    leased = among(deliveries.c.broadcast_id, "ids"), deliveries.c.state == "leased"
    held = {"state": "unknown", "reason": "interrupted", "leased_until": None}
    return Prepared(sa.update(deliveries).where(*leased, over).values(**held))


OVER = _doubted(deliveries.c.leased_until <= sa.bindparam("now"))
ORPHANED = _doubted(deliveries.c.owner != sa.bindparam("mine"))


async def doubt(tx: Tx, ids: Collection[int], owner: str, now: datetime, *, alone: bool = False) -> int:
    """What somebody was sending when its lease ran out may or may not have arrived: it is held. Returns how many.

    ``alone``: nobody else sends, so that the leases of every other owner are those of a process that died.
    """
    return await (tx.run(ORPHANED, ids=ids, mine=owner) if alone else tx.run(OVER, ids=ids, now=now))


async def skip(tx: Tx, id: int, able: Collection[str] = ()) -> bool:
    """Note for some of the planned copies that they are not sent any more; returns whether there may be more.

    Those of which a part was sent are left, on channels that are ``able`` to take it back.
    """
    planned = sa.and_(deliveries.c.broadcast_id == id, deliveries.c.state == "planned")
    planned = sa.and_(planned, sa.or_(deliveries.c.message_id == "", deliveries.c.channel.not_in(list(able))))
    some = sa.select(deliveries.c.id).where(planned).limit(CHUNK)
    skipped = sa.update(deliveries).where(deliveries.c.id.in_(some), deliveries.c.state == "planned")
    return await tx.run(skipped.values(state="skipped", reason="cancelled")) == CHUNK


async def drop(tx: Tx, id: int, channels: Collection[str], reason: str) -> bool:
    """Note that what is still planned on these channels is not sent, and why; returns whether there was any."""
    planned = sa.and_(deliveries.c.broadcast_id == id, deliveries.c.state == "planned")
    which = sa.and_(planned, deliveries.c.channel.in_(list(channels)))
    return bool(await tx.run(sa.update(deliveries).where(which).values(state="skipped", reason=reason)))


async def forget(tx: Tx, before: datetime, most: int) -> int:
    """Drop rows of broadcasts that had ended by then, and say how many, at most so many; the sums stay with the broadcast."""
    old = sa.select(broadcasts.c.id).where(broadcasts.c.ended_at < before, broadcasts.c.outcomes.is_not(None))
    rows = oldest(most, deliveries.c.broadcast_id, deliveries.c.broadcast_id.in_(old))
    return await tx.run(sa.delete(deliveries).where(rows))


async def join(tx: Tx, into: int, other: int) -> None:
    """Two people are one from now on: what was for both of them counts once, for the one whom it reached."""
    both = sa.select(deliveries.c.broadcast_id).where(deliveries.c.person_id == other).scalar_subquery()
    found = sa.select(deliveries).where(deliveries.c.person_id == into, deliveries.c.broadcast_id.in_(both))
    for row in await tx.all(found):
        loser = into if row["state"] in ("planned", "skipped", "gone", "opted_out") else other
        which = sa.and_(deliveries.c.broadcast_id == row["broadcast_id"], deliveries.c.person_id == loser)
        await tx.run(sa.delete(deliveries).where(which))
        await tx.run(_one_fewer(row["broadcast_id"]))
    await tx.run(sa.update(deliveries).where(deliveries.c.person_id == other).values(person_id=into))
    for column in (broadcasts.c.author_id, broadcasts.c.approved_by_id):
        await tx.run(sa.update(broadcasts).where(column == other).values({column: into}))


async def erase(tx: Tx, person_id: int) -> None:
    """That somebody was counted stays; where she was reached goes."""
    hers = sa.update(deliveries).where(deliveries.c.person_id == person_id)
    await tx.run(hers.values(account_id=None, message_id=""))


def _one_fewer(broadcast_id: int) -> sa.Update:
    counting = sa.and_(broadcasts.c.id == broadcast_id, broadcasts.c.outcomes.is_(None))
    return sa.update(broadcasts).where(counting).values(recipients=broadcasts.c.recipients - 1)


async def end(tx: Tx, dropped: Sequence[SendOutcome]) -> None:
    """These copies are not sent, and why."""
    if not dropped:
        return
    ending = sa.update(deliveries).where(deliveries.c.id == sa.bindparam("which"))
    rows = [{"which": o.id, "became": o.state, "why": o.reason} for o in dropped]
    await tx.run(ending.values(state=sa.bindparam("became"), reason=sa.bindparam("why")), rows)


async def was_amended(tx: Tx, broadcast: Broadcast, changed: Sequence[SendOutcome]) -> None:
    """These copies show the text of this revision, or say why they do not."""
    done = sa.update(deliveries).where(deliveries.c.id == sa.bindparam("which"))
    rows = [{"which": o.id, "why": o.reason, "stands_as": o.message_id} for o in changed]
    stands_as = sa.bindparam(
        "stands_as", type_=deliveries.c.message_id.type
    )  # a page shows a better text as another one
    stands = sa.case((stands_as != "", stands_as), else_=deliveries.c.message_id)
    new = {"revision": broadcast.revision, "reason": sa.bindparam("why"), "message_id": stands, "leased_until": None}
    await tx.run(done.values(**new), rows)
