"""What became of every copy of a broadcast: a row for each recipient, written before anything is sent.

planned → leased → sent · failed · gone · opted_out · skipped · unknown. A broadcast in doubt is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.attempts import SendOutcome
from storage.broadcast.audience import ACCOUNT, agreed, members
from storage.broadcast.broadcasts import Broadcast
from storage.broadcast.caps import Caps, why_capped
from storage.broadcast.counts import shows_older
from storage.broadcast.readers import reachable
from storage.database import Tx
from storage.database.columns import among
from storage.database.insert import inserting
from storage.database.pieces import oldest
from storage.database.prepared import Prepared
from storage.tables import accounts, broadcasts, deliveries, people, units, volunteers

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


class Copy(Struct, frozen=True):
    """One copy that this process may send now, or change where it stands."""

    id: int
    account_id: int
    channel: str
    address: str
    language: str
    name: str
    commune: str
    attempts: int
    message_id: str
    """The platform's ids of the parts that are known as sent, in their order."""


async def lease(
    tx: Tx,
    broadcast: Broadcast,
    channel: str,
    owner: str,
    now: datetime,
    until: datetime,
    most: int,
    caps: Caps | None = None,
) -> list[Copy]:
    """Take copies of a running broadcast that may go out now. Whoever opted out, left or was barred meanwhile is noted,
    and so is whoever had enough messages of the calendar."""
    if caps is None or broadcast.message_id is None or broadcast.urgent:
        planned = PLANNED
    else:
        await tx.exclusive("caps")  # two processes must not give somebody two messages at once
        planned = Prepared(_planned(why_capped(broadcast, caps)))
    rows = await tx.all(planned, broadcast=broadcast.id, channel=channel, now=now, most=most)
    taken: list[Copy] = []
    dropped: list[SendOutcome] = []
    for row in rows:
        if row["address"] is None or row["state"] != "open":
            dropped.append(SendOutcome(row["id"], "gone", "blocked" if row["address"] else "erased"))
        elif row["blocked_at"] is not None:
            dropped.append(SendOutcome(row["id"], "skipped", "barred"))
        elif not row["agreed"]:
            dropped.append(SendOutcome(row["id"], "opted_out", "opted_out"))
        elif broadcast.text(row["language"]) is None:
            dropped.append(SendOutcome(row["id"], "skipped", "language"))
        elif row["capped"] and not row["message_id"]:  # of what was begun the rest belongs to it
            dropped.append(SendOutcome(row["id"], "skipped", row["capped"]))
        else:
            taken.append(_copy(row))
    await _end(tx, dropped)
    return await _taken(tx, taken, owner, now, until)


async def lease_begun(
    tx: Tx, broadcast: Broadcast, channel: str, owner: str, now: datetime, until: datetime, most: int
) -> list[Copy]:
    """Take copies of a cancelled broadcast of which a part was sent, so that it can be taken back."""
    begun = sa.and_(deliveries.c.state == "planned", deliveries.c.message_id != "", deliveries.c.due_at <= now)
    rows = await tx.all(
        _copies().where(begun).order_by(deliveries.c.id).limit(most), broadcast=broadcast.id, channel=channel
    )
    lost = [row["id"] for row in rows if row["address"] is None or row["state"] != "open"]
    await _end(tx, [SendOutcome(id, "skipped", "cancelled") for id in lost])
    return await _taken(tx, [_copy(row) for row in rows if row["id"] not in lost], owner, now, until)


TAKE = Prepared(
    sa.update(deliveries)
    .where(among(deliveries.c.id, "ids"))
    .values(
        state="leased",
        owner=sa.bindparam("by"),
        leased_until=sa.bindparam("until"),
        attempts=deliveries.c.attempts + 1,
        due_at=sa.bindparam("now"),
    )
)


async def _taken(tx: Tx, copies: list[Copy], owner: str, now: datetime, until: datetime) -> list[Copy]:
    if copies:
        await tx.run(TAKE, ids=[copy.id for copy in copies], by=owner, until=until, now=now)
    return copies


async def lease_sent(
    tx: Tx, broadcast: Broadcast, channel: str, owner: str, now: datetime, until: datetime, most: int
) -> list[Copy]:
    """Take copies that were sent and still show an older text. Doing one of them twice does no harm."""
    free = sa.or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
    rows = await tx.all(
        _copies()
        .where(shows_older(broadcast), deliveries.c.due_at <= now, free)
        .order_by(deliveries.c.revision, deliveries.c.id)
        .limit(most),
        broadcast=broadcast.id,
        channel=channel,
    )
    lost = [row["id"] for row in rows if row["address"] is None or row["state"] != "open" or not row["message_id"]]
    await _was_amended(tx, broadcast, [SendOutcome(id, "sent", "not_changed") for id in lost])
    taken = [_copy(row) for row in rows if row["id"] not in lost]
    which = deliveries.c.id.in_([copy.id for copy in taken])
    await tx.run(sa.update(deliveries).where(which).values(owner=owner, leased_until=until))
    return taken


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
    await _was_amended(tx, broadcast, [o for o in outcomes if o.state == "sent"])
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


def _copies() -> sa.Select[Any]:
    """Copies of a ``broadcast`` on a ``channel``, with all that decides whether and how they go out, as it is now."""
    joined = (
        deliveries.join(people, people.c.id == deliveries.c.person_id)
        .outerjoin(accounts, accounts.c.id == deliveries.c.account_id)
        .outerjoin(volunteers, volunteers.c.person_id == people.c.id)
        .outerjoin(units, units.c.id == volunteers.c.unit_id)
    )
    return (
        sa.select(
            deliveries.c.id,
            deliveries.c.account_id,
            deliveries.c.channel,
            deliveries.c.attempts,
            deliveries.c.message_id,
            accounts.c.address,
            accounts.c.state,
            people.c.language,
            people.c.blocked_at,
            agreed(people.c.id).label("agreed"),
            volunteers.c.full_name,
            units.c.name.label("commune"),
        )
        .select_from(joined)
        .where(deliveries.c.broadcast_id == sa.bindparam("broadcast"), deliveries.c.channel == sa.bindparam("channel"))
        .with_for_update(of=deliveries, skip_locked=True)
    )


def _planned(capped: sa.ColumnElement[str]) -> sa.Select[Any]:
    """The first ``most`` of those that may go out ``now``, with what `why_capped` says of each."""
    return (
        _copies()
        .add_columns(capped.label("capped"))
        .where(deliveries.c.state == "planned", deliveries.c.due_at <= sa.bindparam("now"))
        .order_by(deliveries.c.revision, deliveries.c.id)
        .limit(sa.bindparam("most", type_=sa.BigInteger))
    )


PLANNED = Prepared(_planned(sa.literal("")))


def _copy(row: Mapping[Any, Any]) -> Copy:
    return Copy(
        row["id"],
        row["account_id"],
        row["channel"],
        row["address"],
        row["language"],
        row["full_name"] or "",
        row["commune"] or "",
        row["attempts"],
        row["message_id"],
    )


async def _end(tx: Tx, dropped: Sequence[SendOutcome]) -> None:
    if not dropped:
        return
    ending = sa.update(deliveries).where(deliveries.c.id == sa.bindparam("which"))
    rows = [{"which": o.id, "became": o.state, "why": o.reason} for o in dropped]
    await tx.run(ending.values(state=sa.bindparam("became"), reason=sa.bindparam("why")), rows)


async def _was_amended(tx: Tx, broadcast: Broadcast, changed: Sequence[SendOutcome]) -> None:
    done = sa.update(deliveries).where(deliveries.c.id == sa.bindparam("which"))
    rows = [{"which": o.id, "why": o.reason, "stands_as": o.message_id} for o in changed]
    stands_as = sa.bindparam(
        "stands_as", type_=deliveries.c.message_id.type
    )  # a page shows a better text as another one
    stands = sa.case((stands_as != "", stands_as), else_=deliveries.c.message_id)
    new = {"revision": broadcast.revision, "reason": sa.bindparam("why"), "message_id": stands, "leased_until": None}
    await tx.run(done.values(**new), rows)
