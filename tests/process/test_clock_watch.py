"""A clock that jumps silences nobody, and admins hear of it on a channel that works."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.channels import Capabilities, Limits, SendFailed
from bot.process.app import App
from bot.process.clock_watch import ClockWatch
from bot.process.running import chores, unless_held
from bot.turn.alarms import Alarm, Alarms
from storage.campaign import staff
from storage.tables import accounts, audit
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
        stage.clock.forward(hours=10)
        steady += 5
        assert [alarm.sentence for alarm in await watching.look()] == ["trouble.clock.ahead"]
        stage.clock.forward(seconds=3000)
        steady += 3000
        assert await watching.look()
        stage.clock.forward(seconds=700)
        steady += 700
        assert await watching.look() == []


class Steady:
    """A clock that nobody sets."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


def is_held(watching: ClockWatch) -> bool:
    return watching.held


async def seen(watching: ClockWatch) -> list[str]:
    return [alarm.sentence for alarm in await watching.look()]


@pytest.mark.parametrize("jump", [{"days": 365}, {"days": 3}, {"days": -9900}, {"days": -1}], ids=str)
async def test_a_jump_that_nothing_explains_holds_at_once_until_the_clock_is_right_again(
    stage: Stage, jump: dict[str, int]
) -> None:
    steady = Steady()
    async with stage.program() as app:
        watching = ClockWatch(app.context, steady)
        assert is_held(watching), "nobody has looked at it yet"
        await watching.look()
        assert not is_held(watching)
        stage.clock.forward(**jump)
        assert is_held(watching), "before anybody looks"
        assert await seen(watching) == ["trouble.clock.held"]
        stage.clock.forward(hours=5)
        steady.at += 5 * 3600
        assert await seen(watching) == ["trouble.clock.held"]
        assert is_held(watching)
        stage.clock.forward(**{unit: -n for unit, n in jump.items()})
        await watching.look()
        assert not is_held(watching)


async def test_a_correction_and_a_night_asleep_hold_nothing(stage: Stage) -> None:
    steady = Steady()
    async with stage.program() as app:
        watching = ClockWatch(app.context, steady)
        await watching.look()
        for hours in (7, -7):  # the zone was wrong
            stage.clock.forward(hours=hours)
            await watching.look()
            assert not is_held(watching)
        stage.clock.forward(hours=20)
        steady.at += 20 * 3600
        await watching.look()
        assert not is_held(watching)


@pytest.mark.parametrize(("off", "held"), [({"days": 3}, False), ({"days": 365}, True), ({"days": -9900}, True)])
async def test_a_start_asks_when_much_time_has_passed_or_time_went_back(
    stage: Stage, off: dict[str, int], held: bool
) -> None:
    async with stage.program() as app:
        await ClockWatch(app.context).look()
    stage.clock.forward(**off)
    for _ in range(2):  # and so does every further one
        async with stage.program() as app:
            watching = ClockWatch(app.context)
            await watching.look()
            assert is_held(watching) == held
    if not held:
        return
    stage.clock.forward(**{unit: -n for unit, n in off.items()})
    async with stage.program() as app:
        watching = ClockWatch(app.context)
        await watching.look()
        assert not is_held(watching), "it is right again"


async def test_an_admin_agrees_in_the_chat_and_every_process_goes_on(stage: Stage) -> None:
    steady = Steady()
    async with stage.program() as app:
        watching = ClockWatch(app.context, steady)
        await watching.look()
        stage.clock.forward(days=365)
        app.alarms.checks.append(watching.look)
        await app.alarms.look()
        async with app.database.write() as tx:
            met = await people.meet(tx, {("room", "boss"): "vi"}, stage.clock())
            await staff.grant(tx, met["room", "boss"][0].id, "admin", None, "operator", stage.clock())
        status = (await stage.say("/trangthai", "boss"))[0]
        assert "12/05/2027" in status.text
        assert status.buttons[0].value == "/status clock"
        assert "2027" in (await stage.say("/trangthai đồng hồ đúng", "boss"))[0].text
        assert "không có gì phải xác nhận" in (await stage.say("/status clock", "boss"))[0].text
        await watching.look()
        assert not is_held(watching)
    assert [row["act"] for row in await stage.rows(audit)][-1] == "agree_clock"


async def test_nothing_is_removed_or_sent_while_the_clock_is_in_doubt(stage: Stage) -> None:
    """All that the campaign does by itself, the sweep and a planned broadcast; then the admin agrees."""
    steady, done = Steady(), []

    async def work() -> None:
        done.append(1)

    async with stage.program() as app:
        app.clock_watch = ClockWatch(app.context, steady)
        await app.clock_watch.look()
        stage.clock.forward(days=400)
        await unless_held(app, work)
        assert app.broadcasting.is_held()
        assert await app.broadcasting._round() == ([], 0)
        await app.clock_watch.look()
        await unless_held(app, work)
        assert done == []
        async with app.database.write() as tx:
            assert await instants.agree(tx, "operator", app.now())
        await app.clock_watch.look()
        await unless_held(app, work)
    assert done == [1]
    held = {one.name for one in chores(app) if getattr(one.work, "func", None) is unless_held}
    assert held == {"sweep", "private messages", *app.recurring}


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
