"""Send a broadcast to its end, and read what its ledger holds."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.process.app import App
from storage.broadcast import broadcasts, counts


async def drain(app: App) -> None:
    """Send until nothing moves any more."""
    for _ in range(400):
        if not await app.broadcasting.deliver():
            return
    raise AssertionError("the broadcast never came to rest")


async def outcomes(app: App, id: int) -> dict[str, int]:
    async with app.database.read() as tx:
        assert await counts.find_unbalanced(tx) == []
        return await counts.outcomes(tx, id)


async def state(app: App, id: int) -> str:
    async with app.database.read() as tx:
        one = await broadcasts.find(tx, id)
    assert one is not None
    return one.state


async def rows(app: App, table: sa.Table) -> list[dict[str, Any]]:
    async with app.database.read() as tx:
        return [dict(row) for row in await tx.all(sa.select(table))]
