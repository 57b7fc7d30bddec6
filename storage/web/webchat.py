"""The web chat's own record: the conversation as the page shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.columns import EPOCH
from storage.database.insert import insert_new
from storage.database.pieces import oldest
from storage.database.secret import BROKEN_SIGN
from storage.database.vault import Tampered
from storage.tables import web_messages
from storage.tables.sealed import ON_PAGE

MOST, MOST_BYTES = 200, 512 * 1024
"""Of a conversation, when a page is opened: messages, and bytes of them."""
HIDDEN = "••••••"
LATELY = 20
"""Messages among which one that was said just now must be."""


class WebMessage(Struct, frozen=True):
    """One message on the page."""

    id: int
    mine: bool
    body: Any
    at: datetime

    def is_shown(self, since: datetime | None) -> bool:
        """Whether it is shown on a page that is locked since then, which only shows what is said on it and answered;
        None: the page is not locked."""
        return since is None or (self.at >= since and (self.mine or bool(self.body.get("here"))))


async def keep(tx: Tx, messages: Sequence[tuple[str, str, Any]], now: datetime) -> None:
    """Keep what people said, each as address, dedupe key and body; what is there already stays as it is."""
    for address in sorted({address for address, _, _ in messages}):
        await tx.exclusive(f"web:{address}")
    rows = [
        {
            "address": address,
            "dedupe_key": key,
            "mine": True,
            "created_at": now,
            "body": ON_PAGE.seal_json(tx.vault, body, key),
        }
        for address, key, body in messages
    ]
    await insert_new(tx, web_messages, rows)


async def show(tx: Tx, address: str, dedupe_key: str, body: Any, now: datetime, replaces: int = 0) -> int:
    """Keep an answer for the page; one that is there already stays as it is. Returns its id."""
    await tx.exclusive(f"web:{address}")  # so that a page which has seen one id has seen all before it
    row = {"address": address, "dedupe_key": dedupe_key, "mine": False, "created_at": now}
    await insert_new(tx, web_messages, [{**row, "body": ON_PAGE.seal_json(tx.vault, body, dedupe_key)}])
    if replaces:
        await tx.run(
            sa.update(web_messages)
            .where(web_messages.c.id == replaces, web_messages.c.address == address)
            .values(replaced_at=now)
        )
    return int(await tx.value(sa.select(web_messages.c.id).where(web_messages.c.dedupe_key == dedupe_key)))


async def hide(tx: Tx, address: str, text: str) -> None:
    """Keep nothing of a secret that was typed on this page just now but that something was."""
    mine = sa.and_(web_messages.c.address == address, web_messages.c.mine)
    newest = sa.select(web_messages).where(mine).order_by(web_messages.c.id.desc()).limit(LATELY)
    for row in await tx.all(newest):
        body = ON_PAGE.open_json(tx.vault, row["body"], row["dedupe_key"])
        if body.get("text", "").strip() == text.strip():
            hidden = ON_PAGE.seal_json(tx.vault, {**body, "text": HIDDEN}, row["dedupe_key"])
            await tx.run(sa.update(web_messages).where(web_messages.c.id == row["id"]).values(body=hidden))


async def history(tx: Tx, address: str, after: int, since: datetime | None = None) -> Sequence[WebMessage]:
    """The newest messages after this one, in order, without those that another took the place of, and on a page that is
    locked since then only what it may show: as many as a page shows, and as have room in `MOST_BYTES`. To be called in a
    view that only reads: they are opened beside the event loop.
    """
    size = sa.func.length(web_messages.c.body)
    sizes = await tx.all(
        sa.select(web_messages.c.id, size.label("size"))
        .where(
            web_messages.c.address == address,
            web_messages.c.id > after,
            web_messages.c.replaced_at.is_(None),
            web_messages.c.created_at >= (since or EPOCH),
        )
        .order_by(web_messages.c.id.desc())
        .limit(MOST)
    )
    sums = accumulate(int(row["size"]) for row in sizes)
    ids = [row["id"] for row, so_far in zip(sizes, sums, strict=True) if so_far <= MOST_BYTES or row is sizes[0]]
    rows = await tx.all(sa.select(web_messages).where(web_messages.c.id.in_(ids)).order_by(web_messages.c.id))
    found = await asyncio.to_thread(lambda: [_show(tx, row) for row in rows])
    return [message for message in found if message.is_shown(since)]


async def find_since(tx: Tx, after: Mapping[str, int], since: datetime) -> Sequence[tuple[str, WebMessage]]:
    """What these conversations were told since then and after these messages, in order, each with its address."""
    rows = await tx.all(
        sa.select(web_messages)
        .where(
            web_messages.c.created_at > since,
            web_messages.c.address.in_(list(after)),
            web_messages.c.replaced_at.is_(None),
            ~web_messages.c.mine,
        )
        .order_by(web_messages.c.id)
    )
    return [(row["address"], _show(tx, row)) for row in rows if row["id"] > after[row["address"]]]


async def one(tx: Tx, address: str, id: int) -> WebMessage | None:
    """One message of this conversation."""
    row = await tx.first(sa.select(web_messages).where(web_messages.c.address == address, web_messages.c.id == id))
    return None if row is None else _show(tx, row)


def _show(tx: Tx, row: Mapping[Any, Any]) -> WebMessage:
    try:
        body = ON_PAGE.open_json(tx.vault, row["body"], row["dedupe_key"])
    except Tampered:
        body = {"text": BROKEN_SIGN}
    return WebMessage(row["id"], row["mine"], body, row["created_at"])


async def forget(tx: Tx, before: datetime, most: int) -> int:
    """Drop the oldest messages; returns how many, at most so many."""
    old = oldest(most, web_messages.c.created_at, web_messages.c.created_at < before)
    return await tx.run(sa.delete(web_messages).where(old))
