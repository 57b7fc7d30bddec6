"""Who sends which copy of a broadcast: some are leased at a time, of one channel, with all that decides whether they go out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.attempts import SendOutcome
from storage.broadcast import ledger
from storage.broadcast.audience import agreed
from storage.broadcast.broadcasts import Broadcast
from storage.broadcast.caps import Caps, why_capped
from storage.broadcast.counts import shows_older
from storage.database import Statement, Tx
from storage.database.columns import among
from storage.database.prepared import Prepared
from storage.tables import accounts, deliveries, people, units, volunteers


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
        planned: Statement = PLANNED
    else:
        await tx.exclusive("caps")  # two processes must not give somebody two messages at once
        planned = _planned(why_capped(broadcast, caps))
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
    await ledger.end(tx, dropped)
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
    await ledger.end(tx, [SendOutcome(id, "skipped", "cancelled") for id in lost])
    return await _taken(tx, [_copy(row) for row in rows if row["id"] not in lost], owner, now, until)


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
    await ledger.was_amended(tx, broadcast, [SendOutcome(id, "sent", "not_changed") for id in lost])
    taken = [_copy(row) for row in rows if row["id"] not in lost]
    which = deliveries.c.id.in_([copy.id for copy in taken])
    await tx.run(sa.update(deliveries).where(which).values(owner=owner, leased_until=until))
    return taken


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
