"""What channels handed us: on disk before it is acknowledged, handled in order, kept until its time is over."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.columns import among, in_order, is_first
from storage.database.insert import insert_new
from storage.database.pieces import oldest
from storage.database.prepared import Prepared
from storage.database.secret import decode
from storage.database.vault import Tampered
from storage.tables import inbox
from storage.tables.sealed import PAYLOAD, SHEET

WAITING: sa.ColumnElement[str] = sa.literal_column("'waiting'")
"""A literal and not a parameter, so that the partial index of waiting messages applies."""
ATTEMPTS = 5
"""After so many failures a message is set aside, so that it blocks nobody."""


class Arrival(Struct, frozen=True):
    """One raw update: ``key`` is unique in its channel, ``address`` says whose order it belongs to."""

    channel: str
    key: str
    address: str
    payload: bytes
    media: dict[str, Any] | None = None
    """What became of its file, where that is known already; as in ``note_media``."""
    source: str = ""
    """Where on the network it came from, where the program itself was called; it is not kept."""
    begins: str = ""
    """The token of the session that begins with it."""


class WaitingMessage(Struct, frozen=True):
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
            "payload": PAYLOAD.seal(tx.vault, a.payload, a.channel, a.key),
            "media": _seal(tx, a.media, a.channel, a.key),
            "received_at": now,
            "due_at": now,
        }
        for a in arrivals
    ]
    await insert_new(tx, inbox, rows)


async def claim(
    tx: Tx, channels: Collection[str], now: datetime, most: int, only: int | None = None
) -> list[WaitingMessage]:
    """The oldest messages that may be handled now, for this transaction alone; ``only`` that one, if it is next.

    Whoever locks the first in line of an address has all that wait there: nobody else can begin behind it. While the
    first waits, for a retry or for its photo, so do the others. One that somebody altered is set aside, and holds up no other.
    """
    given = {"channels": list(channels), "now": now, "most": most} | ({} if only is None else {"only": only})
    claimed, altered = [], []
    for row in await tx.all(_claimable(only is not None), **given):
        try:
            said = PAYLOAD.open(tx.vault, row["payload"], row["channel"], row["update_key"])
            media = _open(tx, row)
        except Tampered:
            altered.append(row["id"])
            continue
        to = row["channel"], row["address"]
        claimed.append(WaitingMessage(row["id"], *to, said, media, row["attempts"], row["received_at"]))
    if altered:
        await tx.run(sa.update(inbox).where(inbox.c.id.in_(altered)).values(state="dead", error="altered"))
    return claimed


NAMES = "id", "channel", "update_key", "address", "payload", "media", "attempts", "received_at"
TAKEN = [inbox.c[name] for name in NAMES]


@cache
def _claimable(only: bool) -> Prepared:
    first = inbox.alias("first")
    most: sa.BindParameter[Any] = sa.bindparam("most")
    heads = sa.select(first.c.channel, first.c.address).where(
        first.c.state == WAITING,
        among(in_order(first), "channels"),
        first.c.due_at <= sa.bindparam("now"),
        is_first(first, inbox.c.state == WAITING),
    )
    if only:
        heads = heads.where(first.c.id == sa.bindparam("only"))
    ours = heads.order_by(first.c.id).limit(most).with_for_update(skip_locked=True).cte("ours")
    theirs = sa.and_(inbox.c.channel == ours.c.channel, inbox.c.address == ours.c.address)
    found = sa.select(*TAKEN).select_from(inbox).join(ours, theirs).where(inbox.c.state == WAITING)
    if only:
        found = found.where(inbox.c.id == sa.bindparam("only"))
    return Prepared(found.order_by(inbox.c.id).limit(most))


async def fetching(tx: Tx, ids: Collection[int], until: datetime) -> None:
    """The photos of these messages are being fetched: until then nobody looks at them, nor at what follows them."""
    await tx.run(sa.update(inbox).where(inbox.c.id.in_(list(ids))).values(due_at=until))


async def release(tx: Tx, channels: Collection[str], now: datetime) -> None:
    """At the start of the only process: what another run was waiting for is looked at again."""
    await tx.run(
        sa.update(inbox)
        .where(inbox.c.state == WAITING, inbox.c.channel.in_(channels), inbox.c.due_at > now)
        .values(due_at=now)
    )


async def hear_again(tx: Tx, ids: Collection[int], now: datetime) -> None:
    """Let these messages, which were handled, come in once more, under keys of their own."""
    if not ids:
        return
    which = inbox.c.id.in_(list(ids)), inbox.c.payload.is_not(None)
    rows = await tx.all(sa.select(*TAKEN).where(*which).order_by(inbox.c.id))
    again = [
        Arrival(
            row["channel"],
            f"{row['update_key']}:again",
            row["address"],
            PAYLOAD.open(tx.vault, row["payload"], row["channel"], row["update_key"]),
        )
        for row in rows
    ]
    await keep(tx, again, now)


DONE = Prepared(sa.update(inbox).where(among(inbox.c.id, "ids")).values(state="done", media=None))


async def finish(tx: Tx, ids: Collection[int]) -> None:
    """These are handled; what became of their files is where it belongs by now."""
    if ids:
        await tx.run(DONE, ids=list(ids))


async def empty(tx: Tx, ids: Collection[int]) -> None:
    """Keep nothing of these but that they came: their sender wants to be forgotten."""
    if ids:
        await tx.run(sa.update(inbox).where(inbox.c.id.in_(list(ids))).values(payload=None, media=None, address=""))


async def note_failure(tx: Tx, waiting: WaitingMessage, error: str, again_at: datetime) -> bool:
    """Note a failure; returns whether the message was set aside for good."""
    dead = waiting.attempts + 1 >= ATTEMPTS
    noted = await tx.run(
        sa.update(inbox)
        .where(inbox.c.id == waiting.id, inbox.c.state == WAITING)  # else another process was luckier
        .values(attempts=waiting.attempts + 1, error=error, due_at=again_at, state="dead" if dead else "waiting")
    )
    return dead and bool(noted)


async def note_media(tx: Tx, id: int, media: dict[str, Any] | None, now: datetime) -> None:
    """What became of a message's file: {"picture": name}, {"sheet": rows}, {"problem": code}, or nothing in it for a file
    that is not looked at; None: it is to be fetched again.
    """
    sealed = media
    if media and "sheet" in media:
        row = await tx.first(sa.select(inbox.c.channel, inbox.c.update_key).where(inbox.c.id == id))
        if row is None:
            return
        sealed = _seal(tx, media, row["channel"], row["update_key"])
    waits = inbox.c.id == id, inbox.c.state == WAITING
    await tx.run(sa.update(inbox).where(*waits).values(media=sealed, due_at=now))


def _seal(tx: Tx, media: dict[str, Any] | None, channel: str, key: str) -> dict[str, Any] | None:
    """The rows of a spreadsheet name families, so they are sealed."""
    if not media or "sheet" not in media:
        return media
    return {"sheet": b64encode(SHEET.seal_json(tx.vault, media["sheet"], channel, key)).decode()}


def _open(tx: Tx, row: Mapping[Any, Any]) -> dict[str, Any] | None:
    media: dict[str, Any] | None = row["media"]
    if not media or "sheet" not in media:
        return media
    return {"sheet": SHEET.open_json(tx.vault, decode(media["sheet"]), row["channel"], row["update_key"])}


async def oldest_waiting_at(tx: Tx) -> datetime | None:
    """When the oldest message that nobody has handled yet came in."""
    found: datetime | None = await tx.value(
        sa.select(sa.func.min(inbox.c.received_at)).where(inbox.c.state == "waiting")
    )
    return found


async def let_go_files(tx: Tx, before: datetime, most: int) -> int:
    """Forget the files of the oldest messages that are handled; returns how many, at most so many."""
    with_file = _oldest(before, most, inbox.c.media.is_not(None))
    return await tx.run(sa.update(inbox).where(with_file).values(media=None))


async def empty_old(tx: Tx, before: datetime, most: int) -> int:
    """Forget what the oldest messages say that are handled; returns how many, at most so many."""
    full = _oldest(before, most, inbox.c.payload.is_not(None))
    return await tx.run(sa.update(inbox).where(full).values(payload=None, address="", media=None))


async def forget(tx: Tx, before: datetime, most: int) -> int:
    """Drop the oldest messages that are handled, with their keys; returns how many, at most so many."""
    return await tx.run(sa.delete(inbox).where(_oldest(before, most)))


def _oldest(before: datetime, most: int, *which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return oldest(most, inbox.c.received_at, inbox.c.received_at < before, inbox.c.state != "waiting", *which)
