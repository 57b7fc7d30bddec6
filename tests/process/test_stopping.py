"""A part that is woken and told to stop at the same instant stops."""

from __future__ import annotations

import asyncio

import pytest

from tests.stage import Stage


@pytest.mark.parametrize("part", ["engine", "delivery", "broadcasting"])
async def test_a_part_that_is_woken_while_it_is_stopped_stops(stage: Stage, part: str) -> None:
    """`asyncio.wait_for` forgets a cancellation that comes together with what it waits for, in Python 3.11."""
    async with stage.program() as app:
        one = getattr(app, part)
        running = asyncio.create_task(one.run())
        await asyncio.sleep(0.3)  # it rests
        one._awake.set()
        running.cancel()
        done, _ = await asyncio.wait({running}, timeout=20)
        assert done
