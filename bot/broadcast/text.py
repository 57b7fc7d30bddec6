"""A broadcast as one reader gets it: in her language, with her name, who it is from, and the way out."""

from __future__ import annotations

from bot.broadcast import markup
from bot.message import Link, Message, below, changed
from locales import Speech
from locales.writing import capital
from storage.broadcast.broadcasts import Broadcast, Draft

LONGEST_NAME = 60
"""Characters of a name that are filled in."""


def announcement(one: Draft, speech: Speech, organiser: str, *, name: str = "", commune: str = "") -> Message | None:
    """The message for a reader of this language; None if there is nothing for her."""
    language = speech.language if one.texts.get(speech.language) else one.fallback
    text = one.texts.get(language)
    if text is None:
        return None
    somebody = speech.say("broadcast.somebody")
    values = {
        "name": speech.say_inside("broadcast.named", name=name[:LONGEST_NAME]) if name else somebody,
        "commune": speech.say_inside("broadcast.commune", commune=commune)
        if commune
        else speech.say("broadcast.somewhere"),
    }
    text = text.replace(f"{somebody} {{name}}", "{name}").replace(f"{capital(somebody)} {{name}}", "{name}")
    said, spans = markup.fill(markup.read(text), values)
    footer = speech.say("broadcast.footer", organiser=organiser)
    links = tuple(Link(label, url) for label, url in one.links)
    picture = one.picture_in(language)
    hint = speech.say("picture.hint") if picture else ""
    return Message(f"{said}\n\n{footer}", picture=picture, picture_hint=hint, spans=spans, links=links, lasting=True)


def amended(one: Broadcast, speech: Speech, message: Message | None, message_id: str) -> Message:
    """The same where an earlier text stands: corrected, or taken away with a word about it."""
    if one.state in ("recalling", "cancelling") or message is None:
        return Message(speech.say("broadcast.recalled.here"), picture=one.picture, replaces=message_id, amends="delete")
    return Message(
        message.text,
        picture=message.picture,
        spans=message.spans,
        links=message.links,
        replaces=message_id,
        amends="edit",
    )


def headed(head: str, message: Message) -> Message:
    """The message under a line of its own, with its marks where they belong; of this one nothing is changed later."""
    above = f"{head}\n\n"
    return changed(message, text=f"{above}{message.text}", spans=below(above, message.spans), lasting=False)
