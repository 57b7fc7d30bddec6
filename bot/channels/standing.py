"""Which channels of one process their platforms have rejected: nothing is sent on them until they are accepted again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping


class Standing:
    """What is known of the channels' tokens, whoever found it out: who receives, or who sends."""

    def __init__(self) -> None:
        self._why: dict[str, str] = {}
        self._rejected: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def reject(self, channel: str, why: str) -> None:
        """The platform does not accept this channel's token."""
        self._why[channel] = why
        self._rejected[channel].set()

    def accept(self, channel: str) -> None:
        """It does."""
        self._why.pop(channel, None)
        self._rejected[channel].clear()

    @property
    def rejected(self) -> Mapping[str, str]:
        """The channels that were rejected, and why."""
        return self._why

    async def until_rejected(self, channel: str) -> str:
        """Returns why, as soon as it is."""
        await self._rejected[channel].wait()
        return self._why[channel]
