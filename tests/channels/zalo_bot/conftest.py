"""A platform, and a program that calls it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest_asyncio

from tests.fakes.zalo_bot import ZaloBot


class Client:
    """Calls methods, and has the status and the body of each answer."""

    def __init__(self, api: ZaloBot, session: aiohttp.ClientSession) -> None:
        self.api, self.session = api, session

    async def call(self, method: str, token: str = "", **params: Any) -> tuple[int, Any]:
        url = f"{self.api.url}/bot{token or self.api.token}/{method}"
        async with self.session.post(url, json=params) as response:
            return response.status, await response.json()


@pytest_asyncio.fixture
async def api() -> AsyncIterator[ZaloBot]:
    async with ZaloBot(speed=100) as api:
        yield api


@pytest_asyncio.fixture
async def client(api: ZaloBot) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(api, session)
