"""Who did what, when, on what: append-only, each row chained to the one before by a keyed hash.

How many rows there are, and the last one's hash, is kept sealed beside them: without the key no row can be changed, added,
taken out or cut off unseen. Whoever puts a whole old database back is found by a head that was noted outside of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from storage.database import Tx
from storage.database.columns import EPOCH, MICROSECOND
from storage.database.insert import insert_or_replace
from storage.database.vault import Tampered
from storage.tables import audit, seals
from storage.tables.sealed import NOTED

FIRST = b"\0" * 32
HEAD = "audit"
"""The name under which the head is noted."""
CODED = ("address", "pledge", "deed", "question", "code")
"""Kinds of things that are noted by their code."""
SHOWN = 16
"""Hexadecimal digits of a hash that people are shown: enough to know it again."""


class Unreadable(Tampered):
    """The chain's end is noted and does not open: somebody altered it, or it was noted with a key that is not given here."""


class ChainHead(Struct, frozen=True):
    """Where the chain ends: how many rows, and the last one's hash. The first ``plain`` of them earlier versions chained
    without a key; as they stood then, they are under the keyed ones."""

    count: int
    hash: bytes
    plain: int

    def __str__(self) -> str:
        return f"{self.count}-{self.hash.hex()[:SHOWN]}"


async def add(tx: Tx, at: datetime, actor: str, act: str, object: str, details: Mapping[str, Any]) -> None:
    """Write one act, in the transaction that does it. ``details`` must hold nothing personal.

    Raises Unreadable: whoever has another key than that of now would break it.
    """
    await tx.exclusive("audit")  # the chain has one end
    head = await _noted(tx)
    previous = head.hash if head else await _last(tx)
    row = {"at": at, "actor": actor, "act": act, "object": object, "details": dict(details)}
    hash = _keyed_hash(tx, previous, row)
    await tx.run(sa.insert(audit).values(**row, previous=previous, hash=hash))
    if head:  # one that is gone is not made anew: that it is gone must be found
        await _note(tx, replace(head, count=head.count + 1, hash=hash))


async def begin(tx: Tx) -> None:
    """Take over what earlier versions wrote, or nothing: from here on the chain is keyed and its end is noted."""
    count = await tx.value(sa.select(sa.func.count()).select_from(audit))
    await _note(tx, ChainHead(int(count), await _last(tx), int(count)))


async def seal_head_anew(tx: Tx) -> None:
    """Note the chain's end with the newest key, before an earlier one is given up."""
    await tx.exclusive("audit")
    head = await find_head(tx)
    if head:
        await _note(tx, head)


async def let_go_of_head(tx: Tx) -> None:
    """Remove a noted end that does not open, so that a restored database can be written to. That it is gone is found."""
    if await find_head(tx) is None:
        await tx.run(sa.delete(seals).where(seals.c.name == HEAD))


async def find_head(tx: Tx) -> ChainHead | None:
    """Where the chain ends, as it was noted; None if that is gone, or was not written with our key."""
    try:
        return await _noted(tx)
    except Unreadable:
        return None


async def holds(tx: Tx, known: str) -> bool:
    """Whether the chain goes on from a head that was noted earlier, as it is shown. Raises ValueError if it is none."""
    written = re.fullmatch(rf"([0-9]{{1,12}})-([0-9a-f]{{{SHOWN}}})", known.strip().lower())
    if written is None:
        raise ValueError(known)
    count, hash = int(written[1]), written[2]
    if count == 0:
        return True
    there = sa.select(audit.c.hash).order_by(audit.c.id).offset(count - 1).limit(1)
    found = await tx.value(there)
    return found is not None and bytes(found).hex().startswith(hash)


async def goes_on_from(tx: Tx, earlier: Tx) -> bool:
    """Whether this database is the ``earlier`` one, grown older: its log holds the other's last row at the same place. An
    empty log tells nothing."""
    count = int(await earlier.value(sa.select(sa.func.count()).select_from(audit)))
    return count > 0 and await holds(tx, str(ChainHead(count, await _last(earlier), 0)))


class Act(Struct, frozen=True):
    """One row, as it is shown."""

    id: int
    at: datetime
    actor: str
    act: str
    object: str
    details: Mapping[str, Any]


class ActFilter(Struct, frozen=True):
    """Which acts somebody wants to see; what is empty is not asked for. ``who``: the actor or the object;
    ``code``: the object, whatever kind of thing bears it."""

    who: str = ""
    code: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def page(tx: Tx, wanted: ActFilter, *, first: int, most: int) -> tuple[list[Act], int]:
    """The newest acts of this kind, from the ``first`` on, and how many there are."""
    asked = [
        *([sa.or_(audit.c.actor == wanted.who, audit.c.object == wanted.who)] if wanted.who else []),
        *([audit.c.object.in_([f"{kind}:{wanted.code}" for kind in CODED])] if wanted.code else []),
        *([audit.c.act == wanted.act] if wanted.act else []),
        *([audit.c.at >= wanted.since] if wanted.since else []),
        *([audit.c.at < wanted.until] if wanted.until else []),
    ]
    newest = sa.select(audit).where(*asked).order_by(audit.c.id.desc()).offset(first).limit(most)
    total = await tx.value(sa.select(sa.func.count()).select_from(audit).where(*asked))
    return await tx.all(newest, into=Act), int(total)


async def count_since(tx: Tx, actor: str, act: str, since: datetime) -> int:
    """How often somebody has done this since then."""
    hers = audit.c.actor == actor, audit.c.act == act, audit.c.at >= since
    return int(await tx.value(sa.select(sa.func.count()).select_from(audit).where(*hers)))


async def first_broken(tx: Tx) -> int | None:
    """The id of the first row that was changed, or follows a row that is gone; that after the last, where rows were cut off
    there or their end is not noted. None if the chain holds."""
    head, expected, last, count = await find_head(tx), FIRST, 0, 0
    if head is None:
        return int(await tx.value(sa.select(sa.func.max(audit.c.id))) or 0) + 1
    for count, row in enumerate(await tx.all(sa.select(audit).order_by(audit.c.id)), 1):
        hash = _plain_hash(expected, row) if count <= head.plain else _keyed_hash(tx, expected, row)
        if row["previous"] != expected or row["hash"] != hash:
            return int(row["id"])
        expected, last = row["hash"], int(row["id"])
    return None if (head.count, head.hash) == (count, expected) else last + 1


async def _last(tx: Tx) -> bytes:
    return await tx.value(sa.select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)) or FIRST


async def _noted(tx: Tx) -> ChainHead | None:
    """Where the chain ends, None if that is gone. Raises Unreadable."""
    sealed = await tx.value(sa.select(seals.c.sealed).where(seals.c.name == HEAD))
    if sealed is None:
        return None
    try:
        said = NOTED.open_json(tx.vault, sealed, HEAD)
    except Tampered as altered:
        raise Unreadable(*altered.args) from None
    return ChainHead(said["count"], bytes.fromhex(said["hash"]), said["plain"])


async def _note(tx: Tx, head: ChainHead) -> None:
    said = {"count": head.count, "hash": head.hash.hex(), "plain": head.plain}
    await insert_or_replace(tx, seals, [{"name": HEAD, "sealed": NOTED.seal_json(tx.vault, said, HEAD)}])


def _keyed_hash(tx: Tx, previous: bytes, row: Mapping[Any, Any]) -> bytes:
    return tx.vault.index(previous.hex() + _said(row).decode(), kind="audit")


def _plain_hash(previous: bytes, row: Mapping[Any, Any]) -> bytes:
    return hashlib.sha256(previous + _said(row)).digest()


def _said(row: Mapping[Any, Any]) -> bytes:
    at = (row["at"] - EPOCH) // MICROSECOND
    return orjson.dumps([at, row["actor"], row["act"], row["object"], row["details"]], option=orjson.OPT_SORT_KEYS)
