"""Somebody erases herself on an open page: she is answered there, and what she says next begins anew."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import websockets
from websockets.typing import Origin

from tests.fakes.served import Served
from tests.stage import Clock, RealTime


@pytest.fixture
def clock() -> Clock:
    return RealTime()


async def hear(socket: Any, part: str) -> dict[str, Any]:
    """The first message with this in it."""
    async with asyncio.timeout(30):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv()).get("message", {})
            if part in message.get("text", ""):
                return message


async def test_who_erases_herself_on_the_page_is_answered_there_and_begins_anew(site: Served) -> None:
    address = site.url.replace("http", "ws") + "/ws"

    async def say(socket: Any, text: str, answer: str) -> int:
        await socket.send(json.dumps({"id": f"said {text}", "text": text}))
        return int((await hear(socket, answer))["id"])

    async with websockets.connect(address, origin=Origin(site.url)) as socket:
        cookie = socket.response.headers["set-cookie"].split(";")[0]  # type: ignore[union-attr]
        await say(socket, "/start", "Xin chào")
        before = await say(socket, "/forgetme", "xóa")
        last = await say(socket, "XÓA HẾT", "Đã xóa")
        assert last > before
    after = f"{address}?after={last}"
    async with websockets.connect(after, origin=Origin(site.url), additional_headers={"cookie": cookie}) as socket:
        await say(socket, "xin chào", "Xin chào! Đây là kênh")
