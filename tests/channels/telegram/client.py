"""Plain clients of the fake: a bot that speaks raw JSON, and a bot's webhook."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.bot_api import BotApi
from tests.fakes.listening import listening


class Client:
    """A bot that speaks raw JSON."""

    def __init__(self, api: BotApi, session: aiohttp.ClientSession) -> None:
        self.api, self.session = api, session

    async def __call__(self, method: str, token: str = "", **params: Any) -> Any:
        """The result, or the status and description of the error."""
        url = f"{self.api.url}/bot{token or self.api.token}/{method}"
        async with self.session.post(url, json=params) as response:
            body = await response.json()
        assert body["ok"] == (response.status == 200)
        return body["result"] if body["ok"] else (body["error_code"], body["description"])

    async def asked(self, method: str) -> None:
        """Wait until the server has this request."""
        while not self.api.calls(method):
            await asyncio.sleep(0.005)

    async def updates(self, offset: int = 0, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self("getUpdates", offset=offset, **params)
        return found


class Receiver:
    """A bot's webhook that answers what the test says, 200 in the end; `only` to one person, if said."""

    def __init__(self, *statuses: int, only: int = 0) -> None:
        self.statuses, self.only = list(statuses), only
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.answer: dict[str, Any] | None = None
        self.url = ""
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Receiver:
        app = web.Application()
        app.router.add_post("/hook", self._hear)
        self.url = await self._open.enter_async_context(listening(app)) + "/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def _hear(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        update = await request.json()
        self.heard.append((secret, update))
        meant = self.only in (0, update["message"]["chat"]["id"])
        status = self.statuses.pop(0) if self.statuses and meant else 200
        return web.json_response(self.answer, status=status, headers={"Retry-After": "1"} if status == 503 else {})

    async def until(self, count: int) -> None:
        async with asyncio.timeout(60):
            while len(self.heard) < count:
                await asyncio.sleep(0.005)
