"""Do what is due: the clock only ticks, the tables say what there is to do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NoReturn

from bot.channels import Recurring
from bot.outage import outlived


async def tick(recurring: Iterable[Recurring]) -> None:
    """Do recurring work until cancelled. While the database is away, it waits for its next tick; raises whatever else the
    work raises, so that it is seen."""
    ticking = [asyncio.create_task(_again_and_again(one), name=one.name) for one in recurring]
    try:
        await asyncio.gather(*ticking)
    finally:
        for one in ticking:
            one.cancel()


async def _again_and_again(one: Recurring) -> NoReturn:
    """Do it every so many seconds. What takes longer than until its next tick is not done twice for it."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due = max(due + one.every, loop.time())
        await asyncio.sleep(due - loop.time())
        with outlived(one.name):
            await one.work()
