"""Send, edit and delete messages of the bot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.bot_api.bot import Bot
from tests.fakes.bot_api.chats import Chat, Person
from tests.fakes.bot_api.files import UPLOAD_MOST, File, refuse_bad_photo
from tests.fakes.bot_api.refusal import Refusal
from tests.fakes.bot_api.sent import Sent
from tests.fakes.bot_api.updates import Json, without_none, written
from tests.fakes.bot_api_schema import Upload

TWO_DAYS = 48 * 3600
"""Seconds in which a message can be deleted (core.telegram.org/bots/api#deletemessage)."""
Params = Mapping[str, Any]


def chat_to_speak_in(bot: Bot, params: Params) -> Chat:
    """The chat of a request. Raises Refusal if the bot may not speak there."""
    chat = bot.chat(params.get("chat_id"))
    if chat.refusal:
        raise chat.refusal
    return chat


def text(params: Params) -> Json:
    """A text with its entities."""
    said = written(params["text"], params.get("entities") or ())
    return said | without_none(link_preview_options=params.get("link_preview_options"))


def caption(params: Params) -> Json:
    """A caption with its entities."""
    return without_none(
        caption=params.get("caption") or None,
        caption_entities=params.get("caption_entities") or None,
        show_caption_above_media=params.get("show_caption_above_media") or None,
    )


def send(bot: Bot, params: Params, content: Json, uploaded: bytes = b"") -> Sent:
    """Put a message into the chat. Raises Refusal."""
    chat = chat_to_speak_in(bot, params)
    markup = params.get("reply_markup")
    _refuse_private_questions(chat, markup)
    answered = _reply(chat, params.get("reply_parameters"))
    inline = {"reply_markup": markup} if markup and "inline_keyboard" in markup else {}
    sender = {"sender_chat": chat.chat} if chat.chat["type"] == "channel" else {"from": bot.user}
    head = {"message_id": chat.next_message_id(), **sender, "chat": chat.chat, "date": int(bot.now())}
    sent = Sent(head | answered | content | inline, markup, uploaded)
    chat.received(sent)
    return sent


def send_media(bot: Bot, params: Params, kind: str, item: Params, files: Mapping[str, Upload], **more: Any) -> Sent:
    """A photo, a document or a voice message, uploaded now or known by its file_id. Raises Refusal."""
    chat_to_speak_in(bot, params)
    file, name = _file(bot, kind, str(item[kind if kind in item else "media"]), files)
    if kind == "photo":
        whole: Json = {"photo": bot.files.photo(file.content)}
    elif kind == "voice":
        whole = {"voice": file.fields(duration=3, mime_type="audio/ogg")}
    else:
        whole = {"document": file.fields(**name)}
    return send(bot, params, whole | caption(item) | more, file.content)


def send_album(bot: Bot, params: Params, files: Mapping[str, Upload]) -> list[Sent]:
    """Several at once, which share a media_group_id. Raises Refusal, and then none is sent."""
    album = str(bot.random.getrandbits(53))
    for item in params["media"]:
        _file(bot, item["type"], item["media"], files)
    return [send_media(bot, params, one["type"], one, files, media_group_id=album) for one in params["media"]]


def edit(bot: Bot, params: Params, what: str) -> Json:
    """Change the text, the caption or only the buttons. Raises Refusal."""
    chat = chat_to_speak_in(bot, params)
    sent = chat.sent.get(params.get("message_id", 0))
    if sent is None and params.get("message_id") in chat.messages:
        raise Refusal(400, "message can't be edited")
    if sent is None or sent.deleted:
        raise Refusal(400, "message to edit not found")
    if not sent.editable:
        raise Refusal(400, "message can't be edited")
    raw = {k: v for k, v in sent.raw.items() if k not in ("reply_markup", "edit_date")}
    if what == "text":
        if "text" not in raw:
            raise Refusal(400, "there is no text in the message to edit")
        raw = {k: v for k, v in raw.items() if k not in ("entities", "link_preview_options")} | text(params)
    elif what == "caption":
        if "text" in raw:
            raise Refusal(400, "there is no caption in the message to edit")
        raw = {k: v for k, v in raw.items() if not k.startswith(("caption", "show_caption"))} | caption(params)
    markup = params.get("reply_markup")
    raw |= {"reply_markup": markup} if markup and markup.get("inline_keyboard") else {}
    if raw == {k: v for k, v in sent.raw.items() if k != "edit_date"}:
        same = (
            "specified new message content and reply markup are exactly the same as a current content and reply markup"
        )
        raise Refusal(400, f"message is not modified: {same} of the message")
    sent.raw = chat.messages[sent.id] = raw | {"edit_date": int(bot.now())}
    sent.edits += 1
    sent.remember()
    if what:
        chat.noticed(sent)
    return sent.raw


def delete(bot: Bot, params: Params) -> None:
    """Take a message away: one's own, or anyone's in a private chat, for two days. Raises Refusal."""
    chat = chat_to_speak_in(bot, params)
    if params["message_id"] not in chat.messages:
        raise Refusal(400, "message to delete not found")
    refuse_old(bot, chat, params["message_id"])
    del chat.messages[params["message_id"]]
    if sent := chat.sent.get(params["message_id"]):
        sent.deleted = True


def refuse_old(bot: Bot, chat: Chat, id: int) -> None:
    """Raises Refusal for what can no longer be deleted."""
    theirs = id not in chat.sent and not isinstance(chat, Person)
    if theirs or bot.now() - chat.messages[id]["date"] > TWO_DAYS:
        raise Refusal(400, "message can't be deleted")


def _refuse_private_questions(chat: Chat, markup: Params | None) -> None:
    buttons = [one for row in (markup or {}).get("keyboard", ()) for one in row if isinstance(one, Mapping)]
    if not isinstance(chat, Person) and any(one.get("request_contact") for one in buttons):
        raise Refusal(400, "phone number can be requested in private chats only")
    if not isinstance(chat, Person) and any(one.get("request_location") for one in buttons):
        raise Refusal(400, "location can be requested in private chats only")


def _reply(chat: Chat, reply: Params | None) -> Json:
    if not reply:
        return {}
    if reply["message_id"] not in chat.messages:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise Refusal(400, "message to be replied not found")
    return chat.reply(reply["message_id"])


def _file(bot: Bot, kind: str, value: str, files: Mapping[str, Upload]) -> tuple[File, Json]:
    """The file that a parameter means, with its name and type where they are known."""
    if kind not in ("photo", "document", "voice"):
        raise Refusal(400, f"the fake sends no {kind}")
    if not value.startswith("attach://"):
        if known := bot.files.get(value):
            return known, {}
        raise Refusal(400, "wrong file identifier/HTTP URL specified")
    upload = files[value.removeprefix("attach://")]
    if not upload.content:
        raise Refusal(400, "file must be non-empty")
    if len(upload.content) > UPLOAD_MOST:
        raise Refusal(413)
    if kind == "photo":
        refuse_bad_photo(upload.content)
        return bot.files.add(upload.content, "photos", ".jpg"), {}
    ending = "." + upload.name.rpartition(".")[2] if "." in upload.name else ""
    file = bot.files.add(upload.content, "documents", ending)
    return file, {"file_name": upload.name, "mime_type": upload.kind}
