"""The clock outlives a database that is away, and nothing else that goes wrong."""

from __future__ import annotations

import asyncio
from datetime import UTC

import pytest

from bot.channels import Recurring
from bot.process.clock import Clock


async def test_work_that_finds_the_database_away_is_done_at_the_next_tick() -> None:
    done = asyncio.Event()
    tries = 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ConnectionError("the database is away")
        done.set()

    running = asyncio.create_task(Clock([Recurring("work", 1, work)], UTC).run())
    waiting = asyncio.create_task(done.wait())
    await asyncio.wait({running, waiting}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    assert done.is_set()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_bug_in_recurring_work_ends_the_clock_so_that_it_is_seen() -> None:
    async def work() -> None:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        await asyncio.wait_for(Clock([Recurring("work", 1, work)], UTC).run(), 20)
