"""A start in bad weather: what a platform does then ends nothing, and costs nobody an answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels import Receive, Rejected
from bot.channels.standing import Standing
from bot.process import channel_watch
from bot.process.channel_watch import ChannelWatch, NoChannelLeft
from storage.campaign import staff
from storage.tables import outbox, troubles
from storage.talk import people
from tests.channels.telegram.line import Line, connected
from tests.fakes.bot_api import BotApi
from tests.fakes.room import Room
from tests.figures import measured
from tests.stage import KEY, Stage, Template
from tests.started import running, set_up


@asynccontextmanager
async def started(folder: Path, *faults: dict[str, Any], **settings: Any) -> AsyncIterator[Line]:
    """The program on a Telegram that is in trouble already when it starts."""
    async with BotApi() as api:
        for fault in faults:
            api.fail(**fault)
        async with connected(folder, api, **settings) as line:
            yield line


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 502, "garbage": True, "times": 6},
        {"status": 429, "parameters": {"retry_after": 1}, "times": 4},
        {"close_before": True, "times": 6},
        {"method": "getMe", "status": 500, "times": None},
        {"method": "setMyCommands", "status": 400, "times": None},
        {"method": "setMyCommands", "status": 429, "parameters": {"retry_after": 600}, "times": None},
        {"method": "getMe", "timeout": True, "times": None},
        {"method": "getMe", "status": 401, "times": 1},
    ],
    ids=str,
)
async def test_trouble_at_the_start_ends_nothing_and_people_are_answered(
    template: Template, tmp_path: Path, trouble: dict[str, Any]
) -> None:
    template.copy(tmp_path)
    async with started(tmp_path, trouble) as line:
        began = time.monotonic()
        an = line.api.person(7)
        an.start()
        assert (await an.answer()).text
        took = time.monotonic() - began
        async with httpx.AsyncClient() as client:
            assert (await client.get(line.bot.url)).status_code == 200
    if trouble["times"] == 6:
        how = "502" if "status" in trouble else "cut off"
        measured(f"F21: at the start Telegram fails 6 times ({how})", f"the first answer after {took:.1f} s")


async def test_by_webhook_too(template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    hook = {"telegram_mode": "webhook", "webhook_secret": "a-secret-of-the-webhook-tests"}
    async with started(tmp_path, {"method": "setWebhook", "status": 502, "times": 2}, **hook) as line:
        an = line.api.person(7)
        an.start()
        assert (await an.answer()).text


async def test_a_platform_whose_name_is_not_known_leaves_the_other_channels_alone(tmp_path: Path) -> None:
    token = "123456789:AAEexampleexampleexample"
    settings = await set_up(tmp_path, CHANNELS="web,telegram", SECRET_KEY=KEY, TELEGRAM_TOKEN=token)
    async with running(tmp_path, "run", TELEGRAM_API_URL="http://nowhere.invalid", **settings) as (process, url):
        await asyncio.sleep(3)
        assert process.returncode is None
        async with httpx.AsyncClient() as client:
            assert (await client.get(url)).status_code == 200


async def test_menus_for_150_officers_cost_nobody_an_answer(template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    stage = Stage(tmp_path)
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("telegram", str(1000 + n)): "vi" for n in range(150)}, stage.clock())
        for person, _ in met.values():
            await staff.grant(tx, person.id, "officer", None, "operator", stage.clock())
    async with started(tmp_path, {"method": "setMyCommands", "times": None, "delay": 0.1}) as line:
        began = time.monotonic()
        an = line.api.person(7)
        an.start()
        assert (await an.answer()).text
        took = time.monotonic() - began
        assert len(line.api.calls("setMyCommands")) < 60
    measured("F21: menus for 150 officers, 100 ms each", f"the first answer after {took:.1f} s")


async def test_a_rejected_token_ends_its_channel_loudly_and_not_the_others(template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    stage = Stage(tmp_path)
    async with stage.program() as app, app.database.write() as tx:
        [(person, _)] = (await people.meet(tx, {("web", "w" * 20): "vi"}, stage.clock())).values()
        await staff.grant(tx, person.id, "admin", None, "operator", stage.clock())
    async with started(tmp_path, {"status": 401, "times": None}) as line:
        app = line.bot.app
        async with asyncio.timeout(20):
            while "telegram" not in app.channel_watch.standing.rejected:
                await asyncio.sleep(0.05)
        await app.alarms.look()
        assert [row["sentence"] for row in await line.rows(troubles)] == ["trouble.rejected"]
        assert "web" in {row["channel"] for row in await line.rows(outbox) if row["dedupe_key"].startswith("trouble:")}
        asked = len(line.api.requests)
        await asyncio.sleep(0.5)
        assert len(line.api.requests) == asked  # it has ended
        async with httpx.AsyncClient() as client:
            assert (await client.get(line.bot.url)).status_code == 200


async def test_the_process_ends_with_status_2_when_no_channel_is_left(tmp_path: Path) -> None:
    async with BotApi() as api:
        api.fail(times=None, status=401)
        settings = await set_up(
            tmp_path, CHANNELS="telegram", SECRET_KEY=KEY, TELEGRAM_TOKEN=api.token, LOG_LEVEL="INFO"
        )
        async with running(tmp_path, "run", TELEGRAM_API_URL=api.url, **settings) as (process, _):
            said, errors = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 2
        assert b"no channel is left" in said + errors
        assert api.token.encode() not in said + errors


class Moody(Room):
    """A channel that fails as it is told to."""

    def __init__(self, *moods: Exception | None, name: str = "moody") -> None:
        super().__init__(name=name)
        self.moods: list[Exception | None] = list(moods)
        self.runs = 0

    async def run(self, receive: Receive) -> None:
        self.runs += 1
        mood = self.moods.pop(0) if self.moods else None
        if mood:
            raise mood
        await asyncio.Event().wait()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for minutes."""
    monkeypatch.setattr(channel_watch, "PAUSES", (0.01,))
    monkeypatch.setattr(channel_watch, "PROVEN", 0.2)
    monkeypatch.setattr(channel_watch, "LOOK_AGAIN", 0.05)


@asynccontextmanager
async def watched(stage: Stage, rooms: Sequence[Room]) -> AsyncIterator[tuple[ChannelWatch, asyncio.Task[None]]]:
    stage.rooms = tuple(rooms)
    async with stage.program() as app:
        watch = ChannelWatch(app.context, app.engine.receive, Standing())
        task = asyncio.create_task(watch.run())
        yield watch, task
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def names(watch: ChannelWatch) -> list[str]:
    return [alarm.name for alarm in await watch.look()]


@pytest.mark.usefixtures("hasty")
async def test_a_channel_that_fails_runs_again_and_who_fails_often_is_told_of(stage: Stage) -> None:
    moody = Moody(*[OSError("gone")] * 4)
    async with watched(stage, [moody, Room()]) as (watch, task):
        await asyncio.sleep(0.1)
        assert (moody.runs, await names(watch), task.done()) == (5, ["moody:failing"], False)
        await asyncio.sleep(0.3)
        assert await names(watch) == []


@pytest.mark.usefixtures("hasty")
async def test_a_rejected_channel_is_tried_again_and_counts_as_rejected_until_it_has_proved_well(stage: Stage) -> None:
    moody = Moody(Rejected("401"), Rejected("401"))
    async with watched(stage, [moody, Room()]) as (watch, task):
        for _ in range(15):
            await asyncio.sleep(0.01)
            assert await names(watch) in ([], ["moody:rejected"])
        assert (moody.runs, await names(watch)) == (3, ["moody:rejected"])
        await asyncio.sleep(0.3)
        assert (await names(watch), task.done()) == ([], False)


@pytest.mark.usefixtures("hasty")
async def test_what_a_sending_finds_out_ends_the_receiving_and_the_last_channel_ends_all(stage: Stage) -> None:
    moody = Moody()
    async with watched(stage, [moody]) as (watch, task):
        await asyncio.sleep(0.05)
        watch.standing.reject("moody", "401")
        with pytest.raises(ExceptionGroup) as ended:
            await asyncio.wait_for(task, 60)
        assert ended.group_contains(NoChannelLeft)
