"""A message of the bot as the person sees it: its text, its buttons, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api.updates import Json


@dataclass(frozen=True)
class Button:
    """Under a message (`data` or `url`), or in place of the keyboard (`asks` is contact, location or nothing)."""

    label: str
    data: str = ""
    url: str = ""
    asks: str = ""


@dataclass
class Sent:
    """`raw` is the message as the Bot API writes it, with every edit applied."""

    raw: Json
    markup: Mapping[str, Any] | None = None
    content: bytes = b""
    """The bytes of its photo or document."""
    edits: int = 0
    deleted: bool = False
    shown: list[Button] = field(default_factory=list)
    """Every button that ever stood under it: a client may press one that is no longer there."""

    def __post_init__(self) -> None:
        self.shown.extend(self.buttons)

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        """Its text or its caption."""
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def photo(self) -> bytes:
        return self.content if "photo" in self.raw else b""

    @property
    def document(self) -> bytes:
        return self.content if "document" in self.raw else b""

    @property
    def rows(self) -> list[list[Button]]:
        """The buttons under it, or those it put in place of the keyboard, as they stand."""
        under = self.raw.get("reply_markup") or {}
        rows = under.get("inline_keyboard") or (self.markup or {}).get("keyboard") or []
        return [list(_buttons(row)) for row in rows]

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]

    @property
    def inline(self) -> bool:
        """Whether its buttons stand under it."""
        return "reply_markup" in self.raw

    @property
    def editable(self) -> bool:
        """Only messages without a markup or with inline buttons can be edited (#updating-messages)."""
        return self.markup is None or "inline_keyboard" in self.markup

    def button(self, label_or_data: str) -> Button | None:
        """The button with that label or that data, also one that has gone since."""
        for button in (*self.buttons, *reversed(self.shown)):
            if label_or_data in (button.label, button.data):
                return button
        return None

    def remember(self) -> None:
        """Keep the buttons that stand under it now."""
        self.shown.extend(button for button in self.buttons if button not in self.shown)


def _buttons(row: list[Any]) -> Iterator[Button]:
    for one in row:
        if isinstance(one, str):
            yield Button(one)
            continue
        asks = "contact" if one.get("request_contact") else "location" if one.get("request_location") else ""
        yield Button(str(one["text"]), str(one.get("callback_data") or ""), str(one.get("url") or ""), asks)
