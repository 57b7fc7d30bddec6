"""How long people wait for an answer after something went wrong around the program: in seconds of a clock that is played."""

from __future__ import annotations

from collections.abc import Callable

from bot.channels import SendFailed
from bot.message import Message
from bot.process.app import App
from storage.upkeep import instants
from tests.fakes.room import Room
from tests.figures import measured
from tests.stage import Stage

MOST = 4000


class Moody(Room):
    """A platform that is away, or refuses one chat for so many seconds."""

    away = False
    refused: tuple[str, float] | None = None
    refusals = 0

    async def send(self, address: str, message: Message, dedupe_key: str) -> str:
        if self.away:
            raise SendFailed("retry", "could not connect")
        if self.refused and self.refused[0] == address:
            self.refusals += 1
            raise SendFailed("retry", "flood", after=self.refused[1])
        return await super().send(address, message, dedupe_key)


async def seconds_until(app: App, stage: Stage, holds: Callable[[], object]) -> int:
    """Play the clock, second by second; returns how many it took."""
    for seconds in range(MOST):
        await app.settle()
        if holds():
            return seconds
        stage.clock.forward(seconds=1)
    raise AssertionError(f"not within {MOST} s")


def answered(room: Room) -> set[str]:
    return {address for address, _ in room.said}


async def test_after_an_outage_of_100_seconds_everybody_is_answered_at_once(stage: Stage) -> None:
    room = Moody()
    stage.rooms = (room,)
    async with stage.program() as app:
        room.away = True
        for second in range(100):
            if second % 5 == 0:
                await app.engine.receive([room.arrival(str(second), text="/help")])
            await app.settle()
            stage.clock.forward(seconds=1)
        room.away = False
        first = await seconds_until(app, stage, lambda: room.said)
        last = first + await seconds_until(app, stage, lambda: len(answered(room)) == 20)
    assert last <= 20
    measured("F22: an outage of 100 s, 20 people", f"the first answer {first} s after it, the last {last} s after it")


async def test_a_chat_that_is_refused_for_an_hour_waits_alone_and_in_full(stage: Stage) -> None:
    room = Moody()
    stage.rooms = (room,)
    async with stage.program() as app:
        room.refused = "1", 3600.0
        await app.engine.receive([room.arrival("1", text="/help")])
        await app.settle()
        await app.engine.receive([room.arrival(str(n), text="/help") for n in range(1, 21)])
        others = await seconds_until(app, stage, lambda: len(answered(room)) == 19)
        room.refused = None
        alone = others + await seconds_until(app, stage, lambda: "1" in answered(room))
    assert (others, room.refusals) == (0, 1)
    assert alone >= 3600
    measured("F22: a 429 for one chat, 3600 s", f"19 others wait {others} s", f"that chat {alone} s, asked once")


async def test_after_a_step_of_the_clock_people_are_answered_at_once(stage: Stage) -> None:
    for what, step in (("back 10 min", -600.0), ("a day ahead", 86_400.0), ("a day back", -86_400.0)):
        async with stage.program() as app:
            await app.engine.receive([stage.room.arrival(str(n), text="/help") for n in range(5)])
            await app.settle()
            stage.clock.forward(seconds=step)
            await app.database.transact(lambda tx: instants.pass_by(tx, stage.clock(), shared=False))
            stage.room.said.clear()
            await app.engine.receive([stage.room.arrival(str(n), text="/help") for n in range(5)])
            waited = await seconds_until(app, stage, lambda: len(answered(stage.room)) == 5)
        assert waited <= 2
        measured(f"F22: the clock steps {what}", f"five people are answered after {waited} s")
