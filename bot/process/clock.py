"""Do what is due: APScheduler only ticks, the tables say what there is to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import tzinfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.channels import Recurring
from bot.outage import outlived


class Clock:
    """Runs recurring work until cancelled. While the database is away, work waits for its next tick; any other failure
    ends the clock, so that it is seen."""

    def __init__(self, recurring: list[Recurring], zone: tzinfo) -> None:
        self.recurring, self.zone = recurring, zone

    async def run(self) -> None:
        """Tick until cancelled. Raises what the work raises."""
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        scheduler = AsyncIOScheduler(timezone=self.zone)
        for one in self.recurring:
            scheduler.add_job(
                self._watched(one, failed),
                IntervalTrigger(seconds=one.every, timezone=self.zone),
                name=one.name,
                # Its defaults would skip a tick that comes a second late, without a word.
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        scheduler.start()
        try:
            await failed
        finally:
            scheduler.shutdown(wait=False)

    @staticmethod
    def _watched(one: Recurring, failed: asyncio.Future[None]) -> Callable[[], Awaitable[None]]:
        async def tick() -> None:
            try:
                with outlived(one.name):
                    await one.work()
            except asyncio.CancelledError:
                pass  # the program ends, and APScheduler would log it as a failure
            except Exception as why:
                if not failed.done():
                    failed.set_exception(why)

        return tick
