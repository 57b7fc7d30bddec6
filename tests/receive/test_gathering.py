"""Those who come together share a commit, and nobody waits for others once there are enough."""

from __future__ import annotations

import asyncio

import pytest

from bot.receive import keep
from tests.stage import Stage

HOURS = 3600.0


async def test_few_wait_for_others_and_enough_of_them_for_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("MANY", 2), ("FULL", 5), ("GATHER", HOURS)):
        monkeypatch.setattr(keep, name, value)
    async with stage.program() as app:
        await app.engine.begin()
        running = asyncio.create_task(app.engine.run())
        people = iter(range(100))

        async def come(count: int) -> None:
            await app.engine.receive([stage.room.arrival(str(next(people)), text="/start") for _ in range(count)])

        async with asyncio.timeout(30):
            await come(5)
            await come(5)  # enough, at once
            some = asyncio.create_task(come(3))
            await asyncio.sleep(0.1)
            assert app.engine.handled.total() == 10, "three gather others"
            await come(2)
            await some
        assert app.engine.handled.total() == 15
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
