"""What people see of the bot before they write to it, kept true: name, descriptions, menu button, photo.

Telegram limits these calls tightly, so that what stands there is always read first, and only what differs is set.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import structlog
from telegram import Bot, InputProfilePhotoStatic, MenuButtonCommands
from telegram.error import BadRequest

from bot.channels.insist import insist
from bot.channels.telegram.errors import seconds_of
from bot.channels.telegram.settings import TelegramSettings
from locales import FIRST, Speech

log = structlog.get_logger()

EVERY = 24 * 3600
"""Seconds until somebody looks again: it changes with a new version of the program, or by hand at @BotFather."""
DESCRIPTION, SHORT = 512, 120
"""Characters (core.telegram.org/bots/api#setmydescription, #setmyshortdescription)."""


class Profile:
    """The profile of one bot."""

    def __init__(self, bot: Bot, settings: TelegramSettings, speeches: Mapping[str, Speech]) -> None:
        self.bot, self.speeches = bot, speeches
        self.name, self.photo = settings.telegram_name, settings.telegram_photo

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            await insist("profile", self.refresh, after=seconds_of)
            await asyncio.sleep(EVERY)

    async def refresh(self) -> None:
        """Set what differs. What is refused for good stays as it is. Raises what else the library raises."""
        bot = self.bot
        for language, speech in [("", self.speeches[FIRST]), *self.speeches.items()]:
            said = speech.say("telegram.description"), speech.say("telegram.short_description")
            await self._text(bot.get_my_description, bot.set_my_description, "description", said[0], language)
            await self._text(
                bot.get_my_short_description, bot.set_my_short_description, "short_description", said[1], language
            )
        if self.name:
            await self._text(bot.get_my_name, bot.set_my_name, "name", self.name, "")
        if (await bot.get_chat_menu_button()).type != "commands":
            await _tried("menu button", bot.set_chat_menu_button(menu_button=MenuButtonCommands()))
        if self.photo:
            await self._show(self.photo)

    async def _text(
        self,
        get: Callable[..., Awaitable[Any]],
        set: Callable[..., Awaitable[bool]],
        field: str,
        wanted: str,
        language: str,
    ) -> None:
        given = {"language_code": language} if language else {}
        if getattr(await get(**given), field) != wanted:
            await _tried(field, set(**{field: wanted}, **given))

    async def _show(self, photo: Path) -> None:
        """Only where there is none: which photo stands there cannot be told from its file."""
        if (await self.bot.get_user_profile_photos(self.bot.id, limit=1)).total_count:
            return
        try:
            content = await asyncio.to_thread(photo.read_bytes)
        except OSError as failed:
            log.error("the photo for the profile cannot be read", error=type(failed).__name__)
            return
        await _tried("photo", self.bot.set_my_profile_photo(InputProfilePhotoStatic(content)))


async def _tried(what: str, setting: Awaitable[bool]) -> None:
    try:
        await setting
        log.info("the bot's profile was changed", what=what)
    except BadRequest as refused:
        log.warning("a part of the bot's profile was refused", what=what, reason=str(refused))
