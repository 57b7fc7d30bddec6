"""When somebody may be written to: free, paid, by template only, or not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Literal

from bot.channels import Window
from storage.database import Database
from storage.talk import people

FREE, PAID = timedelta(hours=48), timedelta(days=7)

Price = Literal["free", "paid", "template", "closed"]


class Windows:
    """What is known of one channel's people."""

    def __init__(self, channel: str, database: Database, now: Callable[[], datetime], window: Window) -> None:
        self.channel, self.database, self.now, self.window = channel, database, now, window

    async def price(self, address: str, asked: Callable[[], Awaitable[datetime | None]]) -> Price:
        """What a message to her costs now.

        ``asked`` says what the platform knows: taps of its menu and calls are no events, so it is asked before nothing is sent.
        """
        async with self.database.read() as tx:
            at = await people.heard_at(tx, self.channel, address)
        if at is None or self.of(at) in ("template", "closed"):
            seen = await asked()
            at = max(filter(None, (at, seen)), default=None)
        return self.of(at) if at else ("template" if self.window.template_dong is not None else "closed")

    def of(self, at: datetime) -> Price:
        """The price, if she last did something then."""
        age = self.now() - at
        if age <= self.window.free:
            return "free"
        if age <= self.window.paid:
            return "paid"
        return "template" if self.window.template_dong is not None else "closed"
