"""Telegram's command menus, kept true: everybody's by language, and those of people with a role."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden

from bot.channels.insist import insist
from bot.channels.kind import Menus
from bot.channels.telegram.errors import seconds_of
from locales import FIRST

log = structlog.get_logger()

EVERY = 15
"""Seconds until a new officer sees her commands; they work at once."""
REFUSED = (BadRequest, Forbidden)
"""One chat's trouble, such as an officer who stopped the bot: the others' menus do not wait for it."""
Commands = Sequence[tuple[str, str]]


class MenuKeeper:
    """Shows what has changed since it was shown, one after the other: nobody waits for a menu."""

    def __init__(self, bot: Bot, wanted: Callable[[], Awaitable[Menus]]) -> None:
        self.bot, self.wanted = bot, wanted
        self._shown: dict[tuple[str, str], Commands] = {}
        """By address, and by language for everybody."""

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            await insist("menus", self.refresh, after=seconds_of)
            await asyncio.sleep(EVERY)

    async def refresh(self) -> None:
        """Show the menus of those whose roles or language changed since they were shown. What was shown before a failure
        is not shown again. Raises what the library raises."""
        menus = await self.wanted()
        everybody = {("", language): commands for language, commands in menus.everybody.items()}
        if default := menus.everybody.get(FIRST):
            everybody["", ""] = default
        chats = {(chat, ""): commands for chat, commands in menus.chats.items()}
        for (chat, language), commands in (everybody | chats).items():
            if self._shown.get((chat, language)) != commands:
                if (chat, language) in self._shown or await self._seen(chat, language) != list(commands):
                    await self._show(chat, language, commands)
                self._shown[chat, language] = commands

    async def _seen(self, chat: str, language: str) -> Commands | None:
        """What stands there, as another process may have left it; None where that cannot be told."""
        try:
            found = await self.bot.get_my_commands(_scope(chat), language_code=language or None)
        except REFUSED:
            return None
        return [(one.command, one.description) for one in found]

    async def _show(self, chat: str, language: str, commands: Commands) -> None:
        """Somebody without a role any more sees everybody's menu again. What is refused for good stays as it is."""
        scope = _scope(chat)
        try:
            if commands:
                shown = [BotCommand(name, help) for name, help in commands]
                await self.bot.set_my_commands(shown, scope, language_code=language or None)
            else:
                await self.bot.delete_my_commands(scope, language_code=language or None)
        except REFUSED as refused:
            log.warning("a command menu was refused", everybody=not chat, language=language, reason=str(refused))


def _scope(chat: str) -> BotCommandScope:
    return BotCommandScopeChat(chat) if chat else BotCommandScopeAllPrivateChats()
