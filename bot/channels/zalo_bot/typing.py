"""Show somebody who has waited for a while that an answer is being written."""

from __future__ import annotations

import asyncio

from bot.channels.zalo_bot.client import InDoubt, NotSent, Refused, Unavailable, ZaloBotClient

SOON = 2.0
"""Seconds in which most answers are there."""


class Typing:
    """The signs of one process."""

    def __init__(self, client: ZaloBotClient, after: float = SOON) -> None:
        self.client, self.after = client, after
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def expect(self, chat: str) -> None:
        """Somebody wrote and is to be answered."""
        if chat not in self._waiting:
            task = self._waiting[chat] = asyncio.create_task(self._show(chat))
            task.add_done_callback(lambda _: self._waiting.pop(chat, None))

    def answered(self, chat: str) -> None:
        """An answer is on its way."""
        if task := self._waiting.get(chat):
            task.cancel()

    async def close(self) -> None:
        """Show none any more."""
        tasks = list(self._waiting.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _show(self, chat: str) -> None:
        """Best effort: a sign that fails is not missed."""
        await asyncio.sleep(self.after)
        try:
            await self.client.show_typing(chat)
        except (Refused, NotSent, InDoubt, Unavailable):
            pass
