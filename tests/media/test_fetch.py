"""Files are fetched beside each other: whoever's comes slowly delays nobody else."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bot.channels import Media
from bot.media.fetch import AT_ONCE, SLOW
from bot.media.lanes import Lanes
from tests.fakes.room import Room
from tests.figures import measured
from tests.stage import Stage, photo


class SlowRoom(Room):
    """Photos named «slow» come only when ``over`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.over = asyncio.Event()

    async def fetch(self, media: Media) -> bytes:
        if Path(media.reference).stem == "slow":
            await self.over.wait()
        return await super().fetch(media)


async def test_four_slow_photos_do_not_delay_the_fifth_person_s(stage: Stage, tmp_path: Path) -> None:
    room = SlowRoom()
    stage.rooms = (room,)
    slow, quick = photo(tmp_path, "slow"), photo(tmp_path, "quick")
    people = [str(n) for n in range(1, 6)]
    await stage.agree_all(people, "take_part")
    async with stage.program() as app:
        app.fetcher.lanes.patience = 0.2
        await app.engine.receive([room.arrival(person, photo=str(slow)) for person in people[:4]])
        await app.engine.handle_waiting()
        await app.engine.receive([room.arrival("5", photo=str(quick))])
        began = time.monotonic()
        running = asyncio.create_task(app.delivery.run())
        async with asyncio.timeout(20):
            while not any(address == "5" for address, _ in room.said):
                await app.engine.handle_waiting()
                await asyncio.sleep(0.02)
        running.cancel()
        took = time.monotonic() - began
        assert {address for address, _ in room.said} == {"5"}
        room.over.set()
        await app.settle()
    assert {address for address, _ in room.said} == set(people)
    measured("Four photos that do not come", f"a fifth person is answered after {took:.1f} s")


async def test_the_slow_lane_has_an_end_too() -> None:
    lanes = Lanes(1, 2, patience=0.01)
    over, inside = asyncio.Event(), 0

    async def fetch() -> None:
        nonlocal inside
        async with lanes.place():
            inside += 1
            await over.wait()
            inside -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(fetch())
        await asyncio.sleep(0.2)
        assert inside == 3
        over.set()
    assert inside == 0
    async with asyncio.timeout(1), lanes.place():
        pass


@pytest.mark.parametrize("bound", [AT_ONCE + SLOW])
def test_all_files_on_their_way_fit_into_memory(bound: int) -> None:
    assert bound * (20 << 20) <= 640 << 20
