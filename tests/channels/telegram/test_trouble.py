"""What goes wrong goes wrong as it does in the world."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Bot as LibraryBot
from telegram.error import Conflict, NetworkError

from tests.channels.telegram.client import Client
from tests.fakes.bot_api import BotApi, Limits


async def test_errors_have_the_shape_of_the_real_ones(api: BotApi, client: Client, library: LibraryBot) -> None:
    assert await client("getMe", token="1:no") == (401, "Unauthorized")
    assert await client("getYou") == (404, "Not Found: method not found")
    api.fail("getMe", status=429, parameters={"retry_after": 7})
    async with client.session.get(f"{api.url}/bot{api.token}/getMe") as response:
        assert response.headers["Retry-After"] == "7"
        assert await response.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }
    api.fail("*", status=502)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await library.get_me()
    api.fail("getUpdates", status=409, description="terminated by setWebhook request")
    with pytest.raises(Conflict):
        await library.get_updates()


@pytest.mark.parametrize(
    ("how", "arrived"),
    [
        ({"close_before": True}, 0),
        ({"close_after": True}, 1),
        ({"truncated": True}, 1),
        ({"garbage": True}, 1),
        ({"timeout": True}, 0),
        ({"timeout": True, "deliver": True}, 1),
        ({"status": 502, "deliver": True}, 1),
        ({"status": 500, "garbage": True, "deliver": False}, 0),
    ],
    ids=str,
)
async def test_trouble_before_and_after_the_message_arrived(
    api: BotApi, client: Client, how: dict[str, Any], arrived: int
) -> None:
    an = api.person(5)
    api.fail("sendMessage", **how)
    url = f"{api.url}/bot{api.token}/sendMessage"
    timeout = aiohttp.ClientTimeout(total=2)
    with pytest.raises((aiohttp.ClientError, TimeoutError, AssertionError)):
        async with client.session.post(url, json={"chat_id": 5, "text": "?"}, timeout=timeout) as response:
            assert (await response.json())["ok"]
    assert len(an.inbox) == arrived
    await client("sendMessage", chat_id=5, text="lần hai")
    assert len(an.inbox) == arrived + 1


async def test_a_server_that_was_down_has_forgotten_nothing(api: BotApi, client: Client) -> None:
    polling = asyncio.create_task(client("getUpdates", timeout=30))
    await client.asked("getUpdates")
    await api.down()
    assert await polling == (500, "Internal Server Error: restart")
    with pytest.raises(aiohttp.ClientOSError):
        await client("getMe")
    api.person(5).say("trong lúc mất mạng")
    await api.up()
    assert len(await client.updates()) == 1


async def test_limits_refuse_and_count_who_does_not_wait(api: BotApi, client: Client) -> None:
    api.person(5)
    api.limits = Limits(per_chat=2)
    told = [await client("sendMessage", chat_id=5, text=str(n)) for n in range(4)]
    assert [isinstance(one, dict) for one in told] == [True, True, False, False]
    assert told[2][0] == told[3][0] == 429
    assert (api.limits.during_pause, api.limits.most_in_a_second) == (1, 2)


async def test_a_process_of_its_own_is_driven_over_http(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    command = (sys.executable, "-m", "tests.fakes.bot_api", "--port", "0", "--history", str(history), "--seed", "3")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    url = f"http://127.0.0.1:{int(await process.stdout.readline())}"
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{url}/control/person/5/say", json={"text": "/start"}) as said:
            assert await said.json() == 1
        async with session.get(f"{url}/control/history") as read:
            told = await read.json()
            assert [u["message"]["text"] for u in told["updates"]] == ["/start"]
        async with session.post(f"{url}/control/person/5/kill", json={}) as refused:
            assert refused.status == 400
    process.terminate()
    assert await process.wait() == 0
    assert [json.loads(line)["what"] for line in history.read_text().splitlines()] == ["update"]
