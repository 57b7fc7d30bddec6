"""What is told to others: each in her own way and language, and changed where it stands when it is no longer true."""

from __future__ import annotations

import re
from datetime import UTC

import pytest

from bot.dialog.fields import YesNo
from bot.dialog.forms import Form
from bot.message import Option, Reply, Text
from bot.turn.gather import A_MINUTE, FEW
from bot.turn.router import Router
from bot.turn.turn import Notice, Redraw, Turn
from locales import Speech
from storage.campaign import staff
from storage.tables import audit
from storage.talk import people
from tests.fakes.room import NUMBERS, Room
from tests.figures import measured
from tests.stage import BOTH, Stage

pytestmark = BOTH

router = Router("trial")
desk = Router("desk", role="officer")


class Decide(Form, name="withdraw", review=False):
    """One question of an officer; it borrows a resident's sentences."""

    sure = YesNo()


@router.command("start")
async def start(turn: Turn) -> None:
    turn.reply(Reply("welcome"))


@router.command("menu")
async def menu(turn: Turn) -> None:
    turn.reply(Reply("menu"))


@router.command("new")
async def new(turn: Turn) -> None:
    button = Option("/decide", Text("yes"))
    turn.notices.append(Notice(Text("count", {"n": 7}), options=(button,), about="thing:7"))


@router.command("gone")
async def gone(turn: Turn) -> None:
    turn.notices.append(Redraw("thing:7", Text("none"), quiet=turn.rest == "quietly"))


@desk.command("decide")
async def decide(turn: Turn) -> None:
    turn.begin(Decide)


@desk.done(Decide)
async def decided(turn: Turn, form: Decide) -> None:
    turn.reply(Reply(f"decided {form.sure}"))


async def appoint(stage: Stage, address: str, *, room: str = "room", language: str = "vi") -> int:
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {(room, address): language}, stage.clock())
        person_id = met[room, address][0].id
        await staff.grant(tx, person_id, "officer", None, "operator", stage.clock())
    return person_id


@pytest.fixture
def trial(stage: Stage) -> Stage:
    stage.routers = (router, desk)
    stage.rooms = (Room(), Room(NUMBERS, name="plain"))
    return stage


async def test_a_notice_is_changed_where_it_stands_once_it_is_no_longer_true(trial: Stage) -> None:
    await appoint(trial, "2")
    await trial.say("/new")
    shown = [message for to, message in trial.room.said if to == "2"]
    assert [(m.text, [b.value for b in m.buttons]) for m in shown] == [("7", ["/decide"])]
    number = str(1 + next(n for n, (to, _) in enumerate(trial.room.said) if to == "2"))
    await trial.say("/gone")
    last = [message for to, message in trial.room.said if to == "2"][-1]
    assert (last.text, last.buttons, last.replaces) == (vietnamese("none"), (), number)


async def test_of_many_changes_of_one_message_that_wait_only_the_last_is_sent(trial: Stage) -> None:
    """Strangers can cause as many as they like, and an officer's other notices stand behind them."""
    await appoint(trial, "2")
    await trial.say("/new")
    before = len(trial.room.said)
    async with trial.program() as app:
        for n in range(4):
            await app.engine.receive([trial.room.arrival(f"9{n}{k}", text="/gone") for k in range(20)])
            await app.engine.settle()
        await app.settle()
    changes = [message for to, message in trial.room.said[before:] if to == "2"]
    assert [message.text for message in changes] == [vietnamese("none")]
    await trial.say("/gone")
    assert len([1 for to, _ in trial.room.said[before:] if to == "2"]) == 2, "what comes later is said"


async def test_without_buttons_the_command_is_told_and_a_change_is_said_again_unless_it_should_be_quiet(
    trial: Stage,
) -> None:
    await appoint(trial, "2", room="plain", language="en")
    await trial.say("/new")
    plain = trial.rooms[1]
    assert isinstance(plain, Room)
    assert plain.said[-1][1].text.endswith("Yes: type /decide")
    await trial.say("/gone quietly")
    assert len(plain.said) == 1
    await trial.say("/gone")
    assert len(plain.said) == 2


async def test_an_open_form_ends_when_the_role_that_it_asks_for_is_taken_away(trial: Stage) -> None:
    person_id = await appoint(trial, "2")
    await trial.say("/decide", "2")
    async with trial.program() as app, app.database.write() as tx:
        await staff.revoke(tx, person_id, "officer", None, "operator", trial.clock())
    said = await trial.say("có", "2")
    assert not any("decided" in message.text for message in said)
    assert [row["object"] for row in await trial.rows(audit) if row["act"] == "refused"] == ["withdraw"]


async def test_of_two_hundred_notices_a_reader_gets_a_few_and_one_that_counts_the_others(trial: Stage) -> None:
    await appoint(trial, "2")
    for n in range(10):  # strangers, each below the flood gate
        async with trial.program() as app:
            await app.engine.receive([trial.room.arrival(f"9{n}{k}", text="/new") for k in range(20)])
            await app.engine.settle()
    trial.clock.forward(seconds=5)
    async with trial.program() as app:
        await app.settle()
    said = [message for to, message in trial.room.said if to == "2"]
    assert [message.text for message in said[:FEW]] == ["7"] * FEW
    assert len(said) == FEW + 1
    assert said[FEW].text.endswith("• 195 việc khác")
    assert [button.value for button in said[FEW].buttons] == ["/desk"]
    measured("200 notices for one officer at once", f"{len(said)} messages in all")


async def test_a_command_of_hers_is_answered_before_the_notices_of_two_hundred_questions(trial: Stage) -> None:
    await appoint(trial, "2")
    trial.room.said.clear()
    async with trial.program() as app:
        for n in range(10):  # strangers, each below the flood gate
            await app.engine.receive([trial.room.arrival(f"9{n}{k}", text="/new") for k in range(20)])
        await app.engine.settle()
        await app.delivery.deliver()  # the first of her notices has gone by now, and the next is on its way
        trial.clock.forward(seconds=5)
        await app.engine.receive([trial.room.arrival("2", text="/menu"), trial.room.arrival("2", text="/menu")])
        await app.engine.settle()
        await app.settle()
    said = [message for to, message in trial.room.said if to == "2"]
    answers = [n for n, message in enumerate(said) if message.text != "7" and "việc khác" not in message.text]
    assert answers == [1, 2], "nothing but what had left already is before them"
    assert len(said) == FEW + 1 + 2, "and every notice comes afterwards"
    measured(
        "200 questions of strangers, then an officer's own command",
        f"{answers[0] - 1} notices between it and its answer",
    )


async def test_questions_one_by_one_become_a_few_messages_a_minute_too(trial: Stage) -> None:
    """Each of them finds an empty queue, since the one before has been sent."""
    await appoint(trial, "2")
    trial.room.said.clear()
    async with trial.program() as app:
        for n in range(200):
            trial.clock.forward(seconds=0.3)
            await app.engine.receive([trial.room.arrival(f"9{n}", text="/new")])
            await app.settle()
        in_a_minute = [message for to, message in trial.room.said if to == "2"]
        assert len(in_a_minute) <= A_MINUTE + 1
        trial.clock.forward(seconds=60)
        await app.settle()
        said = [message for to, message in trial.room.said if to == "2"]
        assert sum(counted(message.text) for message in said) == 200, "and each is counted"
        await app.engine.receive([trial.room.arrival("91", text="/new")])
        await app.settle()
    assert [message.text for to, message in trial.room.said if to == "2"][-1] == "7", "then one is told as it is"
    measured(
        "200 questions of strangers, one after the other within a minute", f"{len(in_a_minute)} messages for an officer"
    )


async def test_what_waits_for_the_minute_to_end_holds_up_no_other_notice(trial: Stage) -> None:
    await appoint(trial, "2")
    async with trial.program() as app:
        for n in range(A_MINUTE + 2):
            await app.engine.receive([trial.room.arrival(f"9{n}", text="/new")])
            await app.settle()
        trial.room.said.clear()
        await app.engine.receive([trial.room.arrival("1", text="/gone")])
        await app.settle()
    assert [message.text for to, message in trial.room.said if to == "2"] == [vietnamese("none")]


async def test_a_clock_that_was_a_day_ahead_keeps_no_notice_back(trial: Stage) -> None:
    await appoint(trial, "2")
    async with trial.program() as app:
        trial.clock.forward(days=1)
        for n in range(A_MINUTE + 2):
            await app.engine.receive([trial.room.arrival(f"9{n}", text="/new")])
            await app.settle()
        trial.clock.forward(days=-1)
        trial.room.said.clear()
        await app.engine.receive([trial.room.arrival("91", text="/new")])
        await app.settle()
        trial.clock.forward(seconds=61)
        await app.settle()
    said = [message for to, message in trial.room.said if to == "2"]
    assert sum(counted(message.text) for message in said) == 3


def counted(text: str) -> int:
    """How many notices a message stands for."""
    found = re.search(r"• (\d+) việc khác", text)
    return int(found[1]) if found else 1


def vietnamese(key: str) -> str:
    return Speech("vi", UTC).say(key)
