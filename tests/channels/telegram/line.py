"""The program and a Telegram on loopback that it talks to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage.tables import inbox, outbox
from tests.fakes.bot_api import BotApi
from tests.fakes.served import Served, served


@dataclass
class Line:
    """The program and the Telegram that it talks to."""

    api: BotApi
    bot: Served

    async def quiet(self) -> None:
        """Wait until everything that was said is confirmed, handled and answered."""
        for _ in range(3000):
            if not self.api.pending and not await self._open():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the bot did not come to rest in 30 s")

    async def _open(self) -> int:
        waiting = sa.select(sa.func.count()).where(inbox.c.state == "waiting").scalar_subquery()
        due = outbox.c.due_at <= self.bot.app.now()
        unsent = sa.select(sa.func.count()).where(outbox.c.state.in_(["waiting", "leased"]), due).scalar_subquery()
        async with self.bot.app.database.read() as tx:
            return int(await tx.value(sa.select(waiting + unsent)))

    async def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        async with self.bot.app.database.read() as tx:
            return [dict(row) for row in await tx.all(sa.select(table))]


@asynccontextmanager
async def connected(folder: Path, known: BotApi | None = None, /, **settings: Any) -> AsyncIterator[Line]:
    """The program, receiving from a fake Telegram by polling, or by webhook with ``telegram_mode``."""
    async with (
        nullcontext(known) if known else BotApi() as api,
        served(
            folder,
            channels=("web", "telegram"),
            telegram_token=api.token,
            telegram_api_url=api.url,
            **{"telegram_per_second": 0, **settings},
        ) as bot,
    ):
        yield Line(api, bot)
