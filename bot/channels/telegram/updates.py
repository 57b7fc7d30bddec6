"""Read Telegram's raw updates (core.telegram.org/bots/api#update). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import orjson

from bot.channels import SHEET, Media
from bot.message import Heard, changed
from bot.vietnamese.fold import clean

MISSHAPEN = (KeyError, TypeError, AttributeError, ValueError, IndexError)
OUT = ("left", "kicked")
"""What we are in a group that we are not in."""
OTHER = (
    "voice", "audio", "video", "video_note", "animation", "sticker", "document", "location", "venue", "contact", "poll", "dice",
    "story", "game", "paid_media", "checklist",
)  # fmt: skip

SILENT = (
    "pinned_message", "message_auto_delete_timer_changed", "write_access_allowed", "connected_website", "chat_background_set",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened", "boost_added",
)  # fmt: skip
"""Told of in a private chat without anybody having said anything."""
UNSAID = ("", "application/octet-stream")
"""The kinds of files whose sender did not know their kind."""
FILE = b'"file_id"'
"""Stands in every update with a file, so that the others need not be read for one."""
PICTURES = (".jpg", ".jpeg", ".jfif", ".png", ".webp")


def dump(raw: Mapping[str, Any]) -> bytes:
    """An update as the inbox keeps it; one that no JSON can hold is kept empty, so that it does not block the others."""
    try:
        return orjson.dumps(raw)
    except orjson.JSONEncodeError:
        pass
    try:
        return json.dumps(raw).encode()  # lone surrogates, as escapes
    except RecursionError:
        return b"{}"


def load(payload: bytes) -> Mapping[str, Any]:
    """An update as it was kept. Raises ValueError."""
    try:
        return cast("Mapping[str, Any]", orjson.loads(payload))
    except orjson.JSONDecodeError:
        return cast("Mapping[str, Any]", json.loads(payload))


def chat_id(raw: Mapping[str, Any], kinds: Sequence[str]) -> str:
    """Whose order an update belongs to; nobody's if it has no chat."""
    for kind in kinds:
        if isinstance(found := raw.get(kind), dict):
            holder = found.get("message") if kind == "callback_query" else found
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return str(chat["id"])
    return ""


def press_in(raw: Mapping[str, Any]) -> str:
    """The id of a press that waits for an answer; empty if there is none."""
    query = raw.get("callback_query")
    id = query.get("id") if isinstance(query, dict) else None
    return id if isinstance(id, str) else ""


def awaited_in(raw: Mapping[str, Any]) -> str:
    """The private chat in which somebody waits for an answer to this; nobody does where it is empty."""
    query = raw.get("callback_query")
    said = raw.get("message") or (query.get("message") if isinstance(query, dict) else None)
    chat = said.get("chat") if isinstance(said, dict) else None
    if not isinstance(chat, dict) or chat.get("type") != "private" or not isinstance(chat.get("id"), int):
        return ""
    return str(chat["id"])


def hear(raw: Mapping[str, Any]) -> Heard:
    """What an update says. Raises one of MISSHAPEN if it is not shaped as documented."""
    if member := raw.get("my_chat_member"):
        return _membership(member)
    if query := raw.get("callback_query"):
        return _pressed(query)
    message = raw.get("message") or raw.get("edited_message")
    if not message:
        return Heard(event="nothing")
    if message["chat"]["type"] != "private":
        return _in_group(message)
    sender = message["from"]
    if sender.get("is_bot") or not _is_theirs(message["chat"], sender):
        return Heard(event="nothing")
    who = Heard(name=_name(sender), language=str(sender.get("language_code") or ""))
    if "edited_message" in raw:
        return changed(who, event="edited" if message.get("text") else "nothing")
    return _said(message, sender, who)


def _is_theirs(chat: Mapping[str, Any], sender: Mapping[str, Any]) -> bool:
    """Whether who speaks in a private chat is the person whose chat it is: nobody else is answered there."""
    return bool(chat["id"] == sender["id"])


def _said(message: Mapping[str, Any], sender: Mapping[str, Any], who: Heard) -> Heard:
    text = clean(message.get("text") or message.get("caption") or "")
    contact = message.get("contact") or {}
    if contact and contact.get("user_id") == sender["id"]:
        return changed(who, contact=str(contact["phone_number"]))
    album = str(message.get("media_group_id") or "")
    other = "" if text else next((kind for kind in OTHER if kind in message), "")
    if not other and not message.keys() & {"text", "caption", "photo"}:
        if message.keys() & set(SILENT):
            return changed(who, event="nothing")
        other = "unknown"  # of a kind that was invented later, or a payment, a gift
    said_as = str(message["message_id"]) if album else ""
    return changed(who, text=text, album=album, other=other, said_as=said_as)


def _pressed(query: Mapping[str, Any]) -> Heard:
    message, sender = query["message"], query["from"]
    if message["chat"]["type"] != "private" or not _is_theirs(message["chat"], sender):
        return Heard(event="nothing")
    return Heard(
        pressed=clean(str(query.get("data") or "")),
        pressed_on=str(message["message_id"]),
        press=str(query["id"]),
        name=_name(sender),
        language=str(sender.get("language_code") or ""),
    )


def _membership(member: Mapping[str, Any]) -> Heard:
    now, before = member["new_chat_member"], member["old_chat_member"]["status"]
    if member["chat"]["type"] == "private":
        if not _is_theirs(member["chat"], member["from"]):
            return Heard(event="nothing")
        return Heard(event="blocked" if now["status"] == "kicked" else "unblocked")
    by = str(member["from"]["id"])
    if now["status"] in OUT:
        return Heard(event="left", by=by)
    if before not in OUT:
        return Heard(event="present", by=by)  # somebody changed our rights
    may_write = now.get("can_send_messages", True) and member["chat"]["type"] != "channel"
    return Heard(event="joined" if may_write else "joined_mute", by=by)


def _in_group(message: Mapping[str, Any]) -> Heard:
    """Nothing is answered in groups; but an admin who is there keeps us there."""
    if "migrate_from_chat_id" in message:
        return Heard(event="moved", by=str(message["migrate_from_chat_id"]))
    sender = message.get("from")
    return Heard(event="present", by=str(sender["id"])) if sender else Heard(event="nothing")


def _name(sender: Mapping[str, Any]) -> str:
    return clean(f"{sender.get('first_name') or ''} {sender.get('last_name') or ''}").strip()


def file(raw: Mapping[str, Any]) -> Media | None:
    """The photo in a private message, also one that was sent as a file, or the spreadsheet. Raises one of MISSHAPEN."""
    message = raw.get("message") or {}
    if not message or message["chat"]["type"] != "private" or not _is_theirs(message["chat"], message["from"]):
        return None
    if voice := message.get("voice"):
        return Media(voice["file_id"], int(voice.get("file_size") or 0), "voice")
    if sizes := message.get("photo"):
        return Media(sizes[-1]["file_id"], int(sizes[-1].get("file_size") or 0))
    document = message.get("document") or {}
    size = int(document.get("file_size") or 0)
    name = str(document.get("file_name") or "").casefold()
    if name.endswith(SHEET):
        return Media(document["file_id"], size, "sheet")
    return Media(document["file_id"], size) if document and _may_be_picture(document, name) else None


def _may_be_picture(document: Mapping[str, Any], name: str) -> bool:
    """Whether a file is worth fetching to see by its bytes whether it is a picture; who sent it may not have known its kind."""
    kind = str(document.get("mime_type") or "")
    return kind.startswith("image/") or name.endswith(PICTURES) or (kind in UNSAID and "." not in name)
