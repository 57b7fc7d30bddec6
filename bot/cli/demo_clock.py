"""Travel through the campaign's month in minutes: a clock that jumps ahead whenever nothing is on its way."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from time import monotonic

from bot.process.app import App
from storage.broadcast import broadcasts
from storage.demo import demo_month
from storage.talk import outbox

STEP = timedelta(minutes=5)
WAITS = 5.0
"""Seconds after which time goes on although something is still to be sent: it waits for the morning."""


class Traveller:
    """The time that a demo says it is. Between two jumps it runs like any other, so that leases hold."""

    def __init__(self, start: datetime) -> None:
        self._start, self._since, self._ahead = start, monotonic(), timedelta()
        self._lived_on: date | None = None

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=monotonic() - self._since) + self._ahead

    async def run(self, app: App, speed: float, until: datetime) -> None:
        """Go on in steps, so that a second lasts ``speed`` seconds, as far as everything due can be done meanwhile."""
        while self() < until:
            began = monotonic()
            while not await self._jump(app, anyway=monotonic() - began > WAITS):
                await asyncio.sleep(0.02)
            await self._live(app)
            await app.do("calendar")
            await app.do("reminders")
            await app.do("digest")
            app.broadcasting.wake()
            await asyncio.sleep(max(STEP.total_seconds() / speed - (monotonic() - began), 0))

    async def _live(self, app: App) -> None:
        """Each new day the made-up people do something good."""
        if app.today != self._lived_on:
            async with app.database.write() as tx:
                await demo_month.live(tx, self(), app.settings.zone)
            self._lived_on = app.today

    async def _jump(self, app: App, *, anyway: bool) -> bool:
        """One step ahead, if nothing is leased: it would be taken for lost."""
        async with app.database.write() as tx:  # nobody leases anything while we hold it
            now = self()
            free = not await outbox.any_open(tx)
            if free and (anyway or not await broadcasts.busy(tx, now)):
                self._ahead += STEP
                return True
        return False
