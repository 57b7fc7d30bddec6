"""What travels between a channel and the rest of the program, in either direction."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

Json = Any

changed = msgspec.structs.replace
"""A copy with other parts: ``changed(reply, skip=None)``. Raises TypeError for a part that there is not."""


class Text(Struct, frozen=True):
    """A sentence by its key; the reader's language turns it into words."""

    key: str
    params: Mapping[str, object] = {}


LATER = "later:"
"""Before the number of a message, in place of a picture's name: it is fetched once its sender has agreed to take part."""

Words = Text | str
"""A sentence, or what somebody wrote, to be shown as it is."""


class Money(Struct, frozen=True):
    """Whole đồng, for a sentence that formats them."""

    dong: int


class Option(Struct, frozen=True):
    """One thing a person may answer: a button where there are buttons, a numbered line elsewhere.

    ``value`` is a command line («/pledge DC-0007») or, inside a form, an answer to its open question.
    """

    value: str
    label: Words
    yes: bool | None = None
    """Whether it is what «yes» or «no» stands for; a form's question says so itself."""
    sense: str = ""
    """«goes» if it is what most will want after all that was asked, «beside» if it stands next to that, «danger» if it
    takes something away, «aside» if few people come for it."""


def shown_of(options: int, at_once: int) -> int:
    """How many of so many options are shown at once; the last line is for more of them, or for the last option itself.

    ``at_once``: 0 shows all.
    """
    return at_once if at_once and options > at_once + 1 else options


def width(text: str) -> int:
    """The length in UTF-16 units, as Telegram counts (core.telegram.org/api/entities)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits(text: str, most: int) -> bool:
    """Whether a text has at most so many of these units: a character is one or two, so that few texts need to be counted."""
    return 2 * len(text) <= most or (len(text) <= most and width(text) <= most)


class Span(Struct, frozen=True, array_like=True):
    """A part of a text that is shown bold, italic or as a link; counted in UTF-16 units, as Telegram and browsers do."""

    kind: str
    start: int
    length: int
    url: str = ""


def below(line: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """The marked parts of a text that now stands below this one."""
    return tuple(changed(span, start=span.start + width(line)) for span in spans)


class Link(Struct, frozen=True, array_like=True):
    """A button that opens a page."""

    label: str
    url: str


class Card(Struct, frozen=True):
    """One of several things to choose from, with a picture. ``value`` is that of the option that opens it."""

    value: str
    title: Words
    text: Words
    picture: str = ""


class Reply(Struct, frozen=True):
    """What a handler says; ``picture`` is the name of a stored file."""

    text: Words
    options: tuple[Option, ...] = ()
    skip: Option | None = None
    ways: tuple[Option, ...] = ()
    """The ways out of a question, back and cancel: small buttons in a row of their own, typed where there are none."""
    progress: Words | None = None
    """Where in a form the question stands, said before it: «3/6»."""
    above: Words | None = None
    """Said first, in the same message: what was wrong with an answer, or what is to be known of it."""
    picture: str = ""
    contact: Words | None = None
    """The label of a button that shares the person's own phone number, where the channel has one."""
    in_place: bool = False
    """Show it where the pressed button stood, on channels that can edit."""
    document: Document | None = None
    about: str = ""
    """What it shows, such as «deed:TND26-7K3PQ», so that a Redraw can change it later."""
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    lettered: bool = False
    """Whether a number would answer the question itself, so that its choices are letters where there are no buttons."""
    voice: str = ""
    """The name of a stored voice message that it lets hear."""
    private: bool = False
    """Whether it holds somebody's particulars: it cannot be passed on, and goes away after a while, where that is possible."""
    code: str = ""
    """A code in the text that is typed elsewhere or passed on: it can be copied by a button, where there are such."""
    quote: str = ""
    """A part of the text that somebody told at length: it is folded until it is opened, where that is possible."""
    together: bool = False
    """Whether its picture belongs to those of the replies beside it: they are shown as one album, where there are such."""
    cards: tuple[Card, ...] = ()
    """Its options with pictures: shown instead of their buttons where a channel has cards."""
    secret: bool = False
    """Whether it asks for something that is not to be shown while it is typed."""
    apart: bool = False
    """Whether it stands in a message of its own, since it is passed on, or shown as others will get it."""
    passing: bool = False
    """Whether it only says that the pressed button is of no use any more: shown for a moment, where that is possible."""
    thumbs: tuple[str, ...] = ()
    """The names of pictures that it speaks of and its reader knows: shown small below the text, where that is possible."""


class Document(Struct, frozen=True):
    """A small file for the person. Messages carry it by its number, once it is kept."""

    name: str
    content: bytes = b""
    kept: int = 0
    """The number under which its content is kept."""

    def dump(self) -> Json:
        if self.kept:
            return [self.name, self.kept, "kept"]
        return [self.name, base64.b64encode(self.content).decode(), "base64"]

    @classmethod
    def load(cls, kept: Json) -> Document:
        name, content, *how = kept
        if how == ["kept"]:
            return cls(name, kept=content)
        return cls(name, base64.b64decode(content) if how else content.encode())


class Button(Struct, frozen=True, array_like=True):
    value: str
    label: str
    sense: str = ""


class Message(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A reply in words, as the outbox keeps it and a channel sends it."""

    text: str
    buttons: tuple[Button, ...] = ()
    skip: Button | None = None
    skip_hint: str = ""
    """The sentence that tells how to skip by typing, for channels without buttons."""
    picture: str = ""
    contact: str = ""
    replaces: str = ""
    """The channel's id of the message that this one takes the place of."""
    document: Document | None = None
    leave: bool = False
    """Leave the group after saying this."""
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    lasting: bool = False
    """Whether it may be changed later, so that it must leave the person's keyboard alone."""
    amends: str = ""
    """«edit» or «delete»: only change what it replaces, or take that away; never say it anew."""
    more_hint: str = ""
    menu_hint: str = ""
    """What stands beside the number for more choices, and beside 0, where choices are shown a few at a time."""
    lettered: bool = False
    """Whether its choices are letters there."""
    picture_hint: str = ""
    """What is said where the picture cannot be shown."""
    document_hint: str = ""
    """What stands above the address of the document where it is fetched from one."""
    private: bool = False
    """Whether it holds somebody's particulars, and may not be passed on."""
    private_hint: str = ""
    """What is said below it where it cannot be taken away later."""
    contact_over: str = ""
    """What may be said first, to take the button away that shares a phone number and is not wanted any more."""
    answers: str = ""
    """The channel's id of the press that it answers, where presses wait for an answer."""
    passing: bool = False
    """Whether it may answer the press in passing, and be no message."""
    ends: str = ""
    """The channel's id of the message whose buttons are of no use any more."""
    code: str = ""
    code_label: str = ""
    """What a button copies, and how it is called."""
    cards: tuple[tuple[str, str, str, str], ...] = ()
    """Of each card its option's value, its title, its text and its picture."""
    here: bool = False
    """Whether it answers what was just said where it is shown, on a channel of browsers; nothing else is shown on one that
    is locked."""
    secret: bool = False
    """Whether what is typed next is not to be shown."""
    farewell: bool = False
    """Whether nothing is kept of its reader any more, so that her page may keep showing what stands there."""
    album: tuple[tuple[str, str], ...] = ()
    """Pictures with their captions that are shown as one, instead of everything else."""
    voice: str = ""
    voice_hint: str = ""
    """What stands above the address of the voice message where it is fetched from one."""
    marks: str = ""
    """The channel's id of the message that is marked as received; nothing is said."""
    dropped: str = ""
    """The channel's id of a message that is shown as not taken, since too many came at once; nothing is said."""
    ways: tuple[Button, ...] = ()
    """The ways out of a question, where there are buttons."""
    thumbs: tuple[str, ...] = ()
    """Pictures that are shown small below the text."""

    def dump(self) -> Json:
        """As JSON keeps it; empty parts are left out."""
        kept: dict[str, Json] = msgspec.to_builtins(self)
        return kept | {"document": self.document.dump()} if self.document else kept

    @staticmethod
    def is_sign(kept: Json) -> bool:
        """Whether what is kept is no message of its own, so that it need not wait until one may be sent."""
        return bool(kept.get("passing") or kept.get("marks") or kept.get("dropped"))

    @classmethod
    def load(cls, kept: Json) -> Message:
        """The message that was kept. Raises msgspec.ValidationError for what is none."""
        if "document" not in kept:
            return msgspec.convert(kept, cls)
        plain = {name: part for name, part in kept.items() if name != "document"}
        return changed(msgspec.convert(plain, cls), document=Document.load(kept["document"]))


class SheetRow(Struct, frozen=True):
    """A filled row of a spreadsheet, with the number that it has there."""

    number: int
    cells: Sequence[str]
    """As people see them, without the empty ones at the end."""
    dates: Sequence[int] = ()
    """Those of the cells, from 0, that the spreadsheet takes for dates or times."""
    hidden: bool = False
    sheet: int = 0
    """In which of the sheets that are shown."""


class Heard(Struct, frozen=True):
    """What a person sent: words, a pressed button, a photo, a shared contact, or something else."""

    text: str = ""
    pressed: str = ""
    pressed_on: str = ""
    """The channel's id of the message whose button was pressed."""
    picture: str = ""
    """The name of the stored photo."""
    album: str = ""
    more: tuple[str, ...] = ()
    """Other photos of the same album that came before this could be handled."""
    voice: str = ""
    """The name of the stored voice message."""
    contact: str = ""
    """The sender's own phone number, vouched for by the channel."""
    other: str = ""
    """What came besides: voice, video, sticker, document, location, contact, …"""
    sheet: Sequence[SheetRow] | None = None
    """The filled rows of a spreadsheet that an officer sent."""
    problem: str = ""
    """Why a photo or a spreadsheet could not be taken: a code of ``wrong.*``."""
    chosen: str = ""
    """The choice that a typed number or letter stood for, as it was shown: «2. Bến Quan»."""
    event: str = ""
    """Something that is no message: edited, blocked, unblocked; followed: she let us write to her, which is greeted once;
    withheld: one that the platform keeps from us. In groups
    and channels: joined, and joined_mute where we may not write; present: ``by`` did or said something; moved: it was at
    the address ``by`` before; left; group: something was said to us that is answered with where to write."""
    by: str = ""
    """Of what happened in a group, the address of whoever did it."""
    name: str = ""
    """How the channel calls the sender."""
    language: str = ""
    """The language that the channel reports for the sender, such as «vi»."""
    press: str = ""
    """The channel's id of the press of a button, where it waits for an answer."""
    said_as: str = ""
    """The channel's id of the message, where it can be marked as received or as not taken; on some only of an album's photo."""

    def with_(self, **changes: Any) -> Heard:
        return changed(self, **changes)
