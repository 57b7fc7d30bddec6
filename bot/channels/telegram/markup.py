"""What stands in and under a message on Telegram: entities, buttons, and the keyboard that shares a phone number.

As the parameters of a request: the library's objects cost more than all else that is done for a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.message import Button, Message, Span, fits, width

STYLES = {"goes": "success", "danger": "danger"}
"""Green and red, where the app knows them (#inlinekeyboardbutton)."""
LONG = 300
"""UTF-16 units: below a photo, so much text ends under the edge of a phone's screen."""
SHORT = 14
"""UTF-16 units of a label that leaves room for another one beside it."""
BESIDE, ACROSS = 3, 36
"""So many buttons stand in a row at most, with so many UTF-16 units in all: more is cut on a phone, and Telegram takes no
message with more than eight in a row."""


def markup_of(message: Message) -> dict[str, Any]:
    """What stands under a new message. Beside a keyboard there can be no buttons: what else may be pressed types its words."""
    if message.contact:
        share = {"text": message.contact, "request_contact": True}
        rows = (*([button] for button in message.buttons), _skip(message), message.ways)
        typed = [[{"text": button.label} for button in row] for row in rows if row]
        return {"reply_markup": {"keyboard": [[share], *typed], "resize_keyboard": True, "one_time_keyboard": True}}
    if inline := inline_of(message):
        return inline
    return {} if message.replaces or message.leave or message.lasting else {"reply_markup": {"remove_keyboard": True}}


def inline_of(message: Message) -> dict[str, Any]:
    """The buttons, for a message that stands there already."""
    buttons = [*message.buttons, *_skip(message)]
    links = [[{"text": link.label, "url": link.url}] for link in message.links]
    copied = [[{"text": message.code_label, "copy_text": {"text": message.code}}]] if message.code else []
    pressed = [[_pressed(button) for button in row] for row in (*_rows(buttons), message.ways) if row]
    rows = [*links, *copied, *pressed]
    return {"reply_markup": {"inline_keyboard": rows}} if rows and not message.contact else {}


def _skip(message: Message) -> list[Button]:
    return [message.skip] if message.skip else []


def _pressed(button: Button) -> dict[str, Any]:
    styled = {"style": STYLES[button.sense]} if button.sense in STYLES else {}
    return {"text": button.label, "callback_data": button.value, **styled}


def marked(name: str, message: Message) -> dict[str, Any]:
    """The marked parts as entities, under this name, so that no text is ever read as markup."""
    return {name: [_entity(span) for span in message.spans]} if message.spans else {}


def captioned(message: Message) -> dict[str, Any]:
    """The text with a photo; a long one stands above it, so that it is read first."""
    if not message.text:
        return {}
    above = {"show_caption_above_media": True} if message.picture and not fits(message.text, LONG) else {}
    return {"caption": message.text, **marked("caption_entities", message), **above}


def _entity(span: Span) -> dict[str, Any]:
    where = {"offset": span.start, "length": span.length}
    if span.kind == "link":
        return {"type": "text_link", "url": span.url, **where}
    return {"type": "expandable_blockquote" if span.kind == "quote" else span.kind, **where}


def _rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """Two short labels stand side by side, a long one alone; what stands aside shares the last rows."""
    rows: list[list[Button]] = []
    aside = [button for button in buttons if button.sense == "aside"]
    room = False
    for button in (button for button in buttons if button.sense != "aside"):
        short = fits(button.label, SHORT)
        if room and short:
            rows[-1].append(button)
            room = False
        else:
            rows.append([button])
            room = short
    return [*rows, *_beside(aside)]


def _beside(buttons: Sequence[Button]) -> list[list[Button]]:
    """As many side by side as can be read on a phone."""
    rows: list[list[Button]] = []
    for button in buttons:
        if rows and len(rows[-1]) < BESIDE and sum(width(one.label) for one in (*rows[-1], button)) <= ACROSS:
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows
