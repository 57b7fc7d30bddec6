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


async def test_work_that_is_cut_off_by_the_end_is_no_failure_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.sleep(60)

    running = asyncio.create_task(Clock([Recurring("work", 1, work)], UTC).run())
    await asyncio.wait_for(begun.wait(), 20)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await asyncio.sleep(0.1)  # the work hears of it in a turn of its own
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
