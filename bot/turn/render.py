"""Turn a reply into words, in the person's language, as the outbox keeps it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels import Capabilities
from bot.dialog.orders import HOME, KEEP
from bot.message import Button, Message, Option, Reply, Span, below, changed, fits, shown_of, width
from bot.vietnamese.disclosure.visible import visible
from locales import Speech

PLAIN = Capabilities()
LONG = 300
"""UTF-16 units of a quotation that is folded."""


def render(
    reply: Reply,
    speech: Speech,
    pressed_on: str = "",
    *,
    can: Capabilities = PLAIN,
    home: bool = False,
    staff: bool = False,
) -> Message:
    """The message that this reply becomes; it may take the place of ``pressed_on``, whose button was pressed.

    ``home``: where choices are few at a time, 0 leads to the menu, which needs no number of its own then.
    ``staff``: whether its reader decides on what others wrote, and must see what deceives the eye.
    """

    def button(option: Option) -> Button:
        return Button(option.value, speech.begin(option.label), option.sense)

    home = home and bool(can.choices and reply.options) and not reply.lettered
    by_link = reply.document is not None and can.document_minutes > 0
    above = f"{speech(reply.above)}\n\n" if reply.above else ""
    above += f"{speech(reply.progress)} " if reply.progress else ""
    cards = reply.cards if can.cards else ()
    text = f"{above}{speech(reply.text)}"
    message = Message(
        text=text,
        buttons=tuple(button(option) for option in reply.options if not (home and option.value == HOME)),
        skip=button(reply.skip) if reply.skip else None,
        ways=tuple(button(option) for option in reply.ways) if can.buttons else (),
        skip_hint=speech.say("keep.hint" if _keeps(reply.skip) else "skip.hint") if reply.skip else "",
        picture=reply.picture,
        picture_hint=speech.say("picture.hint") if reply.picture else "",
        voice=reply.voice,
        voice_hint=speech.say("voice.hint") if reply.voice else "",
        contact=speech(reply.contact) if reply.contact else "",
        replaces=pressed_on if reply.in_place else "",
        document=reply.document,
        document_hint=speech.say("document.hint", minutes=can.document_minutes) if by_link else "",
        spans=(*below(above, reply.spans), *(_folded(text, reply.quote) if can.quotes else ())),
        code=reply.code if can.copies else "",
        code_label=speech.say("copy.code") if reply.code and can.copies else "",
        cards=tuple((one.value, speech(one.title), speech(one.text), one.picture) for one in cards),
        links=reply.links,
        thumbs=reply.thumbs if can.thumbs else (),
        private=reply.private,
        private_hint=speech.say("private.stays") if reply.private and not can.edits else "",
        secret=reply.secret and can.sessions,
        menu_hint=speech.say("menu.hint") if home else "",
    )
    if staff:
        message = _unmasked(message)
    if not can.choices:
        return message
    shown = shown_of(len(message.buttons), can.choices)
    more = speech.say("more.hint") if shown < len(message.buttons) else ""
    return changed(message, more_hint=more, lettered=reply.lettered)


def _unmasked(message: Message) -> Message:
    """The message with all that deceives the eye made visible; what is set off in a text is not, if the text changes."""
    text = visible(message.text)
    return changed(
        message,
        text=text,
        buttons=tuple(changed(button, label=visible(button.label)) for button in message.buttons),
        cards=tuple((value, visible(title), visible(said), picture) for value, title, said, picture in message.cards),
        spans=message.spans if text == message.text else (),
    )


def _folded(text: str, quote: str) -> Sequence[Span]:
    """The long quotation in a text, as a part of it that is folded."""
    if fits(quote, LONG) or (at := text.find(quote)) < 0:
        return ()
    return (Span("quote", width(text[:at]), width(quote)),)


def gathered(said: Sequence[tuple[Reply, Message]], most: int) -> list[tuple[Reply, Message]]:
    """The messages with their replies, pictures that belong together as albums of at most so many."""
    found: list[tuple[Reply, Message]] = []
    for reply, message in said:
        before = found[-1] if found else None
        if not (reply.together and message.picture and most):
            found.append((reply, message))
        elif before and before[0].together and before[1].album and len(before[1].album) < most:
            found[-1] = reply, changed(before[1], album=(*before[1].album, (message.picture, message.text)))
        else:
            found.append((reply, changed(message, text="", picture="", album=((message.picture, message.text),))))
    return found


def _keeps(skip: Option) -> bool:
    """Whether this button leaves an answer as it was."""
    return skip.value.endswith(f"={KEEP}")


def echoed(message: Message, speech: Speech, chosen: str) -> Message:
    """The message under a line that repeats the choice, so that a number meant for another menu is seen at once."""
    line = f"{speech.say('chosen', choice=chosen)}\n"
    return changed(message, text=f"{line}{message.text}", spans=below(line, message.spans))


def offered(messages: Sequence[Message]) -> tuple[tuple[str, str], ...] | None:
    """The choices that typed numbers stand for after these messages; None if they leave things as they were."""
    if not messages:
        return None
    for message in reversed(messages):
        if message.buttons:
            return tuple((button.value, button.label) for button in message.buttons)
    return ()
