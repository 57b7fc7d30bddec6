"""Read the platform's raw events: the only place that knows the names of their fields. Pure; raises Unreadable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from bot.channels import Media, Unreadable
from bot.message import Heard
from bot.vietnamese.fold import clean

PREFIX, SUFFIX = "message.", ".received"
OTHER = {"sticker": "sticker", "voice": "voice"}
"""What comes besides words and photos, as the program calls it."""


def load(payload: bytes) -> Any:
    """What was said, with every number as exact as it was written. Raises Unreadable."""
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        raise Unreadable from None


def event_in(said: Any) -> Mapping[str, Any]:
    """The event in what a webhook or a poll brought, enveloped or bare. Raises Unreadable if there is none."""
    if isinstance(said, dict) and "result" in said:
        said = said["result"]
    if not isinstance(said, dict) or not isinstance(said.get("message"), dict):
        raise Unreadable
    return said


def key_of(event: Mapping[str, Any]) -> str:
    """What is unique of an event: the id of its message. Raises Unreadable without one."""
    return _id(event["message"].get("message_id"))


def chat_of(event: Mapping[str, Any]) -> str:
    """The chat that is to be answered. Raises Unreadable without one."""
    chat = event["message"].get("chat")
    return _id(chat.get("id") if isinstance(chat, dict) else None)


def in_group(event: Mapping[str, Any]) -> bool:
    """Whether it was said in a group; a chat of an unknown kind is not taken for a private one."""
    chat = event["message"].get("chat")
    return not isinstance(chat, dict) or str(chat.get("chat_type", "")).upper() != "PRIVATE"


def hear(event: Mapping[str, Any], *, groups: bool) -> Heard:
    """What an event says; of what is said in groups only that it was, and not even that unless ``groups``."""
    message = event["message"]
    kind = _kind(event)
    if in_group(event):
        return Heard(event="group" if groups and kind in ("text", "image") else "nothing")
    sender = message.get("from")
    sender = sender if isinstance(sender, dict) else {}
    if sender.get("is_bot") is True or not _is_theirs(event):
        return Heard(event="nothing")
    who = Heard(name=clean(_text(sender.get("display_name"))).strip())
    match kind:
        case "text" | "image":
            words = clean(_text(message.get("text")) or _text(message.get("caption")))
            return who.with_(text=words) if words.strip() or kind == "image" else who.with_(event="nothing")
        case "sticker" | "voice":
            return who.with_(other=OTHER[kind])
        case "unsupported":
            return who.with_(event="withheld")
    return Heard(event="nothing")


def file_in(event: Mapping[str, Any]) -> Media | None:
    """The photo of an event, documented as ``photo``, really sent as ``photo_url``; or its voice message."""
    kind = _kind(event)
    if kind not in ("image", "voice") or in_group(event) or not _is_theirs(event):
        return None
    message = cast("Mapping[str, Any]", event["message"])
    if kind == "voice":
        spoken = _text(message.get("voice_url"))
        return Media(spoken, kind="voice") if spoken else None
    url = _text(message.get("photo_url")) or _text(message.get("photo"))
    return Media(url) if url else None


def _is_theirs(event: Mapping[str, Any]) -> bool:
    """Whether who speaks in a private chat is the person whose chat it is: there both have one id."""
    sender = event["message"].get("from")
    return isinstance(sender, dict) and str(sender.get("id", "")) == chat_of(event)


def _kind(event: Mapping[str, Any]) -> str:
    name = _text(event.get("event_name"))
    return name.removeprefix(PREFIX).removesuffix(SUFFIX) if name.startswith(PREFIX) and name.endswith(SUFFIX) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _id(value: Any) -> str:
    """An id is opaque; one that comes as a number is kept to its last digit."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise Unreadable
    found = str(value)
    if len(found) > 200 or not found.isprintable():
        raise Unreadable
    return found
