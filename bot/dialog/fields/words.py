"""Questions that take words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

from bot.dialog.beneath import folded_phrases, mentions, says_none_of_it
from bot.dialog.forms import Field, Form, Invalid
from bot.dialog.orders import KNOWN
from bot.message import Heard, Option, Reply, Text, Words, changed
from bot.vietnamese.courtesy import courteous
from bot.vietnamese.disclosure.contacts import find_contacts
from bot.vietnamese.fold import clean, fold, one_line
from bot.vietnamese.names import read_free_time, read_hamlet, read_name, read_organisation
from bot.vietnamese.phone import mask_phone, read_phone, show_phone
from bot.vietnamese.reading import Reading
from locales import phrases

T = TypeVar("T")
A_CODE = re.compile(r"[A-Za-z]{2,4}\d{0,2}-[0-9A-Za-z]{4,6}")
"""What opens a household, a pledge or a deed."""
MOST_OFFERED = 20
"""Nobody looks through a province's hundred communes; who is asked writes the name."""
MOST_MEANT = 4
"""More readings than these are not put on buttons."""
MOST_BYTES = 64
"""Of a button's value, on Telegram."""
MOST_ALIKE = 5
"""A secret with fewer different letters is guessed."""


UNREAD = {
    "video": "no_video", "video_note": "no_video", "animation": "no_video", "sticker": "no_sticker", "dice": "no_sticker",
    "document": "no_file", "location": "no_place", "venue": "no_place",
}  # fmt: skip
"""The sentences that say what is possible instead, by what came besides words and photos."""


def unread(heard: Heard) -> str:
    """The code of the sentence for what came and cannot be read."""
    return UNREAD.get(heard.other, "words_wanted")


def typed(heard: Heard, code: str) -> str:
    """The words of a message, or Invalid with the sentence that fits what came instead."""
    if heard.problem:
        raise Invalid(heard.problem)
    if heard.text:
        return heard.text
    if heard.other or heard.picture:
        raise Invalid(unread(heard))
    raise Invalid(code)


def taken(reading: Reading[T], offer: Callable[[T], Option] | None = None) -> T:
    """The value that is sure; or Invalid, which asks back with those that may be meant."""
    if reading.value is not None:
        return reading.value
    options = [offer(value) for value in reading.values] if offer else []
    raise Invalid(reading.why, options[:MOST_MEANT])


def chosen(heard: Heard) -> str:
    """The value of a button that was offered to ask back; empty if none was pressed, or an order."""
    return "" if heard.pressed.startswith("+") else heard.pressed


def leads_nowhere(text: str, within: str = "") -> str:
    """A text that others will read, if nothing ``within`` all that was typed leads them elsewhere. Raises Invalid."""
    if leads := find_contacts(within or text).shown:
        raise Invalid("leads", words=leads)
    return text


def without_account(text: str) -> str:
    """A text that many will read, if no account number is in it. Raises Invalid."""
    if accounts := find_contacts(text).accounts:
        raise Invalid("account", numbers=accounts)
    return text


def _holds_back(said: str) -> bool:
    """Whether somebody says no more than yes, no or a code, or wants to wait: «khoan đã để tôi hỏi», «chờ, tôi xem lại»."""
    if A_CODE.fullmatch(said.strip()):
        return True
    first = fold(courteous(re.split(r"[,.;:!?…]", said.strip())[0]))
    return (
        fold(courteous(said)) in folded_phrases("bare.words")
        or first in folded_phrases("hesitates.alone")
        or any(f"{first} ".startswith(f"{begin} ") for begin in folded_phrases("hesitates.begins"))
    )


class Line(Field[str]):
    """A line of text. ``suggest`` proposes an answer that the program already knows."""

    full = False
    """Whether it takes more than a yes, a no, a code or «khoan đã»: who answers so thinks that she was asked whether to go on,
    or of something else."""

    def __init__(self, *, least: int = 1, most: int = 200, suggest: Callable[[Any], str] | None = None) -> None:
        self.least, self.most, self.suggest = least, most, suggest

    def in_full(self) -> Self:
        """Take no bare yes or no, no code and no hesitation for the answer, since it is acted on at once."""
        self.full = True
        return self

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(KNOWN, known)] if (known := self.suggested(form)) else []

    def suggested(self, form: Form) -> str:
        """What the program knows already, as it would be kept; empty if that is no answer."""
        known = one_line(self.suggest(form)) if self.suggest else ""
        try:
            return self.accept(known) if known else ""
        except Invalid:  # what a channel calls somebody need not be a name
            return ""

    def read(self, heard: Heard, form: Form) -> str:
        if heard.pressed == KNOWN and (known := self.options(form)):
            return str(known[0].label)
        said = chosen(heard) or typed(heard, "no_words")
        if self.full and _holds_back(said):
            raise Invalid("not_in_full")
        return self.accept(said)

    def accept(self, text: str) -> str:
        """What is kept of a typed answer, or of a suggestion. Raises Invalid."""
        return self._sized(one_line(text))

    def offer(self, text: str) -> Option | None:
        """A button with a part of what was typed, if a button can carry it."""
        return Option(text, text) if len(f"{self.key}={text}".encode()) <= MOST_BYTES else None

    def _sized(self, text: str) -> str:
        if not any(c.isalnum() for c in text):
            raise Invalid("no_words")
        if len(text) < self.least:
            raise Invalid("too_short", least=self.least)
        if len(text) > self.most:
            raise Invalid("too_long", most=self.most, got=len(text))
        return text


class Secret(Line):
    """Words that only who asked for them keeps."""

    secret = True

    def accept(self, text: str) -> str:
        said = super().accept(text)
        if len(set(said.casefold())) < min(self.least, MOST_ALIKE):
            raise Invalid("too_simple")
        return said


class Spoken(Line):
    """A line that is answered as people speak; courtesy around it is not kept."""

    def accept(self, text: str) -> str:
        return self._sized(courteous(text))


class Named(Line):
    """A name inside a sentence («tôi tên là …»), read by the way its kind is read, and kept as it was typed."""

    read_it = staticmethod(read_name)

    def accept(self, text: str) -> str:
        if len(text) > self.most * 3:
            return self._sized(one_line(text))
        reading = type(self).read_it(text)
        if reading.value is None:
            raise Invalid(reading.why, [option for value in reading.values if (option := self.offer(value))])
        return self._sized(reading.value)


class Name(Named):
    """A person's full name. Others may read it some day, so nothing in it leads them elsewhere; a telephone number that was
    said beside it is left out."""

    things = "name"

    def accept(self, text: str) -> str:
        try:
            said = super().accept(text)
        except Invalid:
            leads_nowhere(text)
            raise
        found = find_contacts(text)
        if said != text and not (found.accounts or found.links):
            found = find_contacts(said)
        if found:
            raise Invalid("leads", words=found.shown)
        return said


def lacks_something(text: str) -> bool:
    """Whether words only say that there is no photo or no phone, which another question asked for: «không có ảnh»."""
    return any(mentions(text, phrases(f"called.{one}")) for one in ("photo", "phone")) and says_none_of_it(text)


class Called(Line):
    """What something is called, for others to read: nothing in it leads them elsewhere. «Không có ảnh», said late, a yes, a
    no and «khoan đã» are no names."""

    things = "name"

    def accept(self, text: str) -> str:
        if lacks_something(text) or _holds_back(text):
            raise Invalid("not_a_name")
        return leads_nowhere(super().accept(text))


class Announced(Line):
    """What many people are told: phone numbers and links may be in it, but no account number."""

    def accept(self, text: str) -> str:
        return without_account(super().accept(text))


class OffersHamlets(Line):
    """The hamlets that are known in the form's commune are offered; any other answer can be typed."""

    def options(self, form: Form) -> Sequence[Option]:
        inside = form.answers.get("commune")
        known = [Option(f"u{id}", name) for commune, id, name in form.facts.hamlets if commune == inside]
        return known if len(known) <= MOST_OFFERED else []

    def read(self, heard: Heard, form: Form) -> str:
        for option in self.options(form):
            if heard.pressed == option.value:
                return str(option.label)
        return super().read(heard, form)


class Hamlet(OffersHamlets, Named):
    """Where in the commune somebody lives."""

    read_it = staticmethod(read_hamlet)


class House(OffersHamlets, Spoken):
    """Where in the commune a house is, and how it is found."""


class Organisation(Named):
    """A group, a company or a society. Others read it, so nothing in it leads them elsewhere."""

    read_it = staticmethod(read_organisation)

    def accept(self, text: str) -> str:
        return leads_nowhere(super().accept(text))


class FreeTime(Named):
    """When somebody has time."""

    read_it = staticmethod(read_free_time)


class Story(Line):
    """Several lines of text."""

    def accept(self, text: str) -> str:
        return self._sized(clean(text).strip())


class AnnouncedStory(Announced, Story):
    """Several lines that many people are told."""


class Phrase(Line):
    """A phrase that must be typed, so that nobody does this by mistake: the sentence ``<form>.<field>.words``."""

    def read(self, heard: Heard, form: Form) -> str:
        if fold(heard.text) not in folded_phrases(f"{self.key}.words"):
            raise Invalid("not_the_phrase", phrase=Text(f"{self.key}.words"))
        return fold(heard.text)


class Phone(Field[str]):
    """A phone number, kept as +84…; if it is the person's ``own``, by the contact button where the channel has one."""

    heard_in_review, things = True, "phone"

    def __init__(self, *, own: bool = True) -> None:
        self.own = self.by_contact = own

    def ask(self, form: Form) -> Reply:
        question = super().ask(form)
        return changed(question, contact=Text("contact.share")) if self.own and form.facts.contact else question

    def read(self, heard: Heard, form: Form) -> str:
        if heard.other == "contact":
            raise Invalid("contact_of_another")
        contact = heard.contact if self.own else ""
        return taken(
            read_phone(contact or chosen(heard) or typed(heard, "not_a_phone")),
            lambda number: Option(number, show_phone(number)),
        )

    def show(self, answer: str, form: Form) -> Words:
        """One's own in full, to be checked; another's is known already, and is not shown around."""
        return show_phone(answer) if self.own else mask_phone(answer)
