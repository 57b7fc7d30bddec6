"""What is written down of a bot: how much of its month is used, and what goes wrong, so that every process knows."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

import structlog

from bot.channels import Quota, Trouble
from bot.channels.kind import Surroundings
from bot.message import Text
from bot.outage import outlived
from storage.database import Tx
from storage.talk import channel_errors, quotas
from storage.talk.quotas import Usage

log = structlog.get_logger()

ALARMING = ("token", "taken", "webhook", "quota")
"""The kinds of errors that do not pass by themselves."""


class Ledger:
    """The books of one bot."""

    def __init__(self, channel: str, surroundings: Surroundings) -> None:
        self.channel, self.database, self.now = channel, surroundings.database, surroundings.now
        self.zone, self.alarm = surroundings.speech.zone, surroundings.alarm
        self.stopped = False
        """Whether the token is no longer valid, so that nothing more is asked of the platform."""
        self._wrong: dict[str, Trouble] = {}

    @property
    def month(self) -> date:
        """The first day of the month that counts now."""
        return self.now().astimezone(self.zone).date().replace(day=1)

    async def count(self, sent: int) -> bool:
        """Count what is about to be sent, or with a number below zero what was not taken after all; False if it could not
        be written down: then too much is counted rather than too little."""
        return await self._write(lambda tx: quotas.use(tx, self.channel, self.month, sent=sent))

    async def count_received(self, tx: Tx, n: int, *, called: bool) -> None:
        """Count what came in, in the transaction that keeps it; if the platform ``called``, its webhook works."""
        await quotas.use(tx, self.channel, self.month, received=n)
        if called and "webhook" in self._wrong:
            del self._wrong["webhook"]
            await channel_errors.mended(tx, self.channel, "webhook")

    async def exhaust(self, reason: str) -> None:
        """The platform takes no more this month."""
        await self._write(lambda tx: quotas.refuse(tx, self.channel, self.month, self.now()))
        await self.note("quota", reason)

    async def taken(self) -> None:
        """The platform took a message, so something is left of the month after all: somebody bought more."""
        if "quota" in self._wrong:
            await self._write(lambda tx: quotas.refuse(tx, self.channel, self.month, None))
            await self.mend("quota")

    async def stop(self, reason: str) -> None:
        """The token is no longer valid."""
        self.stopped = True
        await self.note("token", reason)

    async def note(self, kind: str, reason: str) -> None:
        """Write down what goes wrong; of some of it the admins are told."""
        log.warning("trouble with a channel", channel=self.channel, kind=kind, reason=reason)
        if kind in ALARMING:
            self._wrong[kind] = _trouble(kind, reason)
        await self._write(lambda tx: channel_errors.note(tx, self.channel, kind, reason, self.now()))

    @property
    def troubles(self) -> list[Trouble]:
        """What somebody should mend or know, as far as this process knows."""
        return list(self._wrong.values())

    async def look(self, quota: Quota) -> None:
        """Read what any process wrote down, and tell the admins once a month that four fifths of the people are there."""
        async with self.database.read() as tx:
            used = await quotas.usage(tx, self.channel, self.month)
            seen = {one.kind: one.reason for one in await channel_errors.seen(tx, self.channel) if one.kind in ALARMING}
        if "quota" in seen and used.refused_at is None:  # that was last month
            await self.mend("quota")
            del seen["quota"]
        self._wrong = {kind: _trouble(kind, reason) for kind, reason in seen.items()}
        said = {"used": used.messages, "messages": quota.messages}
        if used.messages >= quota.warns:
            self._wrong["quota_low"] = Trouble("quota_low", "zalo.trouble.quota_low", said)
        if used.messages >= quota.keeps:
            self._wrong["quota_kept"] = Trouble("quota_kept", "zalo.trouble.quota_kept", said)
        if used.people * 5 >= quota.people * 4:
            await self._warn_of_people(used, quota)

    async def _warn_of_people(self, used: Usage, quota: Quota) -> None:
        async def tell(tx: Tx) -> None:
            if await quotas.warn(tx, self.channel, self.month, self.now()):
                said = {"people": used.people, "most": quota.people}
                text = Text("quota.people", {"channel": Text(f"channel.{self.channel}"), **said})
                await self.alarm(tx, f"people:{self.month}", text, "")

        await self.database.transact(tell)

    async def mend(self, *kinds: str) -> None:
        """It goes well again."""

        async def forget(tx: Tx) -> None:
            for kind in kinds:
                await channel_errors.mended(tx, self.channel, kind)

        for kind in kinds:
            self._wrong.pop(kind, None)
        await self._write(forget)

    async def _write(self, unit: Callable[[Tx], Coroutine[Any, Any, None]]) -> bool:
        """Write in a transaction of its own; returns False while the database is away."""
        with outlived("the books of a channel"):
            await self.database.transact(unit)
            return True
        return False


def _trouble(kind: str, reason: str) -> Trouble:
    return Trouble(kind, f"zalo.trouble.{kind}", {"reason": reason})
