"""The program and the Zalo Bot Platform that it talks to, in one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.channels.zalo_bot.channel import ZaloBot as Channel
from storage.tables import inbox, outbox
from tests.fakes.served import Served, served
from tests.fakes.zalo_bot import Chat, ZaloBot

SECRET = "a-secret-of-the-webhook-tests"


@dataclass
class Line:
    """``api`` is the platform, ``bot`` the program."""

    api: ZaloBot
    bot: Served

    @property
    def channel(self) -> Channel:
        channel = self.bot.app.channels["zalo_bot"]
        assert isinstance(channel, Channel)
        return channel

    def chat(self, address: str) -> Chat:
        """Somebody's chat with the bot."""
        return self.api.person(address)

    async def hooked(self, within: float = 60.0) -> None:
        """Wait until the program has named its address to the platform: what is said before then goes to polling."""
        async with asyncio.timeout(within):
            while not self.api.webhook:
                await asyncio.sleep(0.01)

    async def quiet(self, within: float = 60.0) -> None:
        """Wait until everything that was said is handled and answered."""
        async with asyncio.timeout(within):
            while not self.api.taken or await self._open():
                await asyncio.sleep(0.02)

    async def _open(self) -> int:
        waiting = sa.select(sa.func.count()).where(inbox.c.state == "waiting").scalar_subquery()
        unsent = sa.select(sa.func.count()).where(outbox.c.state.in_(["waiting", "leased"])).scalar_subquery()
        async with self.bot.app.database.read() as tx:
            return int(await tx.value(sa.select(waiting + unsent)))

    async def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        async with self.bot.app.database.read() as tx:
            return [dict(row) for row in await tx.all(sa.select(table))]


@asynccontextmanager
async def connected(folder: Path, api: ZaloBot | None = None, **settings: Any) -> AsyncIterator[Line]:
    """The program on a copy of the demo's database, by polling, or by webhook with ``zalo_bot_mode``.

    A platform that is up already stays so. By webhook the platform knows the address before anybody writes.
    """
    async with (
        nullcontext(api) if api and api.port else api or ZaloBot() as platform,
        served(
            folder,
            zalo_bot_api_url=platform.url,
            zalo_bot_media_hosts="127.0.0.1",
            **{
                "channels": ("zalo_bot", "web"),
                "zalo_bot_token": platform.token,
                "zalo_bot_per_second": 100,
                **settings,
            },
        ) as bot,
    ):
        line = Line(platform, bot)
        if settings.get("zalo_bot_mode") == "webhook":
            await line.hooked()
        yield line


WEBHOOK: dict[str, Any] = {"zalo_bot_mode": "webhook", "zalo_bot_secret": SECRET}
