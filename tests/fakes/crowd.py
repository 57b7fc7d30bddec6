"""Many people who want announcements, and a broadcast for them, made straight in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.process.app import App
from storage.broadcast import broadcasts
from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import Draft
from storage.campaign import campaigns
from storage.tables import accounts, consents, people


async def crowd(app: App, count: int, *, channel: str = "room", first: int = 1000, language: str = "vi") -> list[int]:
    """So many people with addresses that count from ``first``; returns their ids."""
    now = app.now()
    async with app.database.write() as tx:
        known = int(await tx.value(sa.select(sa.func.max(people.c.id))) or 0)
        await tx.run(sa.insert(people), [{"language": language, "created_at": now}] * count)
        new = sa.select(people.c.id).where(people.c.id > known).order_by(people.c.id)
        ids = [row["id"] for row in await tx.all(new)]
        at: dict[str, Any] = {"channel": channel, "created_at": now, "announcements_here": True}
        rows = [{"person_id": id, "address": str(first + n), **at} for n, id in enumerate(ids)]
        await tx.run(sa.insert(accounts), rows)
        given = {"text_version": "t", "text_hash": "t", "language": language, "channel": "t", "given_at": now}
        agreed = [{"person_id": id, "purpose": "announcements", **given} for id in ids]
        await tx.run(sa.insert(consents), agreed)
    return ids


async def announce(
    app: App,
    text: str = "Chào {name}",
    *,
    go_at: datetime | None = None,
    author: int | None = None,
    audience: Audience = Audience(),  # noqa: B008  # it is frozen
    **more: Any,
) -> int:
    """A broadcast that goes out now; returns its id."""
    now = app.now()
    async with app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        draft = Draft({"vi": text}, audience, fallback="vi", **more)
        id = await broadcasts.add(tx, campaign.id, author, draft, now)
        assert await broadcasts.plan(tx, id, "draft", go_at or now, now)
    return id
