"""Stands between the program and the emulator, and does what Telegram does and the emulator does not.

It adds the webhook's secret to what is brought (core.telegram.org/bots/api#setwebhook), which the emulator forgets, and reads
the names of methods in any case (#making-requests), of which the emulator reads one. All else passes as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import AsyncExitStack

import httpx
from aiohttp import web

from tests.fakes.listening import listening

METHOD = re.compile(r"/bot\{token\}/(\w+)")
PATIENCE = 60.0
"""Seconds for one request."""
LARGEST = 20 * 1024 * 1024
"""Bytes of a request: a photo is the largest."""


class Relay:
    """Both ways on one loopback port: the program finds the emulator here, and the emulator the program's webhook."""

    def __init__(self, emulator: str, program: str, secret: str) -> None:
        self.emulator, self.program, self.secret = emulator, program, secret
        self.url = ""
        self.unknown: Counter[str] = Counter()
        """How often the program called what the emulator does not know."""
        self._known: dict[str, str] = {}
        self._client = httpx.AsyncClient(timeout=PATIENCE)
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Relay:
        described = (await self._client.get(f"{self.emulator}/openapi.json")).raise_for_status().json()
        names = [found[1] for path in described["paths"] if (found := METHOD.fullmatch(path))]
        self._known = {name.lower(): name for name in names}
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post("/telegram", self._bring)
        app.router.add_post("/bot{token}/{method}", self._call)
        app.router.add_get("/file/{path:.+}", self._fetch)
        self.url = await self._open.enter_async_context(listening(app))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()
        await self._client.aclose()

    async def _bring(self, request: web.Request) -> web.Response:
        """An update on its way to the program."""
        proof = {"X-Telegram-Bot-Api-Secret-Token": self.secret}
        return _passed(await self._client.post(f"{self.program}/telegram", content=await request.read(), headers=proof))

    async def _call(self, request: web.Request) -> web.Response:
        """A call of the program on its way to the emulator."""
        method = request.match_info["method"]
        if method.lower() not in self._known:
            self.unknown[method] += 1
        name = self._known.get(method.lower(), method)
        kind = {"Content-Type": request.headers.get("Content-Type", "")}
        url = f"{self.emulator}/bot{request.match_info['token']}/{name}"
        return _passed(await self._client.post(url, content=await request.read(), headers=kind))

    async def _fetch(self, request: web.Request) -> web.Response:
        return _passed(await self._client.get(f"{self.emulator}{request.path}"))


def _passed(answer: httpx.Response) -> web.Response:
    return web.Response(status=answer.status_code, body=answer.content)
