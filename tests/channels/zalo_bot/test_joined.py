"""One person on several channels is told once; the calendar's share of a month counts on Zalo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storage.rights import links
from storage.talk import people
from tests.channels.zalo_bot.line import connected
from tests.channels.zalo_bot.quota import DAY, ended, known
from tests.fakes.bot_api import BotApi
from tests.fakes.crowd import announce, crowd
from tests.fakes.month import occurrences, schedule
from tests.stage import Clock, Template

TEXT = "Sáng mai xã mình hiến máu"


async def test_who_is_on_three_channels_is_told_once_on_the_one_she_chose(template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    async with BotApi() as telegram:
        given: dict[str, Any] = {"telegram_token": telegram.token, "telegram_api_url": telegram.url, **DAY}
        async with connected(tmp_path, channels=("telegram", "zalo_bot", "web"), **given) as line:
            app = line.bot.app
            (her,) = await crowd(app, 1, channel="telegram", first=1000)
            telegram.person(1000)
            for channel in ("zalo_bot", "web"):
                (other,) = await crowd(app, 1, channel=channel, first=1000)
                async with app.database.write() as tx:
                    await links.join(tx, her, other, keep_other_volunteer=False, now=app.now())
            line.api.person("1000").known = True
            for channel, expected in (("zalo_bot", [1, 0]), ("telegram", [1, 1]), ("web", [1, 1])):
                async with app.database.write() as tx:
                    account = await people.find(tx, channel, "1000")
                    assert account is not None
                    await people.announce_at(tx, her, account.id)
                id = await announce(app, TEXT)
                app.broadcasting.wake()
                assert await ended(app, id) == {"sent": 1}
                told = [len(line.api.person("1000").inbox), len(telegram.calls("sendMessage"))]
                assert told == expected


async def test_the_calendar_keeps_to_its_share_of_the_month_on_zalo_alone(template: Template, tmp_path: Path) -> None:
    template.copy(tmp_path)
    clock = Clock(datetime(2026, 5, 12, 2, tzinfo=UTC))
    given: dict[str, Any] = {"calendar_a_month": "zalo_bot 4", **DAY}
    async with connected(tmp_path, now=clock, **given) as line:
        app = line.bot.app
        await known(line.api, app, 2)
        await crowd(app, 1, channel="web", first=3000)
        await schedule(app, rule="daily", at="10:00")
        outcomes = []
        for day in range(6):
            clock.at = datetime(2026, 5, 12, 3, 1, tzinfo=UTC) + timedelta(days=day)
            await app.do("calendar")
            (id,) = [row["id"] for row in (await occurrences(app)).values()][day:]
            app.broadcasting.wake()
            outcomes.append(await ended(app, id))
        assert [one["sent"] for one in outcomes] == [3, 3, 3, 3, 1, 1]
        assert [len(line.api.person(id).inbox) for id in ("1000", "1001")] == [4, 4]
        id = await announce(app, TEXT)  # an officer's own announcement is no part of the calendar's share
        app.broadcasting.wake()
        assert await ended(app, id) == {"sent": 3}
