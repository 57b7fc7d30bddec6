"""People on Zalo who may be written to, how a broadcast to them ended, and what admins hear of it."""

from __future__ import annotations

import asyncio

import orjson

from bot.process.app import App
from storage.broadcast import broadcasts, counts
from storage.tables import outbox
from storage.tables.sealed import BODY
from tests.channels.zalo_bot.line import Line
from tests.fakes.crowd import crowd
from tests.fakes.zalo_bot import ZaloBot

DAY = {"quiet_hours": ""}


async def known(api: ZaloBot, app: App, count: int, first: int = 1000) -> None:
    """People who have written to the bot before, and agreed."""
    await crowd(app, count, channel="zalo_bot", first=first)
    for id in range(first, first + count):
        api.person(str(id)).known = True


async def ended(app: App, id: int, within: float = 60) -> dict[str, int]:
    """Wait until a broadcast is over; returns its outcomes, which must add up."""
    async with asyncio.timeout(within):
        while True:
            async with app.database.read() as tx:
                one = await broadcasts.find(tx, id)
                assert one is not None
                if one.state not in ("planned", "running"):
                    assert await counts.find_unbalanced(tx) == []
                    return await counts.outcomes(tx, id)
            await asyncio.sleep(0.05)


async def told(line: Line, beginning: str = "trouble:") -> list[str]:
    """What the admins are told of troubles, in the order in which they are."""
    rows = [row for row in await line.rows(outbox) if row["dedupe_key"].startswith(beginning)]
    assert {row["channel"] for row in rows} <= {"web"}
    return [orjson.loads(BODY.open_in(line.bot.app.database.vault, row))["text"] for row in rows]
