"""Fit a message to what a channel can show: buttons, or numbered choices; long texts in several parts."""

from __future__ import annotations

from string import ascii_uppercase

from bot.channels import Capabilities
from bot.message import Message, changed, fits, shown_of

BREAKS = ("\n\n", "\n", ". ", "! ", "? ", " ")
"""Where a text may be cut, the best first; of a sentence the full stop stays with it."""


def fit(message: Message, can: Capabilities) -> Message:
    """The message with its choices as buttons if there is room for all, else as numbered lines in its text; links likewise.

    Where a label is too long for a button, the text says all in full, and the buttons say which is which.
    """
    tail = tail_of(message, can)
    if not tail:
        return message
    message = changed(message, text=f"{message.text}\n{tail}")
    if not can.buttons:
        message = changed(message, links=())
    if _as_buttons(message, can):
        return _shortened(message, can.label) if _too_wide(message, can) else message
    return changed(message, buttons=(), skip=None, skip_hint="", more_hint="", menu_hint="", lettered=False)


def in_parts(message: Message, can: Capabilities) -> list[Message]:
    """The message in so many of the platform's as it takes: what it shows, then its text, the buttons under the last.

    It is one where the text fits under what it shows. What changes an earlier message is always one.
    """
    whole = fit(message, can)
    shows = bool(whole.document or whole.voice or (whole.picture and can.pictures))
    if message.replaces or fits(whole.text, can.caption if shows else can.text):
        return [message]
    *before, last = split(whole.text, can.text)
    # A text with parts that are marked is checked beforehand to fit into one message.
    words = changed(
        whole,
        text=last,
        picture="",
        picture_hint="",
        voice="",
        voice_hint="",
        document=None,
        spans=() if before else whole.spans,
    )
    shown = Message(
        "", picture=whole.picture, picture_hint=whole.picture_hint, document=whole.document, voice=whole.voice,
        voice_hint=whole.voice_hint,
    )  # fmt: skip
    earlier = [*([shown] if shows else []), *map(Message, before)]
    return [*(changed(part, lasting=True, private=whole.private) for part in earlier), words]


def tail_of(message: Message, can: Capabilities) -> str:
    """The lines below a message's text for what this channel has no other means to show: links, choices and hints."""
    lines = [message.private_hint] if message.private_hint else []
    lines += [] if can.buttons else [f"{link.label}: {link.url}" for link in message.links]
    if _as_buttons(message, can):
        if _too_wide(message, can):
            lines += [f"{sign(n, lettered=False)}. {button.label}" for n, button in enumerate(message.buttons)]
    else:
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
    return len(message.buttons) <= can.buttons


def _too_wide(message: Message, can: Capabilities) -> bool:
    """Whether some label is too long for a button, so that the text says all of them in full."""
    return any(not fits(button.label, can.label) for button in message.buttons)


def _shortened(message: Message, most: int) -> Message:
    """The message with its buttons numbered as the lines in its text, and cut where they are too long."""
    labels = [f"{sign(n, lettered=False)}. {button.label}" for n, button in enumerate(message.buttons)]
    short = [label if fits(label, most) else f"{split(label, most - 1)[0]}…" for label in labels]
    buttons = tuple(changed(button, label=label) for button, label in zip(message.buttons, short, strict=True))
    return changed(message, buttons=buttons)


def split(text: str, most: int) -> list[str]:
    """The text in parts of at most ``most`` UTF-16 units, cut at paragraphs, else lines, sentences, spaces."""
    parts = []
    while not fits(text, most):
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
