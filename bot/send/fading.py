"""Take away what shows somebody's particulars after a while, where the platform can; what stays is counted and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.context import Context
from bot.message import Message
from bot.turn.alarms import Alarm
from storage.campaign import settings
from storage.database import Tx
from storage.talk import fading, outbox
from storage.talk.outbox import Outgoing

EVERY = 300
"""Seconds between two looks: little against the hours that such a message stays."""
GRACE = timedelta(minutes=30)
"""After which what still stands there stays."""


class Fades:
    """Takes private messages away, for one process. Doing it twice, or late, makes no difference."""

    def __init__(self, context: Context) -> None:
        self.context = context

    async def fade(self) -> int:
        """Have those messages deleted whose time is over; returns how many."""
        return await self.context.database.transact(self._fade)

    async def look(self) -> Sequence[Alarm]:
        """What could not be taken away, by channel."""
        async with self.context.database.read() as tx:
            before = self.context.now() - await self._hours(tx) - GRACE
            staying = await fading.count_staying(tx, self._able(), before)
        return [
            Alarm(f"{name}:private", "trouble.private", {"channel": name, "n": n}) for name, n in staying.items() if n
        ]

    async def _fade(self, tx: Tx) -> int:
        now = self.context.now()
        await fading.bury(tx, self._able())
        over = await fading.find_over(tx, self._able(), now - await self._hours(tx))
        await outbox.add(tx, [self._taking_away(one) for one in over], now)
        return len(over)

    def _taking_away(self, one: fading.Fading) -> Outgoing:
        speech = self.context.speeches.get(one.language, self.context.speech)
        said = Message(speech.say("private.gone"), private=True, amends="delete")
        to = (one.channel, one.address, one.account_id)
        return Outgoing(*to, f"{fading.KEY}{one.id}", said.dump(), "notice", replaces_id=one.id)

    def _able(self) -> list[str]:
        return [name for name, channel in self.context.channels.items() if channel.capabilities.edits]

    async def _hours(self, tx: Tx) -> timedelta:
        return timedelta(hours=await settings.read(tx, settings.PRIVATE_HOURS))
