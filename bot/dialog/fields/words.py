"""Questions that take words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.dialog.forms import Field, Form, Invalid
from bot.message import Heard, Option, Reply, Text, Words
from bot.vietnamese.fold import clean, fold, one_line
from bot.vietnamese.phone import NotAPhone, mask_phone, read_phone
from locales import phrases


def typed(heard: Heard, code: str) -> str:
    """The words of a message, or Invalid with the sentence that fits what came instead."""
    if heard.problem:
        raise Invalid(heard.problem)
    if heard.text:
        return heard.text
    if heard.other or heard.picture:
        raise Invalid("words_wanted")
    raise Invalid(code)


class Line(Field[str]):
    """A line of text. ``suggest`` proposes an answer that the program already knows."""

    def __init__(self, *, least: int = 1, most: int = 200, suggest: Callable[[Form], str] | None = None) -> None:
        self.least, self.most, self.suggest = least, most, suggest

    def options(self, form: Form) -> Sequence[Option]:
        known = one_line(self.suggest(form)) if self.suggest else ""
        return [Option("+known", known)] if self.least <= len(known) <= self.most else []

    def read(self, heard: Heard, form: Form) -> str:
        if heard.pressed == "+known" and (known := self.options(form)):
            return str(known[0].label)
        return self._sized(one_line(typed(heard, "no_words")))

    def _sized(self, text: str) -> str:
        if not any(c.isalnum() for c in text):
            raise Invalid("no_words")
        if len(text) < self.least:
            raise Invalid("too_short", least=self.least)
        if len(text) > self.most:
            raise Invalid("too_long", most=self.most, got=len(text))
        return text


class Story(Line):
    """Several lines of text."""

    def read(self, heard: Heard, form: Form) -> str:
        return self._sized(clean(typed(heard, "no_words")).strip())


class Phrase(Line):
    """A phrase that must be typed, so that nobody does this by mistake: the sentence ``<form>.<field>.words``."""

    def read(self, heard: Heard, form: Form) -> str:
        if fold(heard.text) not in {fold(phrase) for phrase in phrases(f"{self.key}.words")}:
            raise Invalid("not_the_phrase", phrase=Text(f"{self.key}.words"))
        return fold(heard.text)


class Phone(Field[str]):
    """A phone number, kept as +84…; if it is the person's ``own``, by the contact button where the channel has one."""

    def __init__(self, *, own: bool = True) -> None:
        self.own = own

    def ask(self, form: Form) -> Reply:
        question = super().ask(form)
        return replace(question, contact=Text("contact.share")) if self.own and form.facts.contact else question

    def read(self, heard: Heard, form: Form) -> str:
        try:
            return read_phone(heard.contact if self.own and heard.contact else typed(heard, "not_a_phone"))
        except NotAPhone:
            raise Invalid("not_a_phone") from None

    def show(self, answer: str, form: Form) -> Words:
        return mask_phone(answer)
