"""Keep every channel of one process receiving: what one platform does to its channel ends none of the others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

import structlog

from bot.channels import Channel, Receive, Rejected
from bot.channels.standing import Standing
from bot.context import Context
from bot.turn.alarms import Alarm

log = structlog.get_logger()

PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds until a channel that failed receives again."""
PROVEN = 30.0
"""Seconds without a failure after which a channel is well."""
LOOK_AGAIN = 300.0
"""Seconds until a rejected token is tried again: platforms have rejected good ones before."""
OFTEN = 3
"""Failures in a row that somebody should know of."""


class NoChannelLeft(RuntimeError):
    """Every channel was rejected by its platform: there is nobody to talk to."""


class ChannelWatch:
    """Runs the channels, and says what is wrong with them."""

    def __init__(self, context: Context, receive: Receive, standing: Standing) -> None:
        self.channels, self.receive, self.standing = context.channels, receive, standing
        self._failures: dict[str, int] = {}
        """How often each has failed since it was last well."""

    async def run(self) -> None:
        """Receive until cancelled. Raises NoChannelLeft, in an exception group."""
        async with asyncio.TaskGroup() as group:
            for channel in self.channels.values():
                group.create_task(self._keep(channel), name=channel.name)
            await asyncio.Event().wait()

    async def look(self) -> Sequence[Alarm]:
        """What somebody should mend."""
        return [alarm for channel in self.channels.values() for alarm in self._alarms(channel)]

    def _alarms(self, channel: Channel) -> list[Alarm]:
        name, said = channel.name, {"channel": channel.name}
        if name in self.standing.rejected:
            return [Alarm(f"{name}:rejected", "trouble.rejected", said, name)]
        seen = [Alarm(f"{name}:{t.name}", t.sentence, {**said, **t.params}, name) for t in channel.troubles()]
        if self._failures.get(name, 0) >= OFTEN:
            seen.append(Alarm(f"{name}:failing", "trouble.failing", said, name))
        return seen

    async def _keep(self, channel: Channel) -> None:
        """Let one channel receive, again and again. Raises NoChannelLeft."""
        name = channel.name
        while True:
            began = monotonic()
            try:
                await self._run(channel)
                log.error("a channel stopped receiving", channel=name)
            except Exception as failed:
                if why := _rejection(failed):
                    log.critical("a platform rejects the token of its channel, which ends", channel=name, reason=why)
                    await self._end(name, why)
                    continue
                log.error("a channel failed", channel=name, exc_info=failed)
            failures = 0 if monotonic() - began > PROVEN else self._failures.get(name, 0)
            self._failures[name] = failures + 1
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])

    async def _end(self, name: str, why: str) -> None:
        """Nothing is sent or received on it for a while. Raises NoChannelLeft if it was the last."""
        self.standing.reject(name, why)
        if self.standing.rejected.keys() >= self.channels.keys():
            raise NoChannelLeft(f"no channel is left; the last was {name}: {why}")
        await asyncio.sleep(LOOK_AGAIN)

    async def _run(self, channel: Channel) -> None:
        """Receive until it fails. Raises Rejected, in a group, also where a sending found it out."""
        async with asyncio.TaskGroup() as group:
            heeding = group.create_task(self._heed(channel.name))
            await channel.run(self.receive)
            heeding.cancel()

    async def _heed(self, name: str) -> None:
        """Raise Rejected when a sending finds it; until then, what has run for a while is well."""
        if name in self.standing.rejected:  # it is tried again, and nothing is sent before it has proved well
            await asyncio.sleep(PROVEN)
            self.standing.accept(name)
            log.info("a platform accepts the token of its channel again", channel=name)
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(PROVEN):
                    raise Rejected(await self.standing.until_rejected(name))
        self._failures.pop(name, None)
        raise Rejected(await self.standing.until_rejected(name))


def _rejection(failed: BaseException) -> str:
    """Why a platform rejects a channel, if it is that which failed."""
    if isinstance(failed, BaseExceptionGroup):
        return next((why for one in failed.exceptions if (why := _rejection(one))), "")
    return str(failed) or "rejected" if isinstance(failed, Rejected) else ""
