"""Where a bot's updates go is watched: by webhook they come to us, by polling to nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.telegram.channel import CONFLICTS, Telegram
from bot.channels.telegram.settings import TelegramSettings
from tests.channels.telegram.client import Client
from tests.fakes.alone import alone
from tests.fakes.bot_api import BotApi
from tests.stage import Clock, until

OURS, THEIRS = "http://127.0.0.1:9/telegram", "http://127.0.0.1:9/somebody/123:secret"
Make = Callable[..., AbstractAsyncContextManager[Telegram]]


@pytest.fixture
def make(api: BotApi) -> Make:
    @asynccontextmanager
    async def made(**settings: Any) -> AsyncIterator[Telegram]:
        given = {"telegram_token": api.token, "telegram_api_url": api.url, "webhook_url": "http://127.0.0.1:9"}
        channel = Telegram(alone(), TelegramSettings.of(given | settings))
        try:
            yield channel
        finally:
            await channel.close()

    return made


BY_WEBHOOK = {"telegram_mode": "webhook", "webhook_secret": "s" * 20}


def seen(channel: Telegram) -> list[tuple[str, dict[str, str | int]]]:
    return [(trouble.sentence, dict(trouble.params)) for trouble in channel.troubles()]


@pytest.mark.parametrize("theirs", [THEIRS, ""])
async def test_a_webhook_that_somebody_replaced_or_removed_is_set_again_and_told(
    api: BotApi, client: Client, make: Make, theirs: str
) -> None:
    async with make(**BY_WEBHOOK) as channel:
        await channel.hook.set()
        await channel.hook.look()
        assert seen(channel) == []
        await client("setWebhook", url=theirs)
        await channel.hook.look()
        assert (await client("getWebhookInfo"))["url"] == OURS
        host = "127.0.0.1" if theirs else "–"  # and nothing of its path
        assert seen(channel) == [("trouble.webhook.replaced", {"host": host})]
        assert len(api.calls("setWebhook")) == 3


async def test_a_webhook_that_cannot_be_reached_is_told_until_it_can(api: BotApi, clock: Clock, make: Make) -> None:
    async def failed() -> None:
        """The server tries in vain, at the time that it has now."""
        await until(lambda: api.main.hook and (api.main.hook.last_error_at or 0) >= int(clock().timestamp()))

    async with make(**BY_WEBHOOK) as channel:
        clock.at = channel.now() - timedelta(hours=1)
        await channel.hook.set()
        api.person(5).say("có ai không")
        await failed()
        await channel.hook.look()
        assert seen(channel) == [], "what went wrong an hour ago is over"
        clock.forward(hours=1)
        await failed()
        await channel.hook.look()
        [(sentence, params)] = seen(channel)
        assert (sentence, params["pending"]) == ("trouble.webhook.failing", 1)
        api.main.queue.forget(api.main.queue.waiting[0].update_id)
        await channel.hook.look()
        assert seen(channel) == []


@asynccontextmanager
async def polling(channel: Telegram) -> AsyncIterator[list[Any]]:
    heard: list[Any] = []

    async def receive(arrivals: Any) -> None:
        heard.extend(arrivals)

    task = asyncio.create_task(channel.run(receive))
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_while_we_poll_a_stranger_s_webhook_is_removed_and_told_and_our_own_of_earlier_is_only_removed(
    api: BotApi, client: Client, make: Make
) -> None:
    for url, told in ((THEIRS, [("trouble.webhook.removed", {"host": "127.0.0.1"})]), (OURS, [])):
        await client("setWebhook", url=url)
        api.person(5).say("một")
        async with make() as channel, polling(channel) as heard:
            await until(heard.__len__)
            assert (await client("getWebhookInfo"))["url"] == ""
            assert seen(channel) == told


async def test_a_webhook_that_is_to_be_kept_is_kept_and_told(api: BotApi, client: Client, make: Make) -> None:
    await client("setWebhook", url=THEIRS)
    async with make(telegram_other_webhook="keep") as channel, polling(channel):
        await until(channel.troubles)
        assert seen(channel) == [("trouble.webhook.kept", {"host": "127.0.0.1"})]
        assert (await client("getWebhookInfo"))["url"] == THEIRS


async def test_a_second_program_with_our_token_is_told_and_a_predecessor_that_ends_is_not(
    api: BotApi, make: Make
) -> None:
    said = {"status": 409, "description": "Conflict: terminated by other getUpdates request"}
    api.fail("getUpdates", times=1, **said)
    api.person(5).say("không")
    async with make() as channel, polling(channel):
        await until(lambda: channel.received_at)
        assert seen(channel) == []
        api.fail("getUpdates", times=CONFLICTS - 1, **said)
        api.person(5).say("một")  # ends the poll that waits
        await until(channel.troubles)
        assert seen(channel) == [("trouble.second", {})]
