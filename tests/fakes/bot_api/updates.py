"""How Telegram writes people, chats, messages and what becomes of updates of each kind. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.fakes.bot_api_limits import width

Json = dict[str, Any]
DAY = 86400
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that come only when asked for."""
LIVES = {"callback_query": 150, "shipping_query": 150, "pre_checkout_query": 150, "inline_query": 30,
         "chosen_inline_result": 600}  # fmt: skip
"""Seconds that the server keeps an update of a kind; a day for all others."""
LANES = {"inline_query": 1, "chosen_inline_result": 2, "callback_query": 3, "shipping_query": 4, "pre_checkout_query": 4,
         "my_chat_member": 5, "chat_member": 6, "chat_join_request": 6, "message_reaction": 8}  # fmt: skip
"""Kinds whose webhook calls have an order of their own; all messages of a chat share one."""
COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(@[A-Za-z0-9_]{3,32})?(?![\w/<>])")
ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Who seems to write when an admin writes as the group."""


def without_none(**fields: Any) -> Json:
    """The fields that have a value; Telegram leaves the others out."""
    return {name: value for name, value in fields.items() if value is not None}


def commands(text: str) -> list[Json]:
    """The entities of commands in a text."""
    return [
        {"type": "bot_command", "offset": width(text[: found.start()]), "length": width(found.group())}
        for found in COMMAND.finditer(text)
    ]


def written(text: str, entities: Iterable[Json] = ()) -> Json:
    """A message's text with its entities."""
    return {"text": text} | ({"entities": found} if (found := list(entities) or commands(text)) else {})


def kind_of(update: Mapping[str, Any]) -> str:
    """What an update is about; the empty text if it says nothing."""
    return next((name for name in update if name != "update_id"), "")


def expires_at(kind: str, payload: Any, now: float) -> float:
    """Until when an update is kept, in Unix seconds: a day from the message's own date or edit."""
    if kind in LIVES:
        return now + LIVES[kind]
    date = now
    if isinstance(payload, Mapping):
        for name in ("edit_date", "date"):
            if isinstance(found := payload.get(name), int) and not isinstance(found, bool):
                date = found
                break
    return date + DAY


def lane(kind: str, payload: Any, unique: int) -> str:
    """Which order an update belongs to; one of its own where there is none."""
    if not isinstance(payload, Mapping):
        return f"alone:{unique}"
    holder = "from" if kind.endswith("_query") or kind == "chosen_inline_result" else "chat"
    whose = payload.get(holder)
    if isinstance(whose, Mapping) and isinstance(whose.get("id"), int):
        return f"{LANES.get(kind, 0)}:{whose['id']}"
    return f"alone:{unique}"


def default_kinds(kinds: Iterable[str]) -> frozenset[str]:
    """What comes when nothing is asked for."""
    return frozenset(kinds) - UNASKED
