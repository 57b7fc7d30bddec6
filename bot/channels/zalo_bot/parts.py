"""Put a message into as many texts as the platform's limit makes necessary. Pure."""

from __future__ import annotations

from bot.channels import Capabilities
from bot.channels.fit import split
from bot.message import width

MOST = 1900
"""UTF-16 units. The platform takes 2000 characters and does not say of what."""
SHOWS = Capabilities(choices=7, text=MOST, caption=MOST, vouches=True, resends=False)
MARK = 10
"""Units that «(1/2) » may take."""


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
