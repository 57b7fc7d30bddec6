"""Announcements on Zalo against the month's quota, alone and beside other channels: every number adds up."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels import SendFailed
from bot.channels.zalo_bot.look import look as look_before
from bot.message import Message
from bot.process.app import App
from storage.broadcast import counts
from storage.platform import prices
from storage.tables import channel_errors as table_of_errors
from storage.tables import quotas as table
from storage.talk import channel_errors, quotas
from storage.talk.quotas import Usage
from storage.upkeep import troubles
from tests.channels.stands import let_in, oa_settings
from tests.channels.zalo_bot.line import WEBHOOK, Line, connected
from tests.channels.zalo_bot.quota import DAY, ended, known, told
from tests.fakes.bot_api import BotApi
from tests.fakes.crowd import announce, crowd
from tests.fakes.served import served
from tests.fakes.zalo_bot import ZaloBot
from tests.fakes.zalo_oa import ZaloOa
from tests.figures import measured
from tests.stage import Clock, Stage, Template


@pytest.fixture
def folder(template: Template, tmp_path: Path) -> Path:
    template.copy(tmp_path)
    return tmp_path


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


async def look(line: Line) -> None:
    await asyncio.gather(line.channel.look(), line.channel.look())
    await line.bot.app.alarms.look()


async def test_the_admins_hear_elsewhere_of_80_and_of_95_percent_once_and_when_the_month_is_over(folder: Path) -> None:
    clock = Clock()
    async with connected(folder, now=clock, zalo_bot_messages=100) as line:
        heard = []
        for more in (79, 1, 5, 9, 1, 4):
            async with line.bot.app.database.write() as tx:
                await quotas.use(tx, "zalo_bot", line.channel.ledger.month, received=more)
            await look(line)
            heard.append(len(await told(line)))
        assert heard == [0, 1, 1, 1, 2, 2]
        at_80, at_95 = await told(line)
        assert "80/100 tin" in at_80 and "95%" in at_80
        assert "95/100 tin" in at_95 and "đã tự dừng" in at_95
        clock.forward(days=20)
        await look(line)
        assert all(text.startswith("Đã ổn lại") for text in (await told(line))[2:])
        assert len(await told(line)) == 4


async def test_the_admins_hear_elsewhere_that_the_token_is_rejected_or_nothing_is_left(folder: Path) -> None:
    async with connected(folder) as line:
        await line.quiet()
        line.api.fail("sendMessage", code=429)
        with pytest.raises(SendFailed):
            await line.channel.send("a1", Message("một"), "1")
        await look(line)
        line.api.fail("sendMessage", code=401)
        with pytest.raises(SendFailed):
            await line.channel.send("a1", Message("hai"), "2")
        for _ in range(3):
            await look(line)
        spent, rejected = await told(line)
        assert "hết số tin" in spent and "Zalo không nhận mã bot nữa" in rejected and "401" in rejected
        async with line.bot.app.database.read() as tx:
            assert {one.name for one in await troubles.present(tx)} == {"zalo_bot:quota", "zalo_bot:token"}


async def test_what_another_process_saw_or_mended_counts_here_too(folder: Path) -> None:
    async with connected(folder) as line:
        async with line.bot.app.database.write() as tx:
            await channel_errors.note(tx, "zalo_bot", "webhook", "webhook.http.403", line.bot.app.now())
            await channel_errors.note(tx, "zalo_bot", "send", "400", line.bot.app.now())
        await look(line)
        assert [one.name for one in line.channel.troubles()] == ["webhook"]
        async with line.bot.app.database.write() as tx:
            await channel_errors.mended(tx, "zalo_bot", "webhook")
        await look(line)
        assert line.channel.troubles() == []
        assert [text[:9] for text in await told(line)] == ["⚠ Zalo ch", "Đã ổn lại"]


async def test_a_webhook_by_which_something_came_works(folder: Path) -> None:
    async with connected(folder, **WEBHOOK) as line:
        await line.channel.ledger.note("webhook", "webhook.http.403")
        line.api.person("a1").says("/menu")
        await line.quiet()
        assert line.channel.troubles() == [] and await line.rows(table_of_errors) == []


async def test_the_admins_are_warned_once_a_month_that_four_fifths_of_the_people_are_there(folder: Path) -> None:
    async with connected(folder) as line:
        await known(line.api, line.bot.app, 39)
        async with line.bot.app.database.write() as tx:
            await quotas.use(tx, "zalo_bot", line.channel.ledger.month, received=1)
        await look(line)
        assert await told(line, "alarm:people") == []
        await known(line.api, line.bot.app, 1, first=2000)
        await look(line)
        await look(line)
        (text,) = await told(line, "alarm:people")
        assert "40/50 người" in text


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


async def test_a_broadcast_over_four_channels_adds_up(folder: Path) -> None:
    count = 20
    async with BotApi() as telegram, ZaloBot() as zalo, ZaloOa() as oa:
        given: dict[str, Any] = {"telegram_token": telegram.token, "telegram_api_url": telegram.url, **oa_settings(oa)}
        given |= {"zalo_bot_token": zalo.token, "zalo_bot_api_url": zalo.url, "zalo_bot_per_second": 100, **DAY}
        async with served(folder, channels=("telegram", "zalo_bot", "zalo_oa", "web"), **given) as bot:
            app = bot.app
            await let_in(bot, oa)
            await known(zalo, app, count)
            await crowd(app, count, channel="telegram", first=2000)
            for id in range(2000, 2000 + count):
                telegram.person(id)
            await crowd(app, count, channel="web", first=3000)
            zalo.fail("sendMessage", chat_id="1001", code=404)
            zalo.fail("sendMessage", chat_id="1002", answer="cut", accepted=True)
            zalo.fail("sendMessage", chat_id="1003", answer="page", status=504)
            zalo.fail("sendMessage", chat_id="1004", answer="page", status=503)
            await crowd(app, count, channel="zalo_oa", first=4000)
            followers = [oa.person(str(id)) for id in range(4000, 4000 + count)]
            for n, follower in enumerate(followers):  # five of each kind, the last of them out of every window
                follower.seen_at = app.now() - timedelta(days=(0, 3, 6, 8)[n // 5])
            followers[0].refuses = True
            id = await announce(app)
            app.broadcasting.wake()
            outcomes = await ended(app, id)
            assert outcomes == {"sent": 4 * count - 9, "failed": 1, "skipped": 6, "unknown": 2}
            assert (await used(app)).sent == count - 1  # what was certainly not taken does not count
            got = [len(zalo.person(str(id)).inbox) for id in range(1000, 1000 + count)]
            assert got == [1, 0, 1, 0, *[1] * (count - 4)]
            assert [len(one.inbox) for one in followers] == [0, *[1] * 14, *[0] * 5]
            async with app.database.read() as tx:
                assert await prices.counted(tx, "zalo_oa", app.today.replace(day=1)) == {"free": 4, "paid": 10}
                assert await tx.value(sa.select(sa.func.count()).select_from(table)) == 1
    measured(
        "One announcement over Telegram, a Zalo bot, an Official Account and the web chat",
        f"{4 * count} copies: {', '.join(f'{n} {outcome}' for outcome, n in sorted(outcomes.items()))}",
        "the ledger adds up",
    )


@pytest.mark.parametrize("given", [{}, WEBHOOK], ids=["polling", "webhook"])
async def test_a_token_that_is_accepted_again_is_no_trouble_any_more(folder: Path, given: dict[str, Any]) -> None:
    stage = Stage(folder)
    async with stage.program() as app, app.database.write() as tx:
        await channel_errors.note(tx, "zalo_bot", "token", "401", app.now())
    async with connected(folder, **given) as line:
        await line.quiet()
        async with asyncio.timeout(60):
            while await line.rows(table_of_errors):
                await asyncio.sleep(0.02)


async def test_a_token_that_nobody_has_is_told_also_where_it_is_answered_with_404(folder: Path) -> None:
    async with ZaloBot() as api:
        api.fail("getMe", times=None, answer="page", status=404)
        async with connected(folder, api) as line:
            async with asyncio.timeout(60):
                while not await line.rows(table_of_errors):
                    await asyncio.sleep(0.02)
            assert "token" in {row["kind"] for row in await line.rows(table_of_errors)}
            await look(line)
            assert "Zalo không nhận mã bot nữa" in (await told(line))[0]
            assert [seen.state for seen in await look_before(line.channel.settings)] == ["wrong"]


async def test_what_is_taken_after_the_month_was_refused_opens_it_again(folder: Path) -> None:
    async with connected(folder) as line:
        line.api.person("a1").known = True
        line.api.fail("sendMessage", code=429)
        with pytest.raises(SendFailed):
            await line.channel.send("a1", Message("một"), "1")
        assert (await used(line.bot.app)).refused_at is not None
        await line.channel.send("a1", Message("hai"), "2")
        assert (await used(line.bot.app)).refused_at is None and line.channel.troubles() == []
