"""A platform that does not answer when it is asked for messages is told of, until it answers again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bot.channels.telegram import channel as telegram
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.settings import TelegramSettings
from storage.talk.inbox import Arrival
from tests.fakes.alone import alone
from tests.fakes.bot_api import BotApi

TROUBLES: list[dict[str, Any]] = [
    {"status": 502, "garbage": True},
    {"status": 429, "parameters": {"retry_after": 1}},
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=("away", "refused"))
async def test_who_should_know_is_told_that_nothing_is_received_until_something_is(
    api: BotApi, monkeypatch: pytest.MonkeyPatch, trouble: dict[str, Any]
) -> None:
    monkeypatch.setattr(telegram, "DEAF", 0.0)
    given = {"telegram_token": api.token, "telegram_api_url": api.url}
    channel = Telegram(alone(), TelegramSettings.of(given))

    async def receive(arrivals: Sequence[Arrival]) -> None:
        pass

    api.fail("getUpdates", times=None, **trouble)
    running = asyncio.create_task(channel.run(receive))
    async with asyncio.timeout(120):
        while not channel.troubles():
            await asyncio.sleep(0.01)
        assert [trouble.sentence for trouble in channel.troubles()] == ["trouble.deaf"]
        api.heal()
        api.person(7).say("/start")
        while channel.troubles():
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await channel.close()
