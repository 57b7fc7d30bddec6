"""What admins and operators see and do about Zalo."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.process.app import connect
from bot.settings import read_settings
from storage.campaign import calendar, campaigns, staff
from storage.talk import people, quotas
from tests.channels.zalo_bot.line import connected
from tests.fakes.zalo_bot import ZaloBot
from tests.stage import KEY, Stage, Template
from tests.started import nhandao


@pytest.fixture
def folder(template: Template, tmp_path: Path) -> Path:
    template.copy(tmp_path)
    return tmp_path


async def test_an_admin_is_told_what_is_set_what_is_used_and_what_went_wrong(folder: Path) -> None:
    await Stage(folder).agree("take_part", channel="zalo_bot", address="a1")
    async with connected(folder) as line:
        async with line.bot.app.database.write() as tx:
            admin = await people.find(tx, "zalo_bot", "a1")
            assert admin is not None
            await staff.grant(tx, admin.person_id, "admin", None, "operator", line.bot.app.now())
        await line.channel.ledger.note("send", "400: Bad request")
        chat = line.api.person("a1")
        chat.says("/zalo")
        (told,) = await chat.answers()
        for wanted in (
            "1/3.000 tin",
            "1/50 người",
            "hỏi lần lượt",
            "WEBHOOK_URL",
            "400: Bad request",
            "Trong đó gửi đi 0 tin",
        ):
            assert wanted in told.text
        chat.says("/trangthai")
        (told,) = await chat.answers()
        assert "còn gửi được 2.847 tin thông báo" in told.text


async def test_an_operator_takes_over_from_the_command_line(folder: Path) -> None:
    async with ZaloBot() as api, httpx.AsyncClient() as client:
        params = {"url": "http://127.0.0.1:9/elsewhere", "secret_token": "12345678"}
        await client.post(f"{api.url}/bot{api.token}/setWebhook", json=params)
        given = {
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "SECRET_KEY": KEY, "ZALO_BOT_TOKEN": api.token,
            "ZALO_BOT_API_URL": api.url,
        }  # fmt: skip
        status, out, _ = await nhandao(folder, "zalo", "take-over", **given)
        assert (status, api.webhook) == (0, None) and "comes here from now on" in out
        status, _, err = await nhandao(
            folder, "zalo", "take-over", **{**given, "ZALO_BOT_TOKEN": "1:refused-by-the-platform"}
        )
        assert status == 2 and "401" in err
        status, _, err = await nhandao(
            folder, "zalo", "take-over", DATABASE_URL=given["DATABASE_URL"], SECRET_KEY=KEY, CHANNELS="web"
        )
        assert status == 2 and "ZALO_BOT_TOKEN" in err


async def test_the_preview_on_the_command_line_ends_with_what_is_left_of_the_month(folder: Path) -> None:
    settings = read_settings(env_file="", database_url=f"sqlite+aiosqlite:///{folder / 'bot.db'}", secret_key=KEY)
    app = await connect(settings, channels=lambda app: ())
    async with app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        await calendar.load(tx, campaign.id)
        await quotas.use(tx, "zalo_bot", app.today.replace(day=1), sent=2000, received=500)
    await app.close()
    given = {"DATABASE_URL": settings.database_url, "SECRET_KEY": KEY, "ZALO_BOT_TOKEN": "1:not-called-by-a-preview"}
    days = "--from", f"{campaign.first_on}", "--to", f"{campaign.last_on}"
    for which in (days, ("--from", "2020-01-01", "--to", "2020-01-02")):
        status, out, err = await nhandao(folder, "calendar", "preview", *which, **given)
        assert status == 0, err
        last = out.splitlines()[-1]
        assert last.startswith("Zalo") and "2.500/3.000 tin" in last and "còn gửi được 350 tin thông báo" in last
