"""Read the platform's raw events: the only place that knows the names of their fields. Pure; raises Unreadable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.channels import SHEET, Media, Unreadable
from bot.message import Heard
from bot.vietnamese.fold import clean

SENT = "user_send_"
PRESSED = "nd:"
"""Before the value of a button of ours, which comes back as if it had been typed."""
OTHER = {
    "location": "location", "sticker": "sticker", "audio": "voice", "video": "video", "gif": "animation",
    "file": "document", "business_card": "contact", "link": "link",
}  # fmt: skip
"""What comes besides words and photos, as the program calls it."""


def load(payload: bytes) -> Mapping[str, Any]:
    """One event, with every number as exact as it was written. Raises Unreadable."""
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(said, dict):
        raise Unreadable
    return said


def is_ours(event: Mapping[str, Any]) -> bool:
    """Whether a person did something; echoes of our own, receipts and groups are left aside."""
    name = event.get("event_name")
    if not isinstance(name, str) or "group" in name:
        return False
    kind = name.removeprefix(SENT)
    return name in ("follow", "unfollow", "user_submit_info") or (name != kind and kind in ("text", "image", *OTHER))


def person_of(event: Mapping[str, Any]) -> str:
    """Who is to be answered. Raises Unreadable."""
    who = event.get("follower") if event.get("event_name") in ("follow", "unfollow") else event.get("sender")
    id = who.get("id") if isinstance(who, dict) else None
    if isinstance(id, bool) or not isinstance(id, str | int) or not str(id):
        raise Unreadable
    found = str(id)
    if len(found) > 200 or not found.isprintable():
        raise Unreadable
    return found


def key_of(event: Mapping[str, Any]) -> str:
    """What is unique of an event: the id of its message; of others what happened to whom and when. Raises Unreadable."""
    id = _message(event).get("msg_id")
    if isinstance(id, str) and id:
        return id[:200]
    return f"{event.get('event_name')}:{person_of(event)}:{event.get('timestamp')}"[:200]


def hear(event: Mapping[str, Any]) -> Heard:
    """What an event says."""
    if not is_ours(event):
        return Heard(event="nothing")
    match event["event_name"]:
        case "follow":
            return Heard(event="followed")
        case "unfollow":
            return Heard(event="blocked")
        case "user_submit_info":
            # Whose number it is, Zalo does not say that it has looked; so it counts as typed, and is not vouched for.
            phone = clean(_text(_dict(event.get("info")).get("phone"))).strip()
            return Heard(text=f"+{phone}" if phone.startswith("84") else phone) if phone else Heard(event="nothing")
    kind = str(event["event_name"]).removeprefix(SENT)
    words = clean(_text(_message(event).get("text")))
    if kind == "text":
        if words.startswith(PRESSED):
            return Heard(pressed=words.removeprefix(PRESSED))
        return Heard(text=words) if words.strip() else Heard(event="nothing")
    if kind == "image" or (kind == "link" and words.strip()):
        return Heard(text=words)
    return Heard(other=OTHER[kind])


def file_in(event: Mapping[str, Any]) -> Media | None:
    """The photo, the voice message or the spreadsheet of an event; of several files the first."""
    kind = str(event.get("event_name", "")).removeprefix(SENT)
    attached = _message(event).get("attachments")
    payload = _dict(_dict(attached[0]).get("payload")) if isinstance(attached, list) and attached else {}
    url = _text(payload.get("url"))
    if not url:
        return None
    match kind:
        case "image":
            return Media(url)
        case "audio":
            return Media(url, kind="voice")
        case "file" if _text(payload.get("name")).lower().endswith(SHEET):
            size = str(payload.get("size", ""))
            return Media(url, size=int(size) if size.isdecimal() and len(size) < 16 else 0, kind="sheet")
    return None


def _message(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return _dict(event.get("message"))


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
