"""At the demo's speed, too, officers hear at half past seven of each working day what waits for them, once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.cli import demo_clock
from bot.cli.demo_clock import Traveller
from bot.process.app import App
from storage.tables import outbox
from tests.desk import LAN, MINH, staffed
from tests.stage import Clock, Stage

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


async def test_the_digest_comes_on_each_working_morning_at_demo_speed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await staffed(stage)

    async def nobody_lives(traveller: Traveller, app: App) -> None:
        """What the demo's people do has a test of its own."""

    monkeypatch.setattr(demo_clock.Traveller, "_live", nobody_lives)
    traveller = Traveller(datetime(2026, 5, 15, 0, 5, tzinfo=UTC))  # a Friday, 07:05 in Việt Nam
    stage.clock = cast(Clock, traveller)
    async with stage.program() as app:

        async def send() -> None:
            """Every channel takes at once what is for it: time goes on only then."""
            while True:
                async with app.database.write() as tx:
                    await tx.run(sa.update(outbox).where(outbox.c.state != "sent").values(state="sent"))
                await asyncio.sleep(0.02)

        sending = asyncio.create_task(send())
        await traveller.run(app, 1_000_000, datetime(2026, 5, 18, 2, tzinfo=UTC))  # Monday, 09:00
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    told = [row for row in await stage.rows(outbox) if row["dedupe_key"].startswith("digest:")]
    days = ("2026-05-15", "2026-05-18")
    for who in (LAN, MINH):
        keys = sorted(row["dedupe_key"] for row in told if row["dedupe_key"].endswith(f":{ids[who]}"))
        assert keys == [f"digest:{day}:{ids[who]}" for day in days], "nothing on Saturday and Sunday"
    times = [row["created_at"].astimezone(HERE) for row in told]
    assert {(time.hour, time.minute // 10) for time in times} == {(7, 3)}, times
