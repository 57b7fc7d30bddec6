"""Fit a message to what a channel can show: buttons, or numbered choices; long texts in several parts."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_uppercase

from bot.channels import Capabilities
from bot.message import Message, shown_of, width

BREAKS = ("\n\n", "\n", ". ", "! ", "? ", " ")
"""Where a text may be cut, the best first; of a sentence the full stop stays with it."""


def fit(message: Message, can: Capabilities) -> Message:
    """The message with its choices as buttons if they all fit, else as numbered lines in its text; links likewise."""
    tail = tail_of(message, can)
    if not tail:
        return message
    message = replace(message, text=f"{message.text}\n{tail}")
    if not can.buttons:
        message = replace(message, links=())
    if _as_buttons(message, can):
        return message
    return replace(message, buttons=(), skip=None, skip_hint="", more_hint="", menu_hint="", lettered=False)


def tail_of(message: Message, can: Capabilities) -> str:
    """The lines below a message's text for what this channel has no other means to show: links, choices and hints."""
    lines = [] if can.buttons else [f"{link.label}: {link.url}" for link in message.links]
    if not _as_buttons(message, can):
        labels = [button.label for button in message.buttons]
        if (shown := shown_of(len(labels), can.choices)) < len(labels):
            labels = [*labels[:shown], message.more_hint]
        lines += [f"{sign(n, lettered=message.lettered)}. {label}" for n, label in enumerate(labels)]
        lines += [f"0. {message.menu_hint}"] if message.menu_hint else []
        lines += [message.skip_hint] if message.skip else []
    return "\n".join(lines)


def sign(n: int, *, lettered: bool) -> str:
    """What stands before a choice, from 1 or from A."""
    return ascii_uppercase[n % len(ascii_uppercase)] if lettered else str(n + 1)


def _as_buttons(message: Message, can: Capabilities) -> bool:
    """Whether the choices are shown as buttons; also if there are none."""
    if not (message.buttons or message.skip or message.menu_hint):
        return True
    if not can.buttons:
        return False
    return len(message.buttons) <= can.buttons and all(width(b.label) <= can.label for b in message.buttons)


def split(text: str, most: int) -> list[str]:
    """The text in parts of at most ``most`` UTF-16 units, cut at paragraphs, else lines, sentences, spaces."""
    parts = []
    while width(text) > most:
        cut = _longest_prefix(text, most)
        for mark in BREAKS:
            at = text.rfind(mark, 1, cut + 1)
            if at > cut // 3:
                cut = at + len(mark.rstrip())
                break
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text] if text or not parts else parts


def _longest_prefix(text: str, most: int) -> int:
    """How many characters fit into ``most`` units."""
    units = 0
    for at, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > most:
            return at
    return len(text)
