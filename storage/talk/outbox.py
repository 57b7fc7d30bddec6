"""What is to be said: written with its cause, and kept until its time is over."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_new
from storage.database.pieces import oldest
from storage.tables import accounts, outbox, people
from storage.tables.sealed import BODY

OPEN: list[sa.ColumnElement[str]] = [sa.literal_column("'waiting'"), sa.literal_column("'leased'")]
"""Literals and not parameters, so that the partial index of open messages applies."""

BEGUN, ANSWERS, NOTICES, LATER = 0, 1, 2, 3
"""The lanes of an address, the first ones first: what is on its way or known as sent in part, which nothing overtakes; what
answers its reader; all that she is told without having asked; and what of that is not to be sent yet."""

SENT_AS = "out:"

PRIVATE = "private"
"""What a message with somebody's particulars is said to show: such messages are taken away after a while."""


class Outgoing(Struct, frozen=True):
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


class Showing(Struct, frozen=True):
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
            "lane": ANSWERS if m.kind == "reply" else NOTICES if m.due_at is None else LATER,
            "about": m.about,
            "replaces_id": m.replaces_id,
            "body": BODY.seal_json(tx.vault, m.body, m.dedupe_key),
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
    row = await tx.first(sa.select(outbox.c.body, outbox.c.dedupe_key).where(*meant, outbox.c.body.is_not(None)))
    return None if row is None else BODY.open_json(tx.vault, row["body"], row["dedupe_key"])


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


async def find_waiting_changes(tx: Tx, like: Collection[Outgoing]) -> dict[int, int]:
    """Of the messages that these take the place of: which message waits already to do so, and nobody is sending yet."""
    here = outbox.c.channel.in_({one.channel for one in like}), outbox.c.address.in_({one.address for one in like})
    waits = outbox.c.state.in_(OPEN), outbox.c.state == OPEN[0], outbox.c.kind == "notice"
    changes = outbox.c.replaces_id.in_({one.replaces_id for one in like})
    rows = await tx.all(sa.select(outbox.c.replaces_id, outbox.c.id).where(*here, *waits, changes))
    return {row["replaces_id"]: row["id"] for row in rows}


async def find_told(tx: Tx, account_ids: Collection[int], since: datetime, now: datetime) -> dict[int, list[datetime]]:
    """When each of these accounts was told something about a thing since then, in order; not what a clock that was wrong
    says of the time to come."""
    told = outbox.c.kind == sa.literal_column("'notice'"), outbox.c.about != "", outbox.c.replaces_id.is_(None)
    rows = await tx.all(
        sa.select(outbox.c.account_id, outbox.c.created_at)
        .where(
            *told, outbox.c.account_id.in_(list(account_ids)), outbox.c.created_at > since, outbox.c.created_at <= now
        )
        .order_by(outbox.c.created_at)
    )
    found: dict[int, list[datetime]] = {}
    for row in rows:
        found.setdefault(row["account_id"], []).append(row["created_at"])
    return found


async def rewrite(tx: Tx, id: int, about: str, body: Any) -> bool:
    """Say something else in a message that waits; whether it still did."""
    waits = outbox.c.id == id, outbox.c.state == OPEN[0]
    key = await tx.value(sa.select(outbox.c.dedupe_key).where(*waits))
    if key is None:
        return False
    sealed = BODY.seal_json(tx.vault, body, key)
    return await tx.run(sa.update(outbox).where(*waits).values(about=about, body=sealed)) > 0


async def hasten(tx: Tx, ids: Collection[int], due_by: datetime) -> None:
    """These wait no longer than until then, whatever a clock that was wrong has said."""
    late = outbox.c.id.in_(list(ids)), outbox.c.state == OPEN[0], outbox.c.due_at > due_by
    await tx.run(sa.update(outbox).where(*late).values(due_at=due_by))


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


async def any_open(tx: Tx) -> bool:
    """Whether anything waits or is on its way."""
    return await tx.first(sa.select(outbox.c.id).where(outbox.c.state.in_(OPEN)).limit(1)) is not None


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


async def empty_old(tx: Tx, before: datetime, most: int) -> int:
    """Forget what the oldest messages say that are over; returns how many, at most so many."""
    full = _oldest(before, most, outbox.c.body.is_not(None))
    return await tx.run(sa.update(outbox).where(full).values(body=None, address=""))


async def forget(tx: Tx, before: datetime, most: int) -> int:
    """Drop the oldest messages that are over; returns how many, at most so many."""
    return await tx.run(sa.delete(outbox).where(_oldest(before, most)))


def _oldest(before: datetime, most: int, *which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    over = outbox.c.state.not_in(["waiting", "leased"])
    return oldest(most, outbox.c.created_at, outbox.c.created_at < before, over, *which)
