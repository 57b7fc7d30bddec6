"""Fit a message to what a channel can show: buttons, or numbered choices; long texts in several parts."""

from __future__ import annotations

from dataclasses import replace

from bot.channels import Capabilities
from bot.message import Message, width


def fit(message: Message, can: Capabilities) -> Message:
    """The message with its choices as buttons if they all fit, else as numbered lines in its text; links likewise."""
    if message.links and not can.buttons:
        shown = [message.text, *(f"{link.label}: {link.url}" for link in message.links)]
        message = replace(message, text="\n".join(shown), links=())
    fits = len(message.buttons) <= can.buttons and all(width(b.label) <= can.label for b in message.buttons)
    if (fits and can.buttons) or not (message.buttons or message.skip):
        return message
    lines = [message.text, *(f"{n}. {button.label}" for n, button in enumerate(message.buttons, 1))]
    if message.skip:
        lines.append(message.skip_hint)
    return replace(message, text="\n".join(lines), buttons=(), skip=None, skip_hint="")


def split(text: str, most: int) -> list[str]:
    """The text in parts of at most ``most`` UTF-16 units, cut at paragraphs, else lines, else spaces."""
    parts = []
    while width(text) > most:
        cut = _longest_prefix(text, most)
        for mark in ("\n\n", "\n", " "):
            at = text.rfind(mark, 1, cut + 1)
            if at > cut // 3:
                cut = at
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
