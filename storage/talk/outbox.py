"""What is to be said: written with its cause, leased to be sent, and marked with what became of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.attempts import SendOutcome
from storage.database import Tx
from storage.database.columns import in_order, is_first, one_of
from storage.database.insert import insert_new
from storage.tables import accounts, outbox, people

OPEN: list[sa.ColumnElement[str]] = [sa.literal_column("'waiting'"), sa.literal_column("'leased'")]
"""Literals and not parameters, so that the partial index of open messages applies."""

SENT_AS = "out:"

PRIVATE = "private"
"""What a message with somebody's particulars is said to show: such messages are taken away after a while."""


@dataclass(frozen=True)
class Outgoing:
    """One message for one address; ``dedupe_key`` makes writing it twice harmless."""

    channel: str
    address: str
    account_id: int | None
    dedupe_key: str
    body: Any
    kind: str = "reply"
    about: str = ""
    """What it shows, such as «deed:7», if what it says may change."""
    replaces_id: int | None = None
    """The earlier message in the outbox whose place it takes."""
    due_at: datetime | None = None
    """When it is to be sent, if not at once."""


@dataclass(frozen=True)
class Leased:
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


@dataclass(frozen=True)
class Showing:
    """A message that shows something, with the language of its reader."""

    id: int
    channel: str
    address: str
    account_id: int
    person_id: int
    language: str


async def add(tx: Tx, messages: Sequence[Outgoing], now: datetime) -> None:
    """Write messages; one that is there already stays as it is."""
    rows = [
        {
            "channel": m.channel,
            "address": m.address,
            "account_id": m.account_id,
            "dedupe_key": m.dedupe_key,
            "kind": m.kind,
            "about": m.about,
            "replaces_id": m.replaces_id,
            "body": tx.vault.seal_json(m.body),
            "created_at": now,
            "due_at": m.due_at or now,
        }
        for m in messages
    ]
    await insert_new(tx, outbox, rows)


def key_of(id: int, before: str = "") -> str:
    """Under what a message is sent, or the part that follows those ``before``: the same at every attempt. Pure."""
    return f"{SENT_AS}{id}:{before}" if before else f"{SENT_AS}{id}"


async def find_body(tx: Tx, key: str, channel: str, address: str) -> Any:
    """What was said under a `key_of` to this address, also under that of a part; None if nothing was, or it is kept no more."""
    id, _, _ = key.removeprefix(SENT_AS).partition(":")
    if not key.startswith(SENT_AS) or not re.fullmatch(r"[0-9]{1,18}", id):
        return None
    meant = outbox.c.id == int(id), outbox.c.channel == channel, outbox.c.address == address
    row = await tx.first(sa.select(outbox.c.body).where(*meant, outbox.c.body.is_not(None)))
    return None if row is None else tx.vault.open_json(row["body"])


async def any_waits(tx: Tx, about: str) -> bool:
    """Whether something about this is still to be sent."""
    waits = sa.and_(outbox.c.about == about, outbox.c.state.in_(OPEN))
    return await tx.first(sa.select(outbox.c.id).where(waits).limit(1)) is not None


async def withdraw(tx: Tx, about: str) -> bool:
    """What waits about this need not be sent any more; whether anything did."""
    return await tx.run(sa.delete(outbox).where(outbox.c.about == about, outbox.c.state == OPEN[0])) > 0


async def find_waiting_notices(tx: Tx, channel: str, address: str) -> list[tuple[int, str]]:
    """The notices that wait at this address and that nobody is sending yet, each with what it is about."""
    here = outbox.c.channel == channel, outbox.c.address == address
    waits = outbox.c.state == OPEN[0], outbox.c.kind == "notice", outbox.c.replaces_id.is_(None)
    # So that the partial index of open messages applies.
    rows = await tx.all(sa.select(outbox.c.id, outbox.c.about).where(*here, *waits, outbox.c.state.in_(OPEN)))
    return [(row["id"], row["about"]) for row in rows]


async def rewrite(tx: Tx, id: int, about: str, body: Any) -> bool:
    """Say something else in a message that waits; whether it still did."""
    waits = outbox.c.id == id, outbox.c.state == OPEN[0]
    return await tx.run(sa.update(outbox).where(*waits).values(about=about, body=tx.vault.seal_json(body))) > 0


async def find_written(tx: Tx, keys: Collection[str]) -> set[str]:
    """Those of these dedupe keys under which something was written."""
    rows = await tx.all(sa.select(outbox.c.dedupe_key).where(outbox.c.dedupe_key.in_(list(keys))))
    return {row["dedupe_key"] for row in rows}


async def showing(tx: Tx, about: str) -> list[Showing]:
    """The messages that show something and reached somebody, or still may; of each reader the newest."""
    rows = await tx.all(
        sa.select(
            outbox.c.id,
            outbox.c.channel,
            outbox.c.address,
            outbox.c.account_id,
            accounts.c.person_id,
            people.c.language,
        )
        .join(accounts, accounts.c.id == outbox.c.account_id)
        .join(people, people.c.id == accounts.c.person_id)
        .where(outbox.c.about == about, outbox.c.state.in_(["waiting", "leased", "sent"]), outbox.c.address != "")
        .order_by(outbox.c.id)
    )
    newest = {row["account_id"]: Showing(**row) for row in rows}
    return list(newest.values())


def _ready(message: sa.FromClause) -> sa.ColumnElement[bool]:
    """What may go out now; for a message whose lease ran out a doubt is resolved by sending it again."""
    now: sa.BindParameter[Any] = sa.bindparam("now")
    return sa.or_(
        sa.and_(message.c.state == "waiting", message.c.due_at <= now),
        sa.and_(message.c.state == "leased", message.c.leased_until <= now),
    )


NEXT = outbox.alias("next")
LEASABLE = (
    sa.select(NEXT)
    .where(NEXT.c.state.in_(OPEN), in_order(NEXT).in_(one_of("channels")), _ready(NEXT))
    .where(is_first(NEXT, outbox.c.state.in_(OPEN)), NEXT.c.id.not_in(one_of("in_hand")))
    .order_by(NEXT.c.id)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True)  # another process takes it at this moment
)
LEASE = (
    sa.update(outbox)
    .where(outbox.c.id.in_(one_of("ids")))
    .values(
        state="leased", owner=sa.bindparam("by"), leased_until=sa.bindparam("until"), attempts=outbox.c.attempts + 1
    )
)


async def any_open(tx: Tx) -> bool:
    """Whether anything waits or is on its way."""
    return await tx.first(sa.select(outbox.c.id).where(outbox.c.state.in_(OPEN)).limit(1)) is not None


async def lease(
    tx: Tx,
    channels: Collection[str],
    owner: str,
    now: datetime,
    until: datetime,
    most: int,
    in_hand: Collection[int] = (),
) -> list[Leased]:
    """Take the oldest messages that may go out now, one for each address: what follows must not overtake it.

    Not those ``in_hand``: this owner is sending them already, however long their lease is over.
    """
    rows = await tx.all(LEASABLE, channels=list(channels), now=now, in_hand=list(in_hand), most=most)
    if not rows:
        return []
    taken: list[Leased] = []
    changes: dict[int, Any] = {}
    for row in rows:
        body = tx.vault.open_json(row["body"])
        to = row["channel"], row["address"], row["account_id"]
        taken.append(Leased(row["id"], *to, body, row["attempts"], row["created_at"], row["message_id"]))
        if row["replaces_id"] is not None:
            changes[row["replaces_id"]] = body
    # What is replaced was sent before: a reader's messages go out one after the other.
    if changes:
        for row in await tx.all(sa.select(outbox.c.id, outbox.c.message_id).where(outbox.c.id.in_(list(changes)))):
            changes[row["id"]]["replaces"] = row["message_id"]
    await tx.run(LEASE, ids=[leased.id for leased in taken], by=owner, until=until)
    return taken


SETTLE = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("which"), outbox.c.owner == sa.bindparam("held_by"))
    .values(
        state=sa.bindparam("became"),
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


async def note_gone(tx: Tx, account_ids: Collection[int]) -> None:
    """These people cannot be reached any more: note it, and drop what still waits for them."""
    ids = list(account_ids)
    if not ids:
        return
    await tx.run(sa.update(accounts).where(accounts.c.id.in_(ids)).values(state="blocked"))
    await tx.run(
        sa.update(outbox)
        .where(outbox.c.account_id.in_(ids), outbox.c.state.in_(["waiting", "leased"]))
        .values(state="gone", reason="blocked")
    )


async def release(tx: Tx, channels: Collection[str], owner: str) -> int:
    """At the start of the only process: what another run was sending is sent again. Returns how many."""
    return await tx.run(
        sa.update(outbox)
        .where(outbox.c.state == "leased", outbox.c.channel.in_(channels), outbox.c.owner != owner)
        .values(state="waiting", leased_until=None)
    )


async def give_back(tx: Tx, owner: str, in_hand: Collection[int]) -> None:
    """Let go of what this owner has leased without knowing it."""
    await tx.run(
        sa.update(outbox)
        .where(outbox.c.state == OPEN[1], outbox.c.owner == owner, outbox.c.id.not_in(list(in_hand)))
        .values(state="waiting", leased_until=None)
    )


async def forget(tx: Tx, now: datetime, *, bodies: timedelta, rows: timedelta) -> tuple[int, int]:
    """Empty the bodies and drop the rows whose time is over; returns how many of each."""
    over = outbox.c.state.not_in(["waiting", "leased"])
    emptied = await tx.run(
        sa.update(outbox)
        .where(over, outbox.c.created_at < now - bodies, outbox.c.body.is_not(None))
        .values(body=None, address="")
    )
    return emptied, await tx.run(sa.delete(outbox).where(over, outbox.c.created_at < now - rows))
