"""What is written down of a bot: how much of its month is used, and what goes wrong, so that every process knows."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

import structlog

from bot.channels import Quota
from bot.channels.kind import Surroundings
from bot.message import Text
from bot.outage import outlived
from storage.database import Tx
from storage.talk import channel_errors, quotas

log = structlog.get_logger()


class Ledger:
    """The books of one bot."""

    def __init__(self, channel: str, surroundings: Surroundings) -> None:
        self.channel, self.database, self.now = channel, surroundings.database, surroundings.now
        self.zone, self.alarm = surroundings.speech.zone, surroundings.alarm
        self.stopped = False
        """Whether the token is no longer valid, so that nothing more is asked of the platform."""
        self._alarmed: set[str] = set()

    @property
    def month(self) -> date:
        """The first day of the month that counts now."""
        return self.now().astimezone(self.zone).date().replace(day=1)

    async def count(self, sent: int) -> bool:
        """Count what is about to be sent, or with a number below zero what was not taken after all; False if it could not
        be written down: then too much is counted rather than too little."""
        return await self._write(lambda tx: quotas.use(tx, self.channel, self.month, sent=sent))

    async def count_received(self, tx: Tx, n: int) -> None:
        """Count what came in, in the transaction that keeps it."""
        await quotas.use(tx, self.channel, self.month, received=n)

    async def exhaust(self, reason: str) -> None:
        """The platform takes no more this month."""
        await self._write(lambda tx: quotas.refuse(tx, self.channel, self.month, self.now()))
        await self.note("quota", reason)

    async def stop(self, reason: str) -> None:
        """The token is no longer valid."""
        self.stopped = True
        await self.note("token", reason)

    async def note(self, kind: str, reason: str, *, alarm: bool = True) -> None:
        """Write down what goes wrong, and tell the admins when this process sees it first."""
        log.warning("trouble with a channel", channel=self.channel, kind=kind, reason=reason)
        noted = await self._write(lambda tx: channel_errors.note(tx, self.channel, kind, reason, self.now()))
        if noted and alarm and kind not in self._alarmed:
            self._alarmed.add(kind)
            text = Text(f"zalo.trouble.{kind}", {"reason": reason})
            await self._write(lambda tx: self.alarm(tx, f"{kind}:{self.now().timestamp():.0f}", text, self.channel))

    async def warn(self, quota: Quota) -> None:
        """Tell the admins, once a month, that four fifths are used up."""

        async def tell(tx: Tx) -> None:
            used = await quotas.usage(tx, self.channel, self.month)
            if used.messages < quota.warns and used.people * 5 < quota.people * 4:
                return
            if await quotas.warn(tx, self.channel, self.month, self.now()):
                said = {"used": used.messages, "messages": quota.messages, "people": used.people, "most": quota.people}
                text = Text("quota.warning", {"channel": Text(f"channel.{self.channel}"), **said})
                await self.alarm(tx, f"quota:{self.month}", text, "")

        await self.database.transact(tell)

    async def mend(self, *kinds: str) -> None:
        """It goes well again."""

        async def forget(tx: Tx) -> None:
            for kind in kinds:
                await channel_errors.mended(tx, self.channel, kind)

        self._alarmed.difference_update(kinds)
        await self._write(forget)

    async def _write(self, unit: Callable[[Tx], Coroutine[Any, Any, None]]) -> bool:
        """Write in a transaction of its own; returns False while the database is away."""
        with outlived("the books of a channel"):
            await self.database.transact(unit)
            return True
        return False
