"""A fake server whose answers are checked too, and bots that talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from telegram import Bot as LibraryBot

from tests.channels.telegram.client import Client
from tests.fakes.bot_api import BotApi
from tests.stage import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def api(clock: Clock, tmp_path: Path) -> AsyncIterator[BotApi]:
    async with BotApi(seed=7, clock=clock, speed=1000, history=tmp_path / "history.jsonl") as api:
        yield api
        for call in api.requests:
            refused = isinstance(call.outcome, dict) and call.outcome.get("ok") is False
            if call.outcome is not None and not refused:
                assert not api.schema.check_result(call.method, call.outcome), call


@pytest_asyncio.fixture
async def client(api: BotApi) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(api, session)


@pytest_asyncio.fixture
async def library(api: BotApi) -> AsyncIterator[LibraryBot]:
    async with LibraryBot(api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot") as bot:
        yield bot
