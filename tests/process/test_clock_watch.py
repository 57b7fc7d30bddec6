"""A clock that jumps silences nobody, and admins hear of it on a channel that works."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.channels import Capabilities, Limits, SendFailed
from bot.process.app import App
from bot.process.clock_watch import ClockWatch
from bot.turn.alarms import Alarm, Alarms
from storage.campaign import staff
from storage.tables import accounts
from storage.talk import people
from storage.upkeep import instants, troubles
from tests.fakes.room import BUTTONS, Room
from tests.stage import BOTH, Stage

pytestmark = BOTH


async def watch(app: App) -> timedelta:
    return await app.database.transact(lambda tx: instants.pass_by(tx, app.now(), shared=False))


@pytest.mark.parametrize("step", [{"minutes": -10}, {"days": -1}])
async def test_after_a_step_back_everybody_is_answered_at_once(stage: Stage, step: dict[str, int]) -> None:
    stage.rooms = (Room(Capabilities(limits=Limits(30, 27, 1, 18))),)
    for address in ("1", "2", "3"):
        await stage.say("/help", address)
    async with stage.program() as app:
        await watch(app)
    stage.clock.forward(**step)
    async with stage.program() as app:
        assert await watch(app) == -timedelta(**step)
        assert await watch(app) == timedelta()
    before = len(stage.room.said)
    for address in ("1", "2", "3"):
        assert await stage.say("/help", address)
    assert len(stage.room.said) > before + 2


async def test_who_was_silenced_by_a_clock_that_was_a_day_ahead_is_heard_again(stage: Stage) -> None:
    await stage.say("/help")
    stage.clock.forward(days=1)
    async with stage.program() as app:
        await watch(app)
        await app.engine.receive([stage.room.arrival("1", text="/help") for _ in range(12)])
        await app.settle()
    assert [row["muted_until"] for row in await stage.rows(accounts) if row["muted_until"]]
    stage.clock.forward(days=-1)
    assert await stage.say("/help")


async def test_a_retry_of_the_wrong_time_does_not_wait_for_it(stage: Stage) -> None:
    await stage.say("/help")
    stage.clock.forward(days=1)
    stage.room.fail = [SendFailed("retry", "away")]
    async with stage.program() as app:
        await watch(app)
        await app.engine.receive([stage.room.arrival("1", text="/help")])
        await app.settle()
    stage.clock.forward(days=-1)
    before = len(stage.room.said)
    async with stage.program() as app:
        await watch(app)
        await app.settle()
    assert len(stage.room.said) == before + 1


async def test_small_corrections_of_the_clock_are_no_step(stage: Stage) -> None:
    async with stage.program() as app:
        await watch(app)
        stage.clock.forward(seconds=-1.5)
        assert await watch(app) == timedelta()


async def test_a_jump_is_seen_beside_the_steady_clock_and_remembered_for_an_hour(stage: Stage) -> None:
    steady = 100.0
    async with stage.program() as app:
        watching = ClockWatch(app.context, lambda: steady)
        assert await watching.look() == []
        stage.clock.forward(days=1)
        steady += 5
        assert [alarm.sentence for alarm in await watching.look()] == ["trouble.clock.ahead"]
        stage.clock.forward(seconds=3000)
        steady += 3000
        assert await watching.look()
        stage.clock.forward(seconds=700)
        steady += 700
        assert await watching.look() == []


async def test_admins_are_told_once_on_a_channel_that_works_and_again_when_it_is_over(stage: Stage) -> None:
    broken, other = Room(BUTTONS, name="broken"), Room(BUTTONS, name="other")
    stage.rooms = (broken, other)
    async with stage.program() as app:
        await app.engine.receive([broken.arrival("7", text="/help"), other.arrival("8", text="/help")])
        await app.settle()
        async with app.database.write() as tx:
            there, elsewhere = await people.find(tx, "broken", "7"), await people.find(tx, "other", "8")
            assert there is not None and elsewhere is not None
            await staff.grant(tx, there.person_id, "admin", None, "operator", app.now())
            # The same person has both accounts.
            await tx.run(sa.update(accounts).where(accounts.c.id == elsewhere.id).values(person_id=there.person_id))
        alarms, wrong = (
            Alarms(app.context, app.delivery.wake),
            [Alarm("broken:x", "trouble.clock.back", {"seconds": 9}, "broken")],
        )

        async def check() -> list[Alarm]:
            return wrong

        alarms.checks.append(check)
        told = len(broken.said), len(other.said)
        await alarms.look()
        await alarms.look()
        await app.settle()
        assert (len(broken.said), len(other.said)) == (told[0], told[1] + 1)
        async with app.database.read() as tx:
            assert [trouble.name for trouble in await troubles.present(tx)] == ["broken:x"]
        wrong.clear()
        await alarms.look()
        await app.settle()
        assert (len(broken.said), len(other.said)) == (told[0], told[1] + 2)


async def test_a_trouble_whose_process_is_gone_is_over_after_a_while(stage: Stage) -> None:
    async with stage.program() as app:
        async with app.database.write() as tx:
            await troubles.begin(tx, "x", "trouble.clock.back", {"seconds": 9}, app.now())
        alarms = Alarms(app.context, app.delivery.wake)
        await alarms.look()
        async with app.database.read() as tx:
            assert await troubles.present(tx)
        stage.clock.forward(minutes=11)
        await alarms.look()
        async with app.database.read() as tx:
            assert await troubles.present(tx) == []


async def test_who_writes_is_reachable_again(stage: Stage) -> None:
    await stage.say("/help")
    async with stage.program() as app, app.database.write() as tx:
        account = await people.find(tx, "room", "1")
        assert account is not None
        await people.set_state(tx, account.id, "blocked")
    await stage.say("/help")
    assert [row["state"] for row in await stage.rows(accounts) if row["address"] == "1"] == ["open"]
