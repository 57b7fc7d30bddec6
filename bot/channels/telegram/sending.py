"""Say a message on Telegram, or change one where it stands (core.telegram.org/bots/api#available-methods)."""

from __future__ import annotations

import re
from typing import Any

import structlog
from telegram import Bot, InputFile
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels import Capabilities, SendFailed
from bot.channels.fit import split
from bot.channels.kind import Pictures
from bot.channels.telegram.markup import inline_of, marked, markup_of
from bot.message import Message, width
from storage.files import NoSuchFile

log = structlog.get_logger()

MOST_KNOWN = 1000
"""Photos whose ids are remembered."""
PLAIN = {"is_disabled": True}
"""A message shows no preview of what it links to."""


class Sending:
    """The sending side of one bot."""

    def __init__(self, bot: Bot, pictures: Pictures, capabilities: Capabilities) -> None:
        self.bot, self.pictures, self.capabilities = bot, pictures, capabilities
        self._uploaded: dict[str, str] = {}
        """The platform's ids of photos, by their names."""

    async def send(self, chat: int, message: Message) -> str:
        """Send a message that fits; returns the platform's id of it. Raises what the library raises, NoSuchFile for a picture
        that is lost, and SendFailed while the store is out of reach, or where nothing may be said anew."""
        if message.replaces and (changed := await self._change(chat, message)):
            return changed
        if message.leave:
            return await self._leave(chat, message.text)
        markup = markup_of(message)
        if message.document:
            file = InputFile(message.document.content, filename=message.document.name)
            return str((await self.bot.send_document(chat, file, caption=message.text, api_kwargs=markup)).message_id)
        if message.picture:
            if width(message.text) <= self.capabilities.caption:
                return await self._send_photo(
                    chat, message, {"caption": message.text, **marked("caption_entities", message), **markup}
                )
            await self._send_photo(chat, message)
        *before, last = split(message.text, self.capabilities.text)
        for part in before:
            await self._say(chat, part)
        # A text with parts that are marked is checked beforehand to fit into one message.
        marks = {} if before else marked("entities", message)
        sent_as = await self._say(chat, last, **marks, **markup)
        if message.contact_over and "reply_markup" in inline_of(message):
            await self._take_keyboard_away(chat)
        return sent_as

    async def _leave(self, chat: int, text: str) -> str:
        """Leave a group, with these words if it takes them; it may well have put us out already."""
        try:
            if text:
                await self._say(chat, text)
        except (BadRequest, Forbidden) as refused:
            log.info("a group is left without a word", reason=str(refused))
        try:
            await self.bot.leave_chat(chat)
        except (BadRequest, Forbidden) as refused:
            log.info("a group had put us out already", reason=str(refused))
        return ""

    async def _take_keyboard_away(self, chat: int) -> None:
        """Best effort: a message has either buttons or an end of the keyboard, so that this takes one of its own, which
        goes again at once."""
        try:
            over = await self._say(chat, "👌", disable_notification=True, reply_markup={"remove_keyboard": True})
            await self.bot.delete_message(chat, int(over))
        except TelegramError as failed:
            log.info("a keyboard was not taken away", reason=str(failed))

    async def _say(self, chat: int, text: str, **how: object) -> str:
        given = {"chat_id": chat, "text": text, "link_preview_options": PLAIN, **how}
        return str((await call(self.bot, "sendmessage", given))["message_id"])

    async def _send_photo(self, chat: int, message: Message, said: dict[str, Any] | None = None) -> str:
        """A photo is uploaded once, and known to the platform from then on; where it is not any more, uploaded anew."""
        photo = self._uploaded.get(message.picture) or await self._picture(message.picture)
        try:
            sent = await self.bot.send_photo(chat, photo, api_kwargs=said)
        except BadRequest as refused:
            if isinstance(photo, bytes) or not re.search("file|photo|media", str(refused), re.IGNORECASE):
                raise
            log.info("a photo is no longer known to the platform; it is uploaded anew", reason=str(refused))
            self._uploaded.pop(message.picture, None)
            return await self._send_photo(chat, message, said)
        if len(self._uploaded) >= MOST_KNOWN:
            self._uploaded.clear()
        self._uploaded[message.picture] = sent.photo[-1].file_id
        return str(sent.message_id)

    async def _picture(self, name: str) -> bytes:
        """A picture out of the store. Raises NoSuchFile, and SendFailed while the store is out of reach."""
        try:
            return await self.pictures(name)
        except NoSuchFile:
            raise
        except Exception as failed:
            log.warning("a picture is out of reach; it is sent later", picture=name, error=type(failed).__name__)
            raise SendFailed("retry", "picture out of reach") from failed

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
        said = {"text": message.text, **marked("entities", message), **inline_of(message)}
        await call(self.bot, "editmessagetext", {"chat_id": chat, "message_id": int(message.replaces), **said})

    async def _edit_caption(self, chat: int, message: Message) -> None:
        said = {"caption": message.text, **marked("caption_entities", message), **inline_of(message)}
        await call(self.bot, "editmessagecaption", {"chat_id": chat, "message_id": int(message.replaces), **said})

    async def _delete(self, chat: int, message: Message) -> bool:
        """Take a message away; False if it is too old for that, and only its text can be changed."""
        try:
            return await self.bot.delete_message(chat, int(message.replaces))
        except BadRequest as refused:
            return "to delete not found" in str(refused)


async def call(bot: Bot, method: str, given: dict[str, Any], **how: Any) -> Any:
    """The raw result of a method, its name written small, since the library warns against those that it knows;
    Telegram reads names in any case."""
    return await bot.do_api_request(method, api_kwargs=given, **how)
