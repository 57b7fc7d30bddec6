"""Announcements on Zalo against the month's quota, alone and beside other channels: every number adds up."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.process.app import App
from storage.broadcast import broadcasts, counts
from storage.tables import outbox
from storage.tables import quotas as table
from storage.talk import quotas
from storage.talk.quotas import Usage
from tests.channels.zalo_bot.line import connected
from tests.fakes.bot_api import BotApi
from tests.fakes.crowd import announce, crowd
from tests.fakes.served import served
from tests.fakes.zalo_bot import ZaloBot
from tests.figures import measured
from tests.stage import Clock, Template

DAY = {"quiet_hours": ""}


@pytest.fixture
def folder(template: Template, tmp_path: Path) -> Path:
    template.copy(tmp_path)
    return tmp_path


async def known(api: ZaloBot, app: App, count: int, first: int = 1000) -> None:
    """People who have written to the bot before, and agreed."""
    await crowd(app, count, channel="zalo_bot", first=first)
    for id in range(first, first + count):
        api.person(str(id)).known = True


async def ended(app: App, id: int, within: float = 60) -> dict[str, int]:
    """Wait until a broadcast is over; returns its outcomes, which must add up."""
    async with asyncio.timeout(within):
        while True:
            async with app.database.read() as tx:
                one = await broadcasts.find(tx, id)
                assert one is not None
                if one.state not in ("planned", "running"):
                    assert await counts.find_unbalanced(tx) == []
                    return await counts.outcomes(tx, id)
            await asyncio.sleep(0.05)


async def used(app: App) -> Usage:
    async with app.database.read() as tx:
        return await quotas.usage(tx, "zalo_bot", app.today.replace(day=1))


async def test_announcements_stop_at_95_percent_and_replies_go_on(folder: Path) -> None:
    api = ZaloBot(quota=40)
    async with connected(folder, api, zalo_bot_messages=40, zalo_bot_per_second=0, **DAY) as line:
        app = line.bot.app
        await known(api, app, 50)
        id = await announce(app)
        app.broadcasting.wake()
        outcomes = await ended(app, id)
        month = await used(app)
        assert outcomes == {"sent": month.sent, "skipped": 50 - month.sent}
        assert month.sent == sum(len(chat.inbox) for chat in api.chats.values()) == 38
        async with app.database.read() as tx:
            assert ("skipped", "quota", 12) in await counts.reasons(tx, id, ["skipped"])
        chat = api.person("1000")
        chat.says("/help")
        await chat.answers(2)
        second = await announce(app)
        app.broadcasting.wake()
        assert await ended(app, second) == {"skipped": 50}
    measured("Zalo's quota of 40: 50 copies", "sent 38 (95 %), left out 12", "replies went on")


async def test_the_admins_are_warned_once_a_month_at_80_percent(folder: Path) -> None:
    async with connected(folder, zalo_bot_messages=100) as line:
        app = line.bot.app
        await line.channel.warn()
        assert not [row for row in await line.rows(outbox) if row["dedupe_key"].startswith("alarm:quota")]
        async with app.database.write() as tx:
            await quotas.use(tx, "zalo_bot", line.channel.ledger.month, sent=50, received=30)
        await asyncio.gather(line.channel.warn(), line.channel.warn())
        await line.channel.warn()
        told = [row for row in await line.rows(outbox) if row["dedupe_key"].startswith("alarm:quota")]
        assert len(told) == 1


async def test_a_new_month_begins_with_a_full_quota(folder: Path) -> None:
    clock = Clock()
    api = ZaloBot(quota=10)
    async with connected(folder, api, now=clock, zalo_bot_messages=10, zalo_bot_per_second=0, **DAY) as line:
        app = line.bot.app
        await known(api, app, 12)
        first = await announce(app)
        app.broadcasting.wake()
        assert await ended(app, first) == {"sent": 9, "skipped": 3}
        clock.forward(days=20)
        api.quota = 10
        second = await announce(app)
        app.broadcasting.wake()
        assert await ended(app, second) == {"sent": 9, "skipped": 3}
        assert sorted(row["sent"] for row in await line.rows(table)) == [9, 9]


async def test_a_broadcast_over_three_channels_adds_up(folder: Path) -> None:
    count = 20
    async with BotApi() as telegram, ZaloBot() as zalo:
        given: dict[str, Any] = {"telegram_token": telegram.token, "telegram_api_url": telegram.url}
        given |= {"zalo_bot_token": zalo.token, "zalo_bot_api_url": zalo.url, "zalo_bot_per_second": 100, **DAY}
        async with served(folder, channels=("telegram", "zalo_bot", "web"), **given) as bot:
            app = bot.app
            await known(zalo, app, count)
            await crowd(app, count, channel="telegram", first=2000)
            for id in range(2000, 2000 + count):
                telegram.person(id)
            await crowd(app, count, channel="web", first=3000)
            zalo.fail("sendMessage", chat_id="1001", code=404)
            zalo.fail("sendMessage", chat_id="1002", answer="cut", accepted=True)
            zalo.fail("sendMessage", chat_id="1003", answer="page", status=504)
            zalo.fail("sendMessage", chat_id="1004", answer="page", status=503)
            id = await announce(app)
            app.broadcasting.wake()
            outcomes = await ended(app, id)
            assert outcomes == {"sent": 3 * count - 3, "failed": 1, "unknown": 2}
            assert (await used(app)).sent == count - 1  # what was certainly not taken does not count
            got = [len(zalo.person(str(id)).inbox) for id in range(1000, 1000 + count)]
            assert got == [1, 0, 1, 0, *[1] * (count - 4)]
            async with app.database.read() as tx:
                assert await tx.value(sa.select(sa.func.count()).select_from(table)) == 1
    measured("One announcement over Telegram, Zalo and the web chat", f"{3 * count} copies", "the ledger adds up")
