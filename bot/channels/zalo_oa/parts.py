"""Put a message into the platform's: papers, pictures, texts with buttons or numbers, the card asking for a contact. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from bot.channels import Capabilities
from bot.channels.fit import tail_of
from bot.channels.zalo.parts import messages_of, parts_of
from bot.channels.zalo_oa.updates import PRESSED
from bot.message import Button, Message, changed, width

BUTTONS, TITLE = 5, 100
PAPER = ".pdf"
"""The files that the platform takes; others are fetched from an address."""


def parts(message: Message, can: Capabilities) -> Sequence[Message]:
    """The message as so many of the platform's; parts again are themselves."""
    native = buttons_of(message, can)
    whole = changed(message, contact="")
    paper = message.document if message.document and message.document.name.lower().endswith(PAPER) else None
    if paper:
        whole = changed(whole, document=None)
    said = list(messages_of(whole, can if native else _plain(can)))
    if native and said:
        *before, last = said
        if last.picture:  # an attachment is a picture or buttons
            before, last = [*before, changed(last, text="")], changed(last, picture="", picture_hint="")
        said = [*before, changed(last, buttons=message.buttons, skip=message.skip, links=message.links)]
    papers = [Message("", document=paper)] if paper else []
    asks = [Message("", contact=message.contact)] if message.contact and can.contact else []
    return [*papers, *said, *asks]


def buttons_of(message: Message, can: Capabilities) -> list[dict[str, Any]]:
    """The buttons as the platform takes them; none if there are too many of them, or one is too long."""
    taps = [*message.buttons, *([message.skip] if message.skip else [])]
    titles = [*(button.label for button in taps), *(link.label for link in message.links)]
    if not can.buttons or not taps or len(titles) > BUTTONS or any(width(title) > TITLE for title in titles):
        return []
    return [*map(_tap, taps), *(_opening(link.label, link.url) for link in message.links)]


def numbered(message: Message, can: Capabilities) -> list[str]:
    """The texts that say the same without buttons."""
    return parts_of(message.text, tail_of(message, _plain(can)))


def _plain(can: Capabilities) -> Capabilities:
    return replace(can, buttons=0)


def _tap(button: Button) -> dict[str, Any]:
    return {"title": button.label, "type": "oa.query.hide", "payload": f"{PRESSED}{button.value}"}


def _opening(title: str, url: str) -> dict[str, Any]:
    return {"title": title, "type": "oa.open.url", "payload": {"url": url}}
