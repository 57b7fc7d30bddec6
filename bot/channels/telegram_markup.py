"""What stands in and under a message on Telegram: entities, buttons, and the keyboard that shares a phone number."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.message import Button, Message, width


def markup_of(message: Message) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    buttons = [*message.buttons, *([message.skip] if message.skip else [])]
    if message.contact:
        share = KeyboardButton(message.contact, request_contact=True)
        return ReplyKeyboardMarkup([[share]], resize_keyboard=True, one_time_keyboard=True)
    links = [[InlineKeyboardButton(link.label, url=link.url)] for link in message.links]
    if not buttons and not links:
        return None if message.replaces or message.leave or message.lasting else ReplyKeyboardRemove()
    pressed = [[InlineKeyboardButton(b.label, callback_data=b.value) for b in row] for row in _rows(buttons)]
    return InlineKeyboardMarkup([*links, *pressed])


def inline_of(message: Message) -> InlineKeyboardMarkup | None:
    """The buttons, for a message that stands there already."""
    markup = markup_of(message)
    return markup if isinstance(markup, InlineKeyboardMarkup) else None


def entities_of(message: Message) -> list[MessageEntity]:
    """The marked parts as entities, so that no text is ever read as markup."""
    kinds = {"link": "text_link"}
    return [MessageEntity(kinds.get(s.kind, s.kind), s.start, s.length, url=s.url or None) for s in message.spans]


def _rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """Two short labels stand side by side, a long one alone."""
    rows: list[list[Button]] = []
    for button in buttons:
        short = width(button.label) <= 14
        if rows and short and len(rows[-1]) == 1 and width(rows[-1][0].label) <= 14:
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows
