"""Several processes serve one Zalo bot: they count one month together, and one of them at a time asks for what is new."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bot.process.app import App
from storage.tables import leases
from storage.tables import quotas as table
from storage.talk import quotas
from storage.talk.quotas import Usage
from tests.channels.zalo_bot.line import Line, connected
from tests.fakes.zalo_bot import ZaloBot
from tests.stage import BOTH, NINE, Stage, Template

MONTH = NINE.date().replace(day=1)


@BOTH
async def test_two_processes_count_one_month_and_one_of_them_warns(stage: Stage) -> None:
    async with stage.program() as left, stage.program() as right:

        async def use(app: App, n: int) -> None:
            await app.database.transact(lambda tx: quotas.use(tx, "zalo_bot", MONTH, sent=1, received=n % 2))

        async def warn(app: App) -> bool:
            return await app.database.transact(lambda tx: quotas.warn(tx, "zalo_bot", MONTH, app.now()))

        await asyncio.gather(*(use(app, n) for n in range(40) for app in (left, right)))
        assert sorted(await asyncio.gather(*map(warn, (left, right, left, right)))) == [False, False, False, True]
        async with right.database.read() as tx:
            used = await quotas.usage(tx, "zalo_bot", MONTH)
        assert used == Usage(sent=80, received=40, people=used.people)
    assert len(await stage.rows(table)) == 1


async def answered(line: Line, address: str) -> None:
    person = line.api.person(address)
    person.says("/menu")
    await person.answers(within=30)


async def test_of_two_processes_one_asks_and_the_other_takes_over(postgres_template: Template, tmp_path: Path) -> None:
    url = postgres_template.copy(tmp_path)
    given: dict[str, Any] = {"database_url": url, "files_url": str(tmp_path / "files")}
    async with ZaloBot() as api, AsyncExitStack() as one, AsyncExitStack() as other:
        first = await one.enter_async_context(connected(tmp_path, api, **given))
        await answered(first, "a1")
        second = await other.enter_async_context(connected(tmp_path, api, **given))
        for n in range(5):
            await answered(second, f"b{n}")
            assert api.waiting <= 1
        await one.aclose()
        await answered(second, "c1")
        (lease,) = await second.rows(leases)
        assert (lease["name"], lease["token"]) == (f"receive:zalo_bot:{api.token.partition(':')[0]}", 2)
        assert [row["received"] for row in await second.rows(table)] == [7]
    postgres_template.drop(url)
