"""Who follows the Official Account is greeted once; who leaves is left alone, and welcome when she comes back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.process.startup import utc_now
from storage.aid import volunteers as registrations
from storage.aid.volunteers import Registration
from storage.rights import links
from storage.tables import accounts, units
from tests.channels.stands import OnZaloOa
from tests.desk import CUA_TUNG
from tests.fakes.bot_api import BotApi
from tests.fakes.watch import HAMLET, NAME, PHONE
from tests.stage import Clock, Stage, Template


async def test_following_greets_once_and_leaving_and_coming_back_are_understood(
    template: Template, tmp_path: Path
) -> None:
    template.copy(tmp_path)
    stand = OnZaloOa(tmp_path)
    async with stand.open(), stand.running():
        assert stand.api.hook
        stand.api.hook.copies = 2  # Zalo brings some events twice
        lan = stand.person
        lan.follows()
        [welcome] = await stand.quiet()
        assert welcome.text
        lan.says("/help")
        said = len(await stand.quiet())
        lan.follows()  # the button was pressed again
        assert len(await stand.quiet()) == said
        lan.unfollows()
        assert len(await stand.quiet()) == said
        [account] = [row for row in await stand.rows(accounts) if row["address"] == stand.address]
        assert account["state"] == "blocked"
        lan.follows()
        assert len(await stand.quiet()) == said + 1
        [account] = [row for row in await stand.rows(accounts) if row["address"] == stand.address]
        assert account["state"] == "open"
        written = stand.api.person("8")
        written.says("/menu")
        await stand.quiet()
        answered = len(written.inbox)
        written.follows()
        await stand.quiet()
        assert len(written.inbox) == answered, "she was greeted when she wrote"


class BesideTelegram(OnZaloOa):
    """The same program answers on Telegram too."""

    telegram: BotApi

    @property
    def settings(self) -> Mapping[str, Any]:
        given = {"telegram_token": self.telegram.token, "telegram_api_url": self.telegram.url}
        return {**super().settings, **given, "telegram_per_second": 0}

    async def pending(self) -> bool:
        return bool(self.telegram.pending) or await super().pending()

    async def person_of(self, channel: str, address: str) -> int:
        """Whose account this is."""
        [hers] = [row for row in await self.rows(accounts) if (row["channel"], row["address"]) == (channel, address)]
        return int(hers["person_id"])


async def test_who_follows_and_wrote_elsewhere_before_is_joined_by_code_and_never_by_phone(
    template: Template, tmp_path: Path
) -> None:
    before = Stage(tmp_path, url=template.copy(tmp_path))
    [known] = await before.agree_all(["8"], "take_part", channel="telegram")
    await before.agree("take_part", channel="zalo_oa", address="7")
    async with before.program() as app, app.database.write() as tx:
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == CUA_TUNG))
        hers = Registration(NAME, 1990, f"+84{PHONE[1:]}", unit, HAMLET, ["relief"], "any", "")
        await registrations.register(tx, known, hers, app.now())
    clock = Clock(utc_now())
    stand = BesideTelegram(tmp_path, now=clock, beside=("telegram",))

    async def write(*texts: str) -> None:
        for text in texts:
            clock.forward(seconds=5)
            await stand.say(text)
            await stand.quiet()

    async with BotApi() as stand.telegram, stand.open(), stand.running():
        there, here = stand.telegram.person(8), stand.person
        here.follows()
        await stand.quiet()
        await write("/volunteer", NAME, "1990")
        here.shares(f"84{PHONE[1:]}")  # the very number that she registered there
        await stand.quiet()
        assert await stand.person_of("zalo_oa", "7") != await stand.person_of("telegram", "8") == known
        there.say("/link code")
        await stand.quiet()
        code = links.CODE.search(there.inbox[-1].text)
        assert code is not None
        await write("hủy", "2", f"/link {code[0]}", "1", "2")
        there.press(there.inbox[-1].labels[0])
        await stand.quiet()
        assert await stand.person_of("zalo_oa", "7") == await stand.person_of("telegram", "8") == known
