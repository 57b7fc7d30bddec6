"""The Bot API's limits that are only in its prose (core.telegram.org/bots/api), which no model can check. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

ACTIONS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
           "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled")  # fmt: skip
ENTITIES = frozenset(
    "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler blockquote "
    "expandable_blockquote code pre text_link text_mention custom_emoji date_time".split()
)
LENGTHS = {
    ("answerCallbackQuery", "text"): 200,
    ("setMyName", "name"): 64,
    ("setMyShortDescription", "short_description"): 120,
    ("setMyDescription", "description"): 512,
}
INVISIBLE = "\u00ad\u034f\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2800\u3164\ufe0f\ufeff"
"""Letters that show nothing: a message of them alone is empty."""
DEEP_LINK = re.compile(r"(?:t\.me|telegram\.me)/[A-Za-z0-9_]+\?start(?:group|app|channel)?=([^\s&#]*)")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def width(text: str) -> int:
    """Its length as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a JSON value, with where it stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from texts(one, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            yield from texts(one, f"{path}.{index}")


def broken_limits(method: str, params: Mapping[str, Any], kinds: Collection[str]) -> list[str]:
    """What is too long, too short, too many; shapes that are wrong altogether are left to the models."""
    return [
        *_text(method, params),
        *_captions(params),
        *_markup(params.get("reply_markup")),
        *_commands(params.get("commands")),
        *_receiving(method, params, kinds),
        *_lengths(method, params),
        *_links(params),
    ]


def _text(method: str, params: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(text := params.get("text"), str) and method in ("sendMessage", "editMessageText"):
        if not text.strip().strip(INVISIBLE + " \n\t"):
            yield "message text is empty"
        if width(text) > 4096:
            yield "message is too long"
        yield from _entities(text, params.get("entities"))
    if isinstance(mode := params.get("parse_mode"), str) and mode:
        yield "parse_mode: the fake reads no markup; say entities, they cannot be injected into"


def _captions(params: Mapping[str, Any]) -> Iterator[str]:
    media = params.get("media")
    if isinstance(media, list) and not 2 <= len(media) <= 10:
        yield "media: an album has 2 to 10 items"
    for holder in (params, *(media if isinstance(media, list) else ())):
        if isinstance(holder, Mapping) and isinstance(caption := holder.get("caption"), str):
            if width(caption) > 1024:
                yield "message caption is too long"
            yield from _entities(caption, holder.get("caption_entities"))


def _entities(text: str, entities: Any) -> Iterator[str]:
    found = [one for one in entities if isinstance(one, Mapping)] if isinstance(entities, list) else []
    if len(found) > 100:
        yield "entities: at most 100"
    for one in found:
        offset, length = one.get("offset"), one.get("length")
        if not (isinstance(offset, int) and isinstance(length, int)):
            continue
        if offset < 0 or length < 1 or offset + length > width(text):
            yield f"entities: {offset}+{length} is outside of the text, which has {width(text)} UTF-16 units"
        if one.get("type") not in ENTITIES:
            yield f"entities: no such type as {one.get('type')!r}"


def _markup(markup: Any) -> Iterator[str]:
    if not isinstance(markup, Mapping):
        return
    inline, plain = _rows(markup.get("inline_keyboard")), _rows(markup.get("keyboard"))
    if sum(map(len, inline)) > 100 or any(len(row) > 8 for row in inline):
        yield "reply markup is too long"  # documented nowhere, but more buttons are dropped or refused
    if "keyboard" in markup and not any(plain):
        yield "reply_markup: a keyboard without buttons"
    for button in (one for row in (*inline, *plain) for one in row):
        if isinstance(button, Mapping) and not str(button.get("text", "")).strip():
            yield "reply_markup: a button without a label"
    for button in (one for row in inline for one in row if isinstance(one, Mapping)):
        yield from _button(button)
    placeholder = markup.get("input_field_placeholder")
    if isinstance(placeholder, str) and not 1 <= width(placeholder) <= 64:
        yield "input_field_placeholder: 1 to 64 characters"


def _rows(keyboard: Any) -> list[list[Any]]:
    return [row for row in keyboard if isinstance(row, list)] if isinstance(keyboard, list) else []


def _button(button: Mapping[str, Any]) -> Iterator[str]:
    if sum(button.get(action) is not None for action in ACTIONS) != 1:
        yield f"inline keyboard button {button.get('text')!r} must do exactly one thing"
    if isinstance(data := button.get("callback_data"), str) and not 1 <= len(data.encode("utf-8", "replace")) <= 64:
        yield "BUTTON_DATA_INVALID"
    if isinstance(url := button.get("url"), str) and urlsplit(url).scheme not in ("http", "https", "tg"):
        yield f"inline keyboard button URL {url!r} is invalid: wrong HTTP URL"


def _commands(commands: Any) -> Iterator[str]:
    if not isinstance(commands, list):
        return
    if len(commands) > 100:
        yield "BOT_COMMANDS_TOO_MUCH"
    for one in (one for one in commands if isinstance(one, Mapping)):
        name, description = str(one.get("command", "")), str(one.get("description", ""))
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            yield f"BOT_COMMAND_INVALID ({name!r})"
        if not 1 <= width(description.strip()) <= 256:
            yield f"BOT_COMMAND_DESCRIPTION_INVALID (/{name})"


def _receiving(method: str, params: Mapping[str, Any], kinds: Collection[str]) -> Iterator[str]:
    if isinstance(allowed := params.get("allowed_updates"), list):
        yield from (f"allowed_updates: no such kind as {kind!r}" for kind in allowed if kind not in kinds)
    if method == "getUpdates":
        if isinstance(limit := params.get("limit"), int) and not 1 <= limit <= 100:
            yield "limit: 1 to 100"
        if isinstance(timeout := params.get("timeout"), int) and timeout < 0:
            yield "timeout: not negative"
    if method == "setWebhook":
        secret, connections = params.get("secret_token"), params.get("max_connections")
        if isinstance(secret, str) and len(secret) > 256:
            yield "secret token is too long"
        elif isinstance(secret, str) and not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            yield "secret token contains unallowed characters"
        if isinstance(connections, int) and not 1 <= connections <= 100:
            yield "max_connections: 1 to 100"


def _lengths(method: str, params: Mapping[str, Any]) -> Iterator[str]:
    for (name, param), most in LENGTHS.items():
        if name == method and isinstance(value := params.get(param), str) and width(value) > most:
            yield f"{param}: at most {most} characters"
    language = params.get("language_code")
    if isinstance(language, str) and not re.fullmatch(r"([a-z]{2})?", language):
        yield "language_code: two letters (ISO 639-1) or empty"
    if isinstance(chat := params.get("chat_id"), str) and not re.fullmatch(r"@\w{4,}", chat):
        yield "chat not found"


def _links(params: Mapping[str, Any]) -> Iterator[str]:
    for path, text in texts(params):
        for payload in DEEP_LINK.findall(text) if path.endswith("url") else ():
            if not PAYLOAD.fullmatch(payload):
                yield f"{path}: a deep link carries 1 to 64 of A-Z a-z 0-9 _ -, not {payload!r}"
