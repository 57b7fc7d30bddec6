"""What the engine promises: handled once, in order, nobody harmed by somebody else's bad message."""

from __future__ import annotations

import asyncio
import re
import resource
from collections import Counter

import pytest
import sqlalchemy as sa

from bot.dialog.fields import Line
from bot.dialog.forms import Form
from bot.message import Reply
from bot.receive import keep
from bot.turn.router import Router
from bot.turn.turn import Turn
from storage.tables import inbox, metadata, outbox, posters
from tests.fakes.room import Room
from tests.figures import measured
from tests.stage import BOTH, Stage

pytestmark = BOTH

router = Router("trial")


class Note(Form, name="note", review=False):
    """One line."""

    line = Line(most=4000)


@router.command("start")
async def start(turn: Turn) -> None:
    turn.reply(Reply("welcome"))


@router.command("echo", like=re.compile(".+"))
async def echo(turn: Turn) -> None:
    """Say again what was said, so that a test sees what was heard."""
    turn.reply(Reply(f"heard {turn.heard.text}"))


@router.command("break")
async def broken(turn: Turn) -> None:
    await turn.tx.run(sa.insert(posters).values(code=turn.key, title="never kept"))
    turn.reply(Reply("never said"))
    raise ZeroDivisionError(turn.rest)


@router.command("drop")
async def dropped(turn: Turn) -> None:
    raise asyncio.CancelledError


@pytest.fixture
def trial(stage: Stage) -> Stage:
    stage.routers = (router,)
    return stage


def texts(room: Room, address: str = "1") -> list[str]:
    return [message.text for to, message in room.said if to == address]


async def test_what_is_delivered_twice_is_handled_once(trial: Stage) -> None:
    await trial.say("/start")
    assert texts(trial.room) == ["welcome"]
    assert [row["state"] for row in await trial.rows(inbox)] == ["done"]


async def test_a_person_s_messages_keep_their_order_whoever_brings_them(trial: Stage) -> None:
    await trial.say("/start")
    await trial.say("/start", address="2")
    trial.room.said.clear()
    arrivals = [trial.room.arrival(str(n % 2 + 1), text=f"{n}") for n in range(12)]
    async with trial.program() as app:
        await asyncio.gather(*(app.engine.receive([one]) for one in arrivals))
        await app.settle()
    assert texts(trial.room, "1") == [f"heard {n}" for n in range(0, 12, 2)]
    assert texts(trial.room, "2") == [f"heard {n}" for n in range(1, 12, 2)]


async def test_a_person_s_messages_keep_their_order_while_several_batches_are_handled_at_once(
    trial: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "FULL", 5)
    people, lines = [str(n) for n in range(20)], 6
    async with trial.program() as app:
        for who in people:
            await trial.say("/start", address=who)
        trial.room.said.clear()
        await app.engine.begin()
        running = asyncio.create_task(app.engine.run())
        for n in range(lines):
            await asyncio.gather(*(app.engine.receive([trial.room.arrival(who, text=f"{who}:{n}")]) for who in people))
        while app.engine.handled.total() < len(people) * lines:
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await app.settle()
    for who in people:
        assert texts(trial.room, who) == [f"heard {who}:{n}" for n in range(lines)]


async def test_waiting_messages_share_one_commit(trial: Stage) -> None:
    async with trial.program() as app:
        await app.engine.receive([trial.room.arrival(str(n), text="/start") for n in range(50)])
        assert await app.engine.handle_waiting() == 50
        await app.settle()
    assert len(trial.room.said) == 50


@pytest.mark.parametrize("bad", ["/break it", "/drop"])
async def test_a_message_that_always_fails_is_set_aside_and_harms_nobody(trial: Stage, bad: str) -> None:
    async with trial.program() as app:
        arrivals = [trial.room.arrival("1", text="/start"), trial.room.arrival("2", text="/start")]
        await app.engine.receive(arrivals)
        await app.settle()
        await app.engine.receive([trial.room.arrival("1", text=bad), trial.room.arrival("1", text="after")])
        await app.engine.receive([trial.room.arrival("2", text="what now")])
        await app.settle()
        assert texts(trial.room, "2") == ["welcome", "heard what now"]
        assert texts(trial.room, "1") == ["welcome"], "what follows waits its turn"
        for _ in range(5):
            trial.clock.forward(seconds=10)
            await app.settle()
    said = texts(trial.room, "1")
    assert len(said) == 3
    dead = [row for row in await trial.rows(inbox) if row["state"] == "dead"]
    assert len(dead) == 1
    assert dead[0]["attempts"] == 5
    assert dead[0]["error"] in said[1], "the person gets the code that stands in the log"
    assert said[2] == "heard after"
    assert [row for row in await trial.rows(posters) if row["title"] == "never kept"] == []
    alarms = [row for row in await trial.rows(outbox) if row["kind"] == "notice"]
    assert [row["address"] for row in alarms] == ["demo-admin"]


async def test_a_flood_gets_one_notice_and_then_silence(trial: Stage) -> None:
    await trial.say("/start")
    trial.room.said.clear()
    await trial.send([trial.room.arrival(text=str(n)) for n in range(30)])
    said = texts(trial.room)
    assert said[:8] == [f"heard {n}" for n in range(8)]
    assert len(said) == 9
    trial.clock.forward(seconds=60)
    assert [m.text for m in await trial.say("calm again")] == ["heard calm again"]


async def test_who_says_five_hundred_things_keeps_nobody_from_being_heard(trial: Stage) -> None:
    crowd = [str(n) for n in range(100, 600)]
    await trial.send([trial.room.arrival(address) for address in ("1", *crowd)])  # they are greeted
    trial.room.said.clear()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    trial.clock.forward(seconds=60)
    said = [trial.room.arrival(text=str(n)) for n in range(500)]
    await trial.send(said + [trial.room.arrival(address, text="me") for address in crowd])
    heard = Counter(to for to, _ in trial.room.said)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert (heard.pop("1"), set(heard), set(heard.values())) == (10, set(crowd), {1})
    assert more < 50
    measured(
        "F14: one person says 500 things, and 500 others one each behind them",
        f"answers and notices to that person 10, to each of the others {max(heard.values())}", f"{max(more, 0):.0f} MB more",
    )  # fmt: skip


async def test_an_album_is_no_flood(trial: Stage) -> None:
    await trial.say("/start")
    trial.room.said.clear()
    await trial.send([trial.room.arrival(text=str(n), album="a") for n in range(10)])
    trial.clock.forward(seconds=5)
    async with trial.program() as app:
        await app.settle()
    assert texts(trial.room) == ["heard 9"], "what is asked after each photo is asked once, after the last"


async def test_a_group_is_left_politely_and_nobody_is_remembered(trial: Stage) -> None:
    said = await trial.say(event="group", address="-100")
    assert [message.leave for message in said] == [True]
    assert said[0].text


async def test_what_a_channel_cannot_read_is_put_away(trial: Stage) -> None:
    from storage.talk.inbox import Arrival

    await trial.send([Arrival("room", "bad", "1", b"{")])
    assert trial.room.said == []
    assert [row["state"] for row in await trial.rows(inbox)] == ["done"]


async def test_nothing_that_people_typed_stands_in_the_database_in_clear(trial: Stage) -> None:
    await trial.say("/start")
    await trial.say("my number is 0912345678")
    kept = [path.read_bytes() for path in trial.folder.glob("bot.db*")]
    for table in metadata.sorted_tables:
        kept += [value for row in await trial.rows(table) for value in row.values() if isinstance(value, bytes)]
        kept += [repr(row).encode() for row in await trial.rows(table)]
    assert len(kept) > 50
    assert b"0912345678" not in b"".join(kept)
    assert b"my number" not in b"".join(kept)


async def test_who_gives_two_commands_while_asked_whether_to_leave_can_still_stay(stage: Stage) -> None:
    await stage.agree("take_part")
    for text in ("/volunteer", "Hồ Thị Lan", "/deed", "/pledge DC-0001"):
        await stage.say(text)
    (stayed,) = await stage.say("1")
    assert "sinh năm" in stayed.text, "the question that was open"
