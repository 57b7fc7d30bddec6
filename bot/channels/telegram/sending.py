"""Say a message on Telegram, or change one where it stands (core.telegram.org/bots/api#available-methods)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from telegram import Bot, InputFile, InputMediaPhoto
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels import Capabilities, SendFailed
from bot.channels.fit import in_parts
from bot.channels.kind import Pictures
from bot.channels.telegram.markup import captioned, inline_of, marked, markup_of
from bot.channels.telegram.transport import Transport
from bot.message import Message, changed, fits
from storage.files import NoSuchFile

log = structlog.get_logger()

MOST_KNOWN = 1000
"""Photos whose ids are remembered."""
NOTHING = "-"
"""Stands for the id of a part that was not sent, since the picture that it showed is lost."""
PLAYED = (".ogg", ".mp3")
"""What is played as a voice message (core.telegram.org/bots/api#sendvoice); browsers' M4A comes in fragments."""
PLAIN = {"is_disabled": True}
"""A message shows no preview of what it links to."""


class Sending:
    """The sending side of one bot."""

    def __init__(self, bot: Bot, pictures: Pictures, voices: Pictures, capabilities: Capabilities) -> None:
        self.bot, self.pictures, self.voices, self.capabilities = bot, pictures, voices, capabilities
        self._uploaded: dict[str, str] = {}
        """The platform's ids of photos, by their names."""
        self._without_keyboard: dict[int, None] = {}
        """Chats whose keyboard was taken away: where the next message fails, it is not taken away once more."""

    async def send(self, chat: int, message: Message) -> str:
        """Send a message that fits, or change one; returns the platform's ids of its parts.

        Raises what the library raises, NoSuchFile for a picture that is lost, and SendFailed while the store is out of
        reach, or where nothing may be said anew.
        """
        if message.replaces and (changed := await self._change(chat, message)):
            return changed
        if message.leave:
            return await self._leave(chat, message.text)
        if message.contact_over and inline_of(message) and chat not in self._without_keyboard:
            await self._take_keyboard_away(chat, message.contact_over)
        if message.contact:
            self._without_keyboard.pop(chat, None)
        return " ".join([await self._send(chat, part) for part in self._anew(message)])

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

    def _anew(self, message: Message) -> Sequence[Message]:
        """What could not be changed is said anew, in as many parts as it takes; what else comes here is one already."""
        if not message.replaces:
            return [message]
        return in_parts(changed(message, replaces="", lasting=True), self.capabilities)

    async def _send(self, chat: int, message: Message) -> str:
        markup = markup_of(message) | ({"protect_content": True} if message.private else {})
        if message.document:
            file = InputFile(message.document.content, filename=message.document.name)
            said = {**captioned(message), **markup}
            return str((await self.bot.send_document(chat, file, api_kwargs=said)).message_id)
        if message.album:
            protected = {name: value for name, value in markup.items() if name == "protect_content"}
            return await self._send_album(chat, message, protected)
        if message.voice:
            return await self._send_voice(chat, message.voice, {**captioned(message), **markup})
        if message.picture:
            return await self._send_photo(chat, message, {**captioned(message), **markup})
        return await self._say(chat, message.text, **marked("entities", message), **markup)

    async def _send_voice(self, chat: int, name: str, said: dict[str, Any]) -> str:
        """To be listened to in the chat where the platform plays it; what a browser recorded goes as a file."""
        voice = InputFile(await self._stored(self.voices, name), filename=f"voice.{name.rpartition('.')[2]}")
        if name.endswith(PLAYED):
            try:
                return str((await self.bot.send_voice(chat, voice, api_kwargs=said)).message_id)
            except BadRequest as refused:
                if "voice_messages_forbidden" not in str(refused).lower():  # who has set so still takes files
                    raise
        return str((await self.bot.send_document(chat, voice, api_kwargs=said)).message_id)

    async def _take_keyboard_away(self, chat: int, words: str) -> None:
        """Best effort: a message has either buttons or an end of the keyboard, so that what has buttons takes one more."""
        try:
            await self._say(chat, words, disable_notification=True, reply_markup={"remove_keyboard": True})
            self._without_keyboard[chat] = None
            if len(self._without_keyboard) > MOST_KNOWN:
                self._without_keyboard.pop(next(iter(self._without_keyboard)))
        except TelegramError as failed:
            log.info("a keyboard was not taken away", reason=str(failed))

    async def _say(self, chat: int, text: str, **how: object) -> str:
        given = {"chat_id": chat, "text": text, "link_preview_options": PLAIN, **how}
        return str((await call(self.bot, "sendMessage", given))["message_id"])

    async def _send_photo(self, chat: int, message: Message, said: dict[str, Any] | None = None) -> str:
        """A photo is uploaded once, and known to the platform from then on; where it is not any more, uploaded anew."""
        photo = self._uploaded.get(message.picture) or await self._stored(self.pictures, message.picture)
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

    async def _send_album(self, chat: int, message: Message, markup: dict[str, Any]) -> str:
        """Pictures as one; those that are lost are left out, and one alone is no album."""
        shown: dict[str, InputMediaPhoto] = {}
        for picture, caption in message.album:
            try:
                content = self._uploaded.get(picture) or await self._stored(self.pictures, picture)
                shown[picture] = InputMediaPhoto(content, caption=caption or None)
            except NoSuchFile:
                log.warning("a picture is lost; the others go without it", picture=picture)
        if len(shown) < 2:
            left = next(((picture, caption) for picture, caption in message.album if picture in shown), None)
            return (
                await self._send(chat, changed(message, picture=left[0], text=left[1], album=())) if left else NOTHING
            )
        try:
            sent = await self.bot.send_media_group(chat, [*shown.values()], api_kwargs=markup)
        except BadRequest as refused:
            if not shown.keys() & self._uploaded.keys():
                return await self._send_album(chat, _without_refused(message, [*shown], refused), markup)
            log.info("an album is uploaded anew", reason=str(refused))
            self._uploaded = {name: id for name, id in self._uploaded.items() if name not in shown}
            return await self._send_album(chat, message, markup)
        for picture, one in zip(shown, sent, strict=False):
            self._uploaded[picture] = one.photo[-1].file_id
        return " ".join(str(one.message_id) for one in sent)

    async def _stored(self, files: Pictures, name: str) -> bytes:
        """A picture or a voice message out of the store. Raises NoSuchFile, and SendFailed while the store is out of reach."""
        try:
            return await files(name)
        except NoSuchFile:
            raise
        except Exception as failed:
            log.warning("a file is out of reach; it is sent later", file=name, error=type(failed).__name__)
            raise SendFailed("retry", "file out of reach") from failed

    async def _change(self, chat: int, message: Message) -> str:
        """Change or delete a message that was sent; returns nothing where that is no longer possible.

        Raises SendFailed where nothing may be said in its place.
        """
        try:
            await (self._take_back if message.amends == "delete" else self._edit)(chat, message)
        except BadRequest as refused:
            if "not modified" in str(refused):
                return message.replaces
            if re.search("can't be edited|not found|no (text|caption) in the message", str(refused)):
                if message.amends:
                    raise SendFailed("refused", "not_changed") from None
                return ""
            raise
        return message.replaces

    async def _edit(self, chat: int, message: Message) -> bool:
        """Change the text, or the caption of a message with a photo; which it is the platform knows best. Returns whether
        there is more than words."""
        edits = [self._edit_text]
        if fits(message.text, self.capabilities.caption):
            edits.insert(0 if message.picture else 1, self._edit_caption)
        for edit, last in zip(edits, [*[False] * (len(edits) - 1), True], strict=True):
            try:
                await edit(chat, message)
                return edit == self._edit_caption
            except BadRequest as refused:
                if last or not re.search("no (text|caption) in the message", str(refused)):
                    raise
        return False

    async def _edit_text(self, chat: int, message: Message) -> None:
        said = {"text": message.text, **marked("entities", message), **inline_of(message)}
        await call(self.bot, "editMessageText", {"chat_id": chat, "message_id": ids_of(message)[-1], **said})

    async def _edit_caption(self, chat: int, message: Message) -> None:
        said = {**captioned(message), **inline_of(message)}
        await call(self.bot, "editMessageCaption", {"chat_id": chat, "message_id": ids_of(message)[-1], **said})

    async def _take_back(self, chat: int, message: Message) -> None:
        """Delete all of it at once; what is too old for that says instead that it was taken back, part after part.

        Raises SendFailed if it is private and what stands above those words, such as a photo, stays.
        """
        ids, stays = ids_of(message), False
        if len(ids) > 1 and await self._delete_all(chat, ids):
            return
        for n, id in enumerate(ids):
            await asyncio.sleep(self.capabilities.limits.gap(str(chat)) if n else 0)
            if not await self._delete(chat, id):
                stays = await self._edit(chat, changed(message, replaces=str(id))) or stays
        if stays and message.private:
            raise SendFailed("refused", "not_changed")

    async def _delete_all(self, chat: int, ids: Sequence[int]) -> bool:
        """Take several messages away by one request, which leaves aside what is gone; False if some are too old."""
        try:
            return await self.bot.delete_messages(chat, ids)
        except BadRequest:
            return False

    async def _delete(self, chat: int, id: int) -> bool:
        """Take a message away; False if it is too old for that, and only its text can be changed."""
        try:
            return await self.bot.delete_message(chat, id)
        except BadRequest as refused:
            return "to delete not found" in str(refused)


def _without_refused(message: Message, shown: Sequence[str], refused: BadRequest) -> Message:
    """The album without the picture that Telegram names by its number. Raises what it refused where it names none."""
    which = re.search(r"message #(\d+)", str(refused))
    if which is None or not 0 < int(which[1]) <= len(shown):
        raise refused
    lost = shown[int(which[1]) - 1]
    log.warning("a picture is refused; the others go without it", picture=lost, reason=str(refused))
    return changed(message, album=tuple(one for one in message.album if one[0] != lost))


def ids_of(message: Message) -> list[int]:
    """The platform's ids of the parts of what it takes the place of, but for those that had nothing to show."""
    return [int(id) for id in message.replaces.split() if id != NOTHING]


async def call(bot: Bot, method: str, given: Mapping[str, object]) -> Any:
    """The raw result of a method of which nothing is a file: what is said all day does not pass the library's look through
    each parameter."""
    assert isinstance(bot.request, Transport)
    return await bot.request.call(f"{bot.base_url}/{method}", given)
