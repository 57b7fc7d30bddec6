"""What Telegram shows beside messages: answered presses, buttons that are gone, marks on photos. All of it is best effort."""

from __future__ import annotations

import asyncio
from collections import deque

import structlog
from telegram import Bot, ReactionTypeEmoji
from telegram.error import TelegramError

from bot.message import width

log = structlog.get_logger()

AT_LAST = 2.0
"""Seconds in which nearly every press is answered by what it led to; then its waiting sign ends without words."""
MOST = 200
"""UTF-16 units that pass by (core.telegram.org/bots/api#answercallbackquery)."""
REMEMBERED = 1000
RECEIVED = "👌"
"""One of the reactions that every bot may use (core.telegram.org/bots/api#reactiontypeemoji)."""


class Signs:
    """The signs of one bot."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        """The presses that wait for an answer, by their ids."""
        self._ended: deque[str] = deque(maxlen=REMEMBERED)
        """Presses that were answered; none is answered twice."""
        self._answering: set[asyncio.Task[bool]] = set()

    def expect(self, press: str) -> None:
        """A button was pressed: its waiting sign ends soon, whatever comes of it. A press that comes again waits once."""
        if press not in self._waiting and press not in self._ended:
            loop = asyncio.get_running_loop()
            self._waiting[press] = loop.call_later(AT_LAST, self.end_press, press)

    def end_press(self, press: str) -> None:
        """What the press led to is there: end its waiting sign, if nobody has."""
        if timer := self._waiting.pop(press, None):
            timer.cancel()
            self._ended.append(press)
            task = asyncio.create_task(self._answer(press))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def say(self, press: str, words: str) -> bool:
        """Answer a press with words that pass by; whether they were shown. One that is too old takes none any more."""
        if width(words) > MOST:
            return False
        if timer := self._waiting.pop(press, None):
            timer.cancel()
        elif press in self._ended:
            return False
        self._ended.append(press)
        return await self._answer(press, words)

    async def _answer(self, press: str, words: str | None = None) -> bool:
        try:
            return await self.bot.answer_callback_query(press, words)
        except TelegramError as failed:
            log.debug("a press was not answered", reason=str(failed))
            return False

    async def take_buttons(self, chat: int, id: int) -> None:
        """Take the buttons away from a message that stands there."""
        try:
            await self.bot.edit_message_reply_markup(chat, id)
        except TelegramError as failed:
            log.debug("buttons stay where they are", reason=str(failed))

    async def mark(self, chat: int, id: int) -> None:
        """Mark somebody's message as received."""
        try:
            await self.bot.set_message_reaction(chat, id, ReactionTypeEmoji(RECEIVED))
        except TelegramError as failed:
            log.info("a message was not marked as received", reason=str(failed))

    def close(self) -> None:
        """Show none any more."""
        for timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()
        for task in self._answering:
            task.cancel()
