"""F7 and F16: clocks that jump, machines that sleep, replicas that die at random: each occurrence once, or an officer's."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.message import Message
from bot.process.app import App
from storage.broadcast import counts
from tests.fakes.crowd import crowd
from tests.fakes.month import occurrences, quiet_down, schedule
from tests.fakes.room import Room
from tests.figures import measured
from tests.stage import BOTH, Clock, Stage

pytestmark = BOTH

DAYS, PEOPLE, REPLICAS = 8, 7, 3
GRACE = timedelta(hours=2)


class Watched(Room):
    """A room that remembers when everything was sent."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.sent: list[tuple[str, datetime, str]] = []

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        self.sent.append((address, self.clock.at, dedupe_key))
        return await super().send(address, message, dedupe_key)


class Replicas:
    """Several programs on one database, each of which may die at any moment."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.running: list[tuple[App, AsyncExitStack]] = []

    async def start(self) -> None:
        stack = AsyncExitStack()
        app = await stack.enter_async_context(self.stage.program())
        await app.broadcasting.begin()
        self.running.append((app, stack))

    async def die(self, which: int) -> None:
        _, stack = self.running.pop(which)
        await stack.aclose()


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "America/New_York"])
async def test_each_occurrence_goes_out_once_in_time_or_waits_for_an_officer(stage: Stage, zone: str) -> None:
    dice = random.Random(20270501)
    home = ZoneInfo(zone)
    room = Watched(stage.clock)
    stage.rooms = (room,)
    stage.settings = stage.settings.but(timezone=zone)
    stage.clock.at = datetime(2026, 4, 30, 16, 59, 30, tzinfo=UTC)  # half a minute before 1 May in Việt Nam
    replicas = Replicas(stage)
    for _ in range(REPLICAS if stage.settings.database_url.startswith("postgresql") else 1):
        await replicas.start()
    await crowd(replicas.running[0][0], PEOPLE)
    await schedule(replicas.running[0][0], rule="daily", at="10:00")
    jumps = Counter[str]()
    end = stage.clock.at + timedelta(days=DAYS)
    while stage.clock.at < end:
        stage.clock.forward(minutes=dice.choice((1, 5, 20)))
        kind = dice.choices(("none", "back", "ahead", "suspend", "day", "restart"), (150, 2, 2, 2, 0.3, 6))[0]
        jumps[kind] += 1
        stage.clock.forward(hours={"back": -1, "ahead": 1, "suspend": 3, "day": 24}.get(kind, 0))
        if kind == "restart":
            await replicas.die(dice.randrange(len(replicas.running)))
            await replicas.start()
        await quiet_down(dice.choice(replicas.running)[0])
    app = replicas.running[0][0]
    await quiet_down(app)
    rows = await occurrences(app)
    async with app.database.read() as tx:
        assert await counts.find_unbalanced(tx) == []
    while replicas.running:
        await replicas.die(0)
    told = [one for one in room.sent if one[2].startswith("broadcast:")]
    assert max(Counter(key for _, _, key in told).values()) == 1
    ends = Counter("sent" if row["state"] == "done" else row["problem"] for row in rows.values())
    assert sum(ends.values()) == len(rows) >= DAYS - 1
    assert len(told) == PEOPLE * ends["sent"]
    assert ends.keys() <= {"sent", "late", "expired"}
    due = {row["go_at"].astimezone(home).date(): row["go_at"] for row in rows.values()}
    for _, at, _ in told:
        assert 7 <= at.astimezone(home).hour < 21
        late = at - due[at.astimezone(home).date()]
        assert -timedelta(hours=1) <= late <= GRACE
    measured(
        f"F7, F16: {DAYS} days of a jumping clock, {zone}, {stage.settings.database_url.partition('+')[0]}",
        f"back {jumps['back']}, ahead {jumps['ahead']}, asleep {jumps['suspend'] + jumps['day']}, killed {jumps['restart']}",
        f"{len(rows)} occurrences: {', '.join(f'{end} {n}' for end, n in sorted(ends.items()))}",
        f"{len(told)} copies, none twice",
    )  # fmt: skip
