"""The people and groups of a test: they speak, press, block, and see what the bot says to them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.fakes.bot_api.refusal import Refusal
from tests.fakes.bot_api.sent import Sent
from tests.fakes.bot_api.updates import ANONYMOUS, Json, without_none, written

if TYPE_CHECKING:
    from tests.fakes.bot_api.bot import Bot

PATIENCE = 20.0
"""Seconds to wait for the bot."""


class Chat:
    """What every kind of chat has. `inbox` holds what the bot said and did not delete, with edits applied."""

    message_kind, edit_kind = "message", "edited_message"

    def __init__(self, bot: Bot, chat: Json) -> None:
        self.bot, self.chat = bot, chat
        self.messages: dict[int, Json] = {}
        """Every message of the chat, as raw as Telegram sends it."""
        self.sent: dict[int, Sent] = {}
        """Every message of the bot, also deleted ones."""
        self.refusal: Refusal | None = None
        """Why the bot cannot speak here, if it cannot."""
        self.actions: list[str] = []
        """What sendChatAction showed."""
        self.reactions: dict[int, list[str]] = {}
        """The bot's reactions, by message."""
        self._news: list[Sent] = []
        self._came = asyncio.Event()

    @property
    def id(self) -> int:
        return int(self.chat["id"])

    @property
    def inbox(self) -> list[Sent]:
        return [sent for sent in self.sent.values() if not sent.deleted]

    @property
    def unread(self) -> list[Sent]:
        """What the bot said or edited and no `answer` has taken yet."""
        return list(self._news)

    async def answer(self, count: int = 1, timeout: float = PATIENCE) -> Sent:
        """Wait for the next `count` things that the bot says (an edit counts) and return the last of them.

        Raises AssertionError after `timeout` seconds.
        """
        return (await self.answers(count, timeout))[-1]

    async def answers(self, count: int = 1, timeout: float = PATIENCE) -> list[Sent]:
        """The same, all of them."""
        try:
            async with asyncio.timeout(timeout):
                while len(self._news) < count:
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            said = [sent.text for sent in self._news]
            raise AssertionError(f"{len(said)} of {count} answers came to {self.id} in {timeout} s: {said}") from None
        taken, self._news = self._news[:count], self._news[count:]
        return taken

    def next_message_id(self) -> int:
        return self.bot.next_message_id()

    def send(self, sender: Json | None = None, **content: Any) -> int:
        """Anything that a message can hold, in the Bot API's words; returns its message id."""
        message_id = self.next_message_id()
        head: Json = {"message_id": message_id} | ({"from": sender} if sender else {})
        message = self.messages[message_id] = head | {"chat": self.chat, "date": int(self.bot.now())} | content
        self.bot.push(self.message_kind, message)
        return message_id

    def edit(self, message_id: int, text: str) -> None:
        """Change a text or a caption."""
        message = dict(self.messages[message_id])
        for name in ("text", "entities", "caption"):
            message.pop(name, None)
        has_media = "text" not in self.messages[message_id]
        message |= {"edit_date": int(self.bot.now())} | ({"caption": text} if has_media else written(text))
        self.messages[message_id] = message
        self.bot.push(self.edit_kind, message)

    def reply(self, message_id: int | None) -> Json:
        """What a message says about the one it answers."""
        if message_id is None:
            return {}
        return {"reply_to_message": {k: v for k, v in self.messages[message_id].items() if k != "reply_to_message"}}

    def received(self, sent: Sent) -> None:
        """The bot said something."""
        self.sent[sent.id] = sent
        self.messages[sent.id] = sent.raw
        self.noticed(sent)

    def noticed(self, sent: Sent) -> None:
        """Something of the bot is new to see."""
        self._news.append(sent)
        self._came.set()


class Person(Chat):
    """Somebody in a private chat with the bot."""

    def __init__(self, bot: Bot, user: Json, phone: str) -> None:
        names = ("id", "first_name", "last_name", "username")
        super().__init__(bot, {name: user[name] for name in names if name in user} | {"type": "private"})
        self.user, self.phone = user, phone
        self.toasts: list[tuple[str, bool]] = []
        """What pressing showed: the text, and whether as an alert."""
        self.presses_answered: set[str] = set()

    def say(self, text: str, *, reply_to: int | None = None) -> int:
        """Write a text or a command; returns its message id."""
        return self._send(**self.reply(reply_to), **written(text))

    def start(self, payload: str = "") -> int:
        """Press «Start», perhaps by a deep link."""
        return self.say(f"/start {payload}".strip())

    def press(self, button: str, message_id: int | None = None, *, inaccessible: bool = False) -> str:
        """Press a button by its label or data: under that message, or the latest that ever had it.

        A data that no button has is sent all the same, as a forger would. `inaccessible` says no more of the message
        than its id, as for one that is old. A button in place of the keyboard says its label or shares the contact.
        Returns the query's id, or the empty text if the button was no inline one.
        """
        said = [self.sent[message_id]] if message_id is not None else list(self.sent.values())[::-1]
        if not said:
            raise LookupError("the bot has said nothing that could be pressed")
        on, found = next(((sent, b) for sent in said if (b := sent.button(button))), (said[0], None))
        if found and not found.data:
            if found.url:
                raise LookupError(f"{button!r} opens {found.url}; the bot hears nothing of it")
            self.send_contact(self.phone) if found.asks == "contact" else self.say(found.label)
            return ""
        message: Json = {"chat": self.chat, "message_id": on.id, "date": 0} if inaccessible else dict(on.raw)
        self._may_write()
        return self.bot.pressed(self, message, found.data if found else button)

    def send_photo(
        self, data: bytes, caption: str | None = None, album: str | None = None, *, size: int | None = None
    ) -> int:
        """Photos with the same `album` belong together; `size` is what the server says it has."""
        text = written(caption) if caption else {}
        return self._send(
            **without_none(media_group_id=album, caption=text.get("text"), caption_entities=text.get("entities")),
            photo=self.bot.files.photo(data, size=size),
        )

    def send_document(
        self,
        data: bytes,
        name: str = "anh.jpg",
        mime: str = "image/jpeg",
        caption: str | None = None,
        *,
        size: int | None = None,
        album: str | None = None,
    ) -> int:
        file = self.bot.files.add(data, "documents", "." + name.rpartition(".")[2], size=size)
        return self._send(
            **without_none(media_group_id=album, caption=caption), document=file.fields(file_name=name, mime_type=mime)
        )

    def send_voice(self, data: bytes = b"OggS", duration: int = 3) -> int:
        file = self.bot.files.add(data, "voice", ".oga")
        return self._send(voice=file.fields(duration=duration, mime_type="audio/ogg"))

    def send_video(self, data: bytes = b"\0\0\0\x18ftypmp42", duration: int = 5, caption: str | None = None) -> int:
        file = self.bot.files.add(data, "videos", ".mp4")
        video = file.fields(width=640, height=360, duration=duration, mime_type="video/mp4")
        return self._send(**without_none(caption=caption), video=video)

    def send_sticker(self, emoji: str = "❤️") -> int:
        file = self.bot.files.add(b"RIFF\0\0\0\0WEBP", "stickers", ".webp")
        sticker = file.fields(type="regular", width=512, height=512, is_animated=False, is_video=False, emoji=emoji)
        return self._send(sticker=sticker)

    def send_contact(self, phone: str, own: bool = True) -> int:
        """Share a phone number: one's own, as the button does, or a friend's."""
        me = {name: self.user[name] for name in ("first_name", "last_name") if name in self.user}
        contact = {"phone_number": phone} | (me | {"user_id": self.id} if own else {"first_name": "Bạn"})
        return self._send(contact=contact)

    def send_location(self, latitude: float, longitude: float) -> int:
        return self._send(location={"latitude": latitude, "longitude": longitude})

    def block(self) -> None:
        """Stop the bot: it is told, and whatever it sends is refused."""
        self.refusal = Refusal(403, "bot was blocked by the user")
        self._member("member", "kicked")

    def unblock(self) -> None:
        self.refusal = None
        self._member("kicked", "member")

    def deactivate(self) -> None:
        """Delete the account; the bot learns it only when it sends."""
        self.refusal = Refusal(403, "user is deactivated")

    def answered(self, query_id: str, answer: Mapping[str, Any]) -> None:
        """The bot answered a press."""
        self.presses_answered.add(query_id)
        if text := answer.get("text"):
            self.toasts.append((str(text), bool(answer.get("show_alert"))))

    def _send(self, **content: Any) -> int:
        self._may_write()
        return self.send(self.user, **content)

    def _may_write(self) -> None:
        if self.refusal:
            raise RuntimeError(f"{self.id} cannot write: {self.refusal.description}")

    def _member(self, before: str, after: str) -> None:
        self.bot.push("my_chat_member", membership(self.bot, self.chat, self.user, before, after))


class Group(Chat):
    """A group, supergroup or channel; the bot is a member unless it was removed."""

    def __init__(self, bot: Bot, chat: Json) -> None:
        super().__init__(bot, chat)
        if chat.get("type") == "channel":
            self.message_kind, self.edit_kind = "channel_post", "edited_channel_post"
        self._messages = 0

    def next_message_id(self) -> int:
        """Supergroups and channels count for themselves."""
        if self.chat.get("type") == "group":
            return super().next_message_id()
        self._messages += 1
        return self._messages

    def say(self, person: Person | None, text: str, *, reply_to: int | None = None) -> int:
        """A member writes; nobody means an admin who writes as the group."""
        whose: Json = {} if person else {"sender_chat": self.chat}
        return self.send(person.user if person else ANONYMOUS, **whose, **self.reply(reply_to), **written(text))

    def post(self, text: str, **content: Any) -> int:
        """What a channel publishes."""
        return self.send(None, sender_chat=self.chat, **written(text), **content)

    def add_bot(self, person: Person) -> None:
        """Somebody adds the bot."""
        self.refusal = None
        self.bot.push("my_chat_member", membership(self.bot, self.chat, person.user, "left", "member"))
        if self.chat["type"] != "channel":
            self.send(person.user, new_chat_members=[self.bot.user], new_chat_member=self.bot.user)

    def kick_bot(self, person: Person) -> None:
        """Somebody removes the bot."""
        self.bot.push("my_chat_member", membership(self.bot, self.chat, person.user, "member", "kicked"))
        self.refusal = Refusal(403, f"bot was kicked from the {self.chat['type']} chat")

    def left(self) -> None:
        """The bot left by itself."""
        self.bot.push("my_chat_member", membership(self.bot, self.chat, self.bot.user, "member", "left"))
        self.refusal = Refusal(403, f"bot is not a member of the {self.chat['type']} chat")

    def migrate(self, new_id: int) -> Group:
        """Become a supergroup of that id; whatever is sent to the old one is refused with the new id."""
        self.send(ANONYMOUS, sender_chat=self.chat, migrate_to_chat_id=new_id)
        self.refusal = Refusal(400, "group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": new_id})
        new = Group(self.bot, {"id": new_id, "title": self.chat.get("title", ""), "type": "supergroup"})
        self.bot.chats[new_id] = new
        new.send(ANONYMOUS, sender_chat=new.chat, migrate_from_chat_id=self.id)
        return new


def membership(bot: Bot, chat: Json, actor: Json, before: str, after: str) -> Json:
    """How Telegram tells that the bot's place in a chat changed."""

    def member(status: str) -> Json:
        return {"user": bot.user, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    changed = {"old_chat_member": member(before), "new_chat_member": member(after)}
    return {"chat": chat, "from": actor, "date": int(bot.now())} | changed
