"""What channels handed us: on disk before it is acknowledged, handled in order, kept until its time is over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.database import Tx
from storage.insert import insert_new
from storage.tables import inbox

ATTEMPTS = 5
"""After so many failures a message is set aside, so that it blocks nobody."""


@dataclass(frozen=True)
class Arrival:
    """One raw update: ``key`` is unique in its channel, ``address`` says whose order it belongs to."""

    channel: str
    key: str
    address: str
    payload: bytes


@dataclass(frozen=True)
class Waiting:
    """An arrival that is to be handled."""

    id: int
    channel: str
    address: str
    payload: bytes
    media: dict[str, Any] | None
    attempts: int
    received_at: datetime


async def keep(tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> None:
    """Store what is new; what came before is ignored."""
    rows = [
        {
            "channel": a.channel,
            "update_key": a.key,
            "address": a.address,
            "payload": tx.vault.seal(a.payload),
            "received_at": now,
            "due_at": now,
        }
        for a in arrivals
    ]
    await insert_new(tx, inbox, rows)


async def waiting(tx: Tx, channels: Collection[str], busy: Collection[str], now: datetime, most: int) -> list[Waiting]:
    """The oldest messages that may be handled now, leaving out everyone in ``busy`` and everyone who waits for a retry."""
    later = sa.select(inbox.c.address).where(inbox.c.state == "waiting", inbox.c.due_at > now)
    rows = await tx.all(
        sa.select(inbox)
        .where(
            inbox.c.state == "waiting",
            inbox.c.channel.in_(channels),
            inbox.c.address.not_in(list(busy)),
            inbox.c.address.not_in(later),
        )
        .order_by(inbox.c.id)
        .limit(most)
    )
    return [
        Waiting(
            row["id"],
            row["channel"],
            row["address"],
            tx.vault.open(row["payload"]),
            row["media"],
            row["attempts"],
            row["received_at"],
        )
        for row in rows
    ]


async def done(tx: Tx, ids: Collection[int]) -> None:
    """These are handled."""
    await tx.run(sa.update(inbox).where(inbox.c.id.in_(list(ids))).values(state="done"))


async def empty(tx: Tx, ids: Collection[int]) -> None:
    """Keep nothing of these but that they came: their sender wants to be forgotten."""
    await tx.run(sa.update(inbox).where(inbox.c.id.in_(list(ids))).values(payload=None, media=None, address=""))


async def failed(tx: Tx, waiting: Waiting, error: str, again_at: datetime) -> bool:
    """Note a failure; returns whether the message was set aside for good."""
    dead = waiting.attempts + 1 >= ATTEMPTS
    await tx.run(
        sa.update(inbox)
        .where(inbox.c.id == waiting.id)
        .values(attempts=waiting.attempts + 1, error=error, due_at=again_at, state="dead" if dead else "waiting")
    )
    return dead


async def note_media(tx: Tx, id: int, media: dict[str, Any]) -> None:
    """Remember what became of a message's photo: {"picture": name} or {"problem": code}."""
    await tx.run(sa.update(inbox).where(inbox.c.id == id).values(media=media))


async def oldest_waiting_at(tx: Tx) -> datetime | None:
    """When the oldest message that nobody has handled yet came in."""
    found: datetime | None = await tx.value(
        sa.select(sa.func.min(inbox.c.received_at)).where(inbox.c.state == "waiting")
    )
    return found


async def forget(tx: Tx, now: datetime, *, payloads: timedelta, keys: timedelta) -> None:
    """Empty the payloads and drop the keys whose time is over."""
    over = inbox.c.state != "waiting"
    await tx.run(
        sa.update(inbox)
        .where(over, inbox.c.received_at < now - payloads, inbox.c.payload.is_not(None))
        .values(payload=None, address="", media=None)
    )
    await tx.run(sa.delete(inbox).where(over, inbox.c.received_at < now - keys))
