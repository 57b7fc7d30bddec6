"""Groups and channels that no admin wanted are left after ten minutes, and nobody can make the bot talk in them."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio

from storage.campaign import staff
from storage.tables import outbox
from storage.talk import people
from tests.channels.telegram.line import Line, connected
from tests.fakes.bot_api import BotApi, Group
from tests.stage import Clock, Stage, Template, until

ADMIN = 8


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def folder(template: Template, tmp_path: Path) -> Path:
    template.copy(tmp_path)
    stage = Stage(tmp_path)
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("telegram", str(ADMIN)): "vi"}, stage.clock())
        await staff.grant(tx, met["telegram", str(ADMIN)][0].id, "admin", None, "operator", stage.clock())
    return tmp_path


def left(line: Line) -> list[int]:
    return [int(call.params["chat_id"]) for call in line.api.calls("leaveChat")]


async def heard(line: Line) -> None:
    """Everything that has happened so far is handled, though something may wait to be sent."""
    await until(lambda: not line.api.pending)
    an = line.api.person(99)
    an.say("/help")
    await an.answer()


async def test_who_no_admin_joins_is_left_after_ten_minutes_and_a_channel_without_a_word(
    folder: Path, clock: Clock
) -> None:
    async with connected(folder, now=clock) as line:
        group, channel = line.api.group(-5), line.api.group(-1005, kind="channel")
        an = line.api.person(7)
        group.add_bot(an)
        channel.add_bot(an)
        await heard(line)
        clock.forward(minutes=9)
        for n in range(30):
            group.say(an, f"bot ơi {n}")
        await heard(line)
        assert (left(line), group.inbox) == ([], [])
        clock.forward(minutes=2)
        await until(lambda: len(left(line)) == 2)
        assert sorted(left(line)) == [-1005, -5]
        assert (len(group.inbox), channel.inbox) == (1, [])


@pytest.mark.parametrize("how", ["adds", "speaks"])
async def test_where_an_admin_joins_it_stays(folder: Path, clock: Clock, how: str) -> None:
    async with connected(folder, now=clock) as line:
        group, admin = line.api.group(-5), line.api.person(ADMIN)
        group.add_bot(admin if how == "adds" else line.api.person(7))
        if how == "speaks":
            group.say(admin, "Tôi mời đấy")
        await heard(line)
        clock.forward(minutes=30)
        await heard(line)
        assert left(line) == []
        assert not [row for row in await line.rows(outbox) if row["about"].startswith("leave:")]


async def test_where_we_may_not_write_or_were_put_out_it_is_left_all_the_same_and_tried_no_more(
    folder: Path, clock: Clock
) -> None:
    async with connected(folder, now=clock) as line:
        mute, gone = line.api.group(-5), line.api.group(-6)
        line.api.fail("sendMessage", times=None, chat_id=-5, status=400, description="Bad Request: not enough rights")
        for group in (mute, gone):
            group.add_bot(line.api.person(7))
        await heard(line)
        gone.kick_bot(line.api.person(7))
        await heard(line)
        clock.forward(minutes=11)
        await until(lambda: left(line))
        await line.quiet()
        assert left(line) == [-5]


async def test_a_group_that_becomes_a_supergroup_is_left_there(folder: Path, clock: Clock) -> None:
    async with connected(folder, now=clock) as line:
        group = line.api.group(-5)
        group.add_bot(line.api.person(7))
        await heard(line)
        bigger: Group = group.migrate(-1007)
        await heard(line)
        clock.forward(minutes=11)
        await until(lambda: left(line))
        assert (left(line), len(bigger.inbox)) == ([-1007], 1)


async def test_edits_and_albums_pass_the_flood_gate(folder: Path, clock: Clock) -> None:
    stage = Stage(folder)
    await stage.agree("take_part", channel="telegram", address="7")
    async with BotApi() as api, connected(folder, api, now=clock) as line:
        an = line.api.person(7)
        an.say("/volunteer")
        await line.quiet()
        name = an.say("Trần Văn Sửa")
        await line.quiet()
        before = len(an.inbox)
        for n in range(40):
            an.edit(name, f"Lê Thị Khác {n}")
        await line.quiet()
        assert len(an.inbox) - before <= 18  # eight corrections, each with its question, and one notice
        clock.forward(minutes=1)
        before = len(an.inbox)
        for n in range(40):
            an.send_photo(b"no photo at all", None, f"album {n}")
        await line.quiet()
        assert len(an.inbox) - before <= 18
