"""Turn a reply into words, in the person's language, as the outbox keeps it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.message import Button, Message, Option, Reply
from locales import Speech


def render(reply: Reply, speech: Speech, pressed_on: str = "") -> Message:
    """The message that this reply becomes; it may take the place of ``pressed_on``, whose button was pressed."""

    def button(option: Option) -> Button:
        return Button(option.value, speech(option.label))

    return Message(
        text=speech(reply.text),
        buttons=tuple(button(option) for option in reply.options),
        skip=button(reply.skip) if reply.skip else None,
        skip_hint=speech.say("skip.hint") if reply.skip else "",
        picture=reply.picture,
        contact=speech(reply.contact) if reply.contact else "",
        replaces=pressed_on if reply.in_place else "",
        document=reply.document,
        spans=reply.spans,
        links=reply.links,
    )


def offered(messages: Sequence[Message]) -> tuple[tuple[str, str], ...] | None:
    """The choices that typed numbers stand for after these messages; None if they leave things as they were."""
    if not messages:
        return None
    for message in reversed(messages):
        if message.buttons:
            return tuple((button.value, button.label) for button in message.buttons)
    return ()
