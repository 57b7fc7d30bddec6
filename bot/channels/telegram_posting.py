"""Say one message by Telegram's methods, with its photo or file, or change what stands there already."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Bot, InputFile, LinkPreviewOptions
from telegram.error import BadRequest

from bot.channels import Capabilities, SendFailed
from bot.channels.fit import split
from bot.channels.telegram_markup import entities_of, inline_of, markup_of
from bot.message import Message, width
from storage.files import NoSuchFile

log = structlog.get_logger()

MOST_KNOWN = 1000
"""Photos whose ids are remembered."""
Pictures = Callable[[str], Awaitable[bytes]]
"""The bytes of a stored picture by its name; raises NoSuchFile."""


class Posting:
    """The sending side of one bot."""

    def __init__(self, bot: Bot, pictures: Pictures, capabilities: Capabilities) -> None:
        self.bot, self.pictures, self.capabilities = bot, pictures, capabilities
        self._uploaded: dict[str, str] = {}
        """The platform's ids of photos, by their names."""

    async def post(self, chat: int, message: Message) -> str:
        """Say it, or change what it replaces; returns the platform's id of it. Raises TelegramError and SendFailed."""
        if message.replaces and (changed := await self._change(chat, message)):
            return changed
        markup, entities = markup_of(message), entities_of(message)
        if message.document:
            file = InputFile(message.document.content, filename=message.document.name)
            return str((await self.bot.send_document(chat, file, caption=message.text, reply_markup=markup)).message_id)
        if photo := await self._photo(message.picture):
            if width(message.text) <= self.capabilities.caption:
                return await self._show(
                    chat, message, photo, caption=message.text, caption_entities=entities, reply_markup=markup
                )
            await self._show(chat, message, photo)
        *before, last = split(message.text, self.capabilities.text)
        if before:
            entities = []  # a text with parts that are marked is checked beforehand to fit
        plain = LinkPreviewOptions(is_disabled=True)
        for part in before:
            await self.bot.send_message(chat, part, link_preview_options=plain)
        sent = await self.bot.send_message(
            chat, last, entities=entities, reply_markup=markup, link_preview_options=plain
        )
        if message.leave:
            await self.bot.leave_chat(chat)
        return str(sent.message_id)

    async def _photo(self, name: str) -> str | bytes | None:
        """What shows this picture: the platform's id of it, or its bytes. None if there is none, or it is lost.

        Raises SendFailed if it cannot be had at the moment.
        """
        if not name or name in self._uploaded:
            return self._uploaded.get(name)
        try:
            return await self.pictures(name)
        except NoSuchFile:
            log.warning("a picture is missing; the words go without it", picture=name)
            return None
        except Exception as failed:
            log.error("a picture is out of reach", picture=name, error=type(failed).__name__)
            raise SendFailed("retry", "picture") from failed

    async def _show(self, chat: int, message: Message, photo: str | bytes, **said: Any) -> str:
        """A photo is uploaded once, and known to the platform from then on."""
        sent = await self.bot.send_photo(chat, photo, **said)
        if len(self._uploaded) >= MOST_KNOWN:
            self._uploaded.clear()
        self._uploaded[message.picture] = sent.photo[-1].file_id
        return str(sent.message_id)

    async def _change(self, chat: int, message: Message) -> str:
        """Change or delete a message that was sent; returns nothing where that is no longer possible.

        Raises SendFailed where nothing may be said in its place.
        """
        try:
            if message.amends == "delete" and await self._delete(chat, message):
                return message.replaces
            await self._edit(chat, message)
        except BadRequest as refused:
            if "not modified" in str(refused):
                return message.replaces
            if re.search("can't be edited|not found|no (text|caption) in the message", str(refused)):
                if message.amends:
                    raise SendFailed("refused", "not_changed") from None
                return ""
            raise
        return message.replaces

    async def _edit(self, chat: int, message: Message) -> None:
        """Change the text, or the caption of a message with a photo; which it is the platform knows best."""
        edits = [self._edit_text]
        if width(message.text) <= self.capabilities.caption:
            edits.insert(0 if message.picture else 1, self._edit_caption)
        for edit, last in zip(edits, [*[False] * (len(edits) - 1), True], strict=True):
            try:
                return await edit(chat, message)
            except BadRequest as refused:
                if last or not re.search("no (text|caption) in the message", str(refused)):
                    raise

    async def _edit_text(self, chat: int, message: Message) -> None:
        entities, which = entities_of(message), int(message.replaces)
        await self.bot.edit_message_text(message.text, chat, which, entities=entities, reply_markup=inline_of(message))

    async def _edit_caption(self, chat: int, message: Message) -> None:
        said = {"caption": message.text, "caption_entities": entities_of(message), "reply_markup": inline_of(message)}
        await self.bot.edit_message_caption(chat, int(message.replaces), **said)  # type: ignore[arg-type]  # a dict

    async def _delete(self, chat: int, message: Message) -> bool:
        """Take a message away; False if it is too old for that, and only its text can be changed."""
        try:
            return await self.bot.delete_message(chat, int(message.replaces))
        except BadRequest as refused:
            return "to delete not found" in str(refused)
