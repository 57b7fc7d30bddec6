"""What must never stand in a log, does not, at DEBUG and whatever goes wrong."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from pathlib import Path

import structlog
import websockets
from websockets.typing import Origin

from bot.message import Reply
from bot.turn.router import Router
from bot.turn.turn import Turn
from tests.fakes.bot_api import BotApi
from tests.fakes.served import served
from tests.fakes.watch import HAMLET, NAME, PHONE, Watch, leaks
from tests.killed import prepare, program, told
from tests.stage import Stage, Template, photo

router = Router("clumsy")


@router.command("start")
async def start(turn: Turn) -> None:
    turn.reply(Reply("welcome"))


@router.command("read", like=re.compile(".+"))
async def read(turn: Turn) -> None:
    """Raises what many a library raises: an error that repeats what somebody typed."""
    try:
        int(turn.heard.text)
    except ValueError as wrong:
        raise KeyError(turn.heard.text) from wrong


async def test_the_watch_sees_a_name_that_somebody_logs(watch: Watch) -> None:
    structlog.get_logger().warning("somebody registered", name=NAME)
    logging.getLogger("library").debug("got %s", NAME)
    assert len(watch.found) == 2
    watch.found.clear()


async def test_an_error_that_repeats_what_somebody_typed_is_logged_without_it(stage: Stage, watch: Watch) -> None:
    stage.routers = (router,)
    await stage.say("/start", name=NAME)
    watch.lines.clear()
    await stage.say(f"{NAME} {PHONE}")
    logged = "\n".join(watch.lines)
    assert "handling failed" in logged
    assert "test_canary.py" in logged
    assert "ValueError" in logged
    assert "KeyError" in logged
    assert leaks(logged) == []


async def test_what_is_said_on_a_web_page_leaves_no_trace_in_the_log(
    template: Template, tmp_path: Path, watch: Watch
) -> None:
    template.copy(tmp_path)
    async with served(tmp_path) as site:
        address = site.url.replace("http", "ws") + "/ws"
        async with websockets.connect(address, origin=Origin(site.url)) as socket:
            await socket.send(json.dumps({"id": "first-message", "text": NAME}, ensure_ascii=False))
            while "tick" not in json.loads(await asyncio.wait_for(socket.recv(), 20)):
                pass
    found, watch.found = watch.found, []
    assert found == []


async def test_a_whole_life_on_telegram_leaves_no_trace_in_the_log(template: Template, tmp_path: Path) -> None:
    await prepare(template, tmp_path, [7])
    async with BotApi() as api, program(tmp_path, api) as running:
        person = api.person(7, first_name="Nguyễn Thị", last_name="Canary", username="canary")
        for text, wanted in (
            ("/volunteer", "Họ và tên"), (NAME, "năm nào"), ("1990", "Số điện thoại"), (PHONE, "xã nào"),
            (f"{HAMLET}, Vĩnh Kim", "những việc nào"), ("1", ""), ("xong", "xem lại"), ("đúng", "Cảm ơn"),
        ):  # fmt: skip
            person.say(text)
            if wanted:
                await told(person, wanted)
            await asyncio.sleep(0.6)  # at a person's pace: more would be a flood
        api.fail("sendMessage", status=500)
        api.fail("getUpdates", close_after=True)
        person.send_photo(photo(tmp_path, "deed").read_bytes(), f"{NAME} đưa cháu qua suối ở Bến Quan")
        await told(person, "Nơi làm")
        api.fail("getUpdates", status=502, garbage=True)
        person.say("hủy")
        await told(person, "Đã dừng")
        await running.stop()
    log = (tmp_path / "log.txt").read_text(encoding="utf-8")
    assert "receiving failed" in log
    assert leaks(log) == []
