"""Turn a reply into words, in the person's language, as the outbox keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.channels import Capabilities
from bot.message import Button, Message, Option, Reply, Words, below, shown_of
from locales import Speech

MENU = "/menu"
PLAIN = Capabilities()


def render(
    reply: Reply, speech: Speech, pressed_on: str = "", *, can: Capabilities = PLAIN, home: bool = False
) -> Message:
    """The message that this reply becomes; it may take the place of ``pressed_on``, whose button was pressed.

    ``home``: where choices are few at a time, 0 leads to the menu, which needs no number of its own then.
    """

    def button(option: Option) -> Button:
        return Button(option.value, speech.begin(option.label))

    home = home and bool(can.choices and reply.options) and not reply.lettered
    by_link = reply.document is not None and can.document_minutes > 0
    above = f"{speech(reply.above)}\n\n" if reply.above else ""
    message = Message(
        text=f"{above}{speech(reply.text)}",
        buttons=tuple(button(option) for option in reply.options if not (home and option.value == MENU)),
        skip=button(reply.skip) if reply.skip else None,
        skip_hint=speech.say("skip.hint") if reply.skip else "",
        picture=reply.picture,
        picture_hint=speech.say("picture.hint") if reply.picture else "",
        contact=speech(reply.contact) if reply.contact else "",
        replaces=pressed_on if reply.in_place else "",
        document=reply.document,
        document_hint=speech.say("document.hint", minutes=can.document_minutes) if by_link else "",
        spans=below(above, reply.spans),
        links=reply.links,
        private=reply.private,
        menu_hint=speech.say("menu.hint") if home else "",
    )
    if not can.choices:
        return message
    shown = shown_of(len(message.buttons), can.choices)
    more = speech.say("more.hint") if shown < len(message.buttons) else ""
    return replace(message, more_hint=more, lettered=reply.lettered and bool(message.buttons))


def joined(replies: Sequence[Reply]) -> list[Reply]:
    """The replies for a channel where nothing passes by: it stands above the next of them, in the same message."""
    found: list[Reply] = []
    above: Words | None = None
    for reply in replies:
        if reply.passing and reply is not replies[-1]:
            above = reply.text
        else:
            found.append(replace(reply, above=above) if above else reply)
            above = None
    return found


def echoed(message: Message, speech: Speech, chosen: str) -> Message:
    """The message under a line that repeats the choice, so that a number meant for another menu is seen at once."""
    line = f"{speech.say('chosen', choice=chosen)}\n"
    return replace(message, text=f"{line}{message.text}", spans=below(line, message.spans))


def offered(messages: Sequence[Message]) -> tuple[tuple[str, str], ...] | None:
    """The choices that typed numbers stand for after these messages; None if they leave things as they were."""
    if not messages:
        return None
    for message in reversed(messages):
        if message.buttons:
            return tuple((button.value, button.label) for button in message.buttons)
    return ()
