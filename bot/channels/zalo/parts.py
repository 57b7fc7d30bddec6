"""Put a message into as many texts as the platform's limit makes necessary. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels import Capabilities
from bot.channels.fit import split, tail_of
from bot.message import Message, changed, width

MOST = 1900
"""UTF-16 units. The platform takes 2000 characters and does not say of what."""
MARK = 10
"""Units that «(1/2) » may take."""
ADDRESS = "\ue000" * 400
"""Stands for the address of a document, which is no longer and is known only when it is sent; a letter that nobody types."""
SPOKEN = "\ue001" * 400
"""The same for the address of a voice message."""
PLAYED = ".aac"
"""The voice messages that the platform plays; the others are links."""


def messages_of(message: Message, can: Capabilities) -> Sequence[Message]:
    """The message as so many of the platform's, each one part whose choices are words; parts again are themselves."""
    text, picture = message.text, message.picture if can.pictures else ""
    if message.document and can.documents and ADDRESS not in text:
        text = f"{text}\n{message.document_hint}\n{ADDRESS}"
    played = message.voice.endswith(PLAYED)
    if message.voice and can.documents and not played and SPOKEN not in text:
        text = f"{text}\n{message.voice_hint}\n{SPOKEN}".strip()
    if message.picture and not picture:
        text = f"{text}\n{message.picture_hint}".strip()
    tail = tail_of(message, can)
    texts = parts_of(text, tail) if text or tail else []
    words = [
        Message(
            part, document=message.document if ADDRESS in part else None, voice=message.voice if SPOKEN in part else ""
        )
        for part in texts
    ]
    if not picture:
        return [Message("", voice=message.voice), *words] if played and can.documents else words
    shown = words[0] if len(words) == 1 else Message("")
    shown = changed(shown, picture=picture, picture_hint=message.picture_hint)
    return [shown] if len(words) <= 1 else [shown, *words]


def parts_of(text: str, tail: str = "") -> list[str]:
    """The texts to send, numbered if there are several; ``tail``, the choices, stays with the question in the last."""
    whole = _joined(text, tail)
    if width(whole) <= MOST:
        return [whole]
    parts = _split(text, tail)
    return [f"({n}/{len(parts)}) {part}" for n, part in enumerate(parts, 1)]


def _split(text: str, tail: str) -> list[str]:
    room = MOST - MARK
    *before, last = split(text, room)
    if width(_joined(last, tail)) <= room:
        return [*before, _joined(last, tail)]
    # The question is the last paragraph: it moves to its choices.
    earlier, _, question = last.rpartition("\n")
    if earlier and width(_joined(question, tail)) <= room:
        return [*before, earlier.rstrip(), _joined(question, tail)]
    return [*before, last, *split(tail, room)]


def _joined(text: str, tail: str) -> str:
    return "\n".join(part for part in (text, tail) if part)
