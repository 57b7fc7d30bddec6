"""Questions that offer what can be answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from bot.dialog.beneath import folded_phrases, mentions
from bot.dialog.fields.words import MOST_OFFERED, UNREAD, taken, typed
from bot.dialog.forms import Field, Form, Invalid
from bot.dialog.orders import ORDERS, OUTSIDE
from bot.message import Heard, Json, Option, Text, Words, changed
from bot.vietnamese.choice import read_choice
from bot.vietnamese.commune import DOUBTS, read_commune, read_hamlet_beside
from bot.vietnamese.courtesy import courteous, thanks
from bot.vietnamese.fold import exact, fold, one_line
from bot.vietnamese.none import says_none
from bot.vietnamese.spelling import tokens
from bot.vietnamese.yes_no import POLAR, read_yes_no, yes_or_no
from locales import Speech, phrases

NUMBERS = re.compile("[0-9 ,;.]*")
LONGEST_PLACE = 60
"""Characters of a place outside that are kept: a button shows them."""
SPEAKER = frozenset("toi tui minh em con chau anh chi cung nua ro i".split())
"""What may stand beside «không biết», folded, without naming anything."""
ELSEWHERE = 0
"""Where a commune is asked for: a place outside all of them. No unit has this id."""


class Choice(Field[str]):
    """One of several values, given by button, by name or by number."""

    all_again = False
    """Whether all are offered again where an answer is unclear: one alone would put a consent into her mouth."""

    def __init__(self, values: Iterable[str] | Callable[[Any], Iterable[str]]) -> None:
        self.values = values

    def options(self, form: Form) -> Sequence[Option]:
        values = self.values(form) if callable(self.values) else self.values
        return [Option(value, self.label(value, form)) for value in values]

    def label(self, value: str, form: Form) -> Words:
        return Text(f"{self.key}.{value}", form.words())

    def read(self, heard: Heard, form: Form) -> str:
        if heard.problem:
            raise Invalid(heard.problem)
        options = {option.value: option for option in self.options(form)}
        if heard.pressed in options:
            return heard.pressed
        if heard.pressed or not heard.text:
            raise Invalid("not_an_option")
        words = [(value, self.called(option, form)) for value, option in options.items()]
        try:
            return taken(read_choice(heard.text, words), options.__getitem__)
        except Invalid as unclear:
            if self.all_again:
                raise Invalid(unclear.code) from None
            raise

    def called(self, option: Option, form: Form) -> frozenset[str]:
        """What people call this option: its label, and what else ``said.<value>`` lists."""
        return phrases(f"said.{option.value}") | {form.facts.speech(option.label)}

    def besides(self, heard: Heard, form: Form) -> str | None:
        """Only words that name one of the options, which a yes or a no does not."""
        known = {phrase for option in self.options(form) for phrase in self.called(option, form)}
        named = frozenset(phrase for phrase in known if phrase.casefold() not in POLAR)
        return super().besides(heard, form) if mentions(heard.text, named) else None

    def show(self, answer: str, form: Form) -> Words:
        return self.label(answer, form)


class Sure(Choice):
    """Whether to do what cannot easily be undone: the ways out come first, the act stands last and looks like one. What is
    not understood is none of them."""

    def options(self, form: Form) -> Sequence[Option]:
        *ways_out, act = super().options(form)
        return [*ways_out, changed(act, sense="danger")]


def read_numbers(heard: Heard, values: Sequence[str]) -> list[str]:
    """The value that was pressed, or those with the typed numbers. Raises Invalid."""
    if heard.pressed in values:
        return [heard.pressed]
    words = heard.text.replace(",", " ").replace(";", " ").replace(".", " ").split()
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 3]
    if not words or len(numbers) < len(words) or not all(1 <= n <= len(values) for n in numbers):
        raise Invalid(heard.problem or "not_options")
    return [values[n - 1] for n in dict.fromkeys(numbers)]


class Choices(Field[list[str]]):
    """Several of several values, ticked one by one or typed as «1 3 5», «sơ cấp cứu và hiến máu» or «tất cả»."""

    several = True

    def __init__(self, values: Sequence[str], *, least: int = 1) -> None:
        self.values, self.least = values, least

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(value, Text(f"{self.key}.{value}")) for value in self.values]

    def read(self, heard: Heard, form: Form) -> list[str]:
        named = [] if heard.pressed or NUMBERS.fullmatch(heard.text) else self.named(heard.text, form)
        return named or read_numbers(heard, self.values)

    def named(self, text: str, form: Form) -> list[str]:
        """The values that are named in a text, or all of them; none where it leaves something out."""
        if phrases("ticks.but.words") & {exact(word) for word in tokens(text)}:
            return []
        if fold(courteous(text)) in folded_phrases("ticks.all.words"):
            return list(self.values)
        speech = form.facts.speech
        return [value for value in self.values if mentions(text, _called(speech, f"{self.key}.{value}"))]

    def check(self, answer: list[str], form: Form) -> None:
        if len(answer) < self.least:
            raise Invalid("tick_one")

    def show(self, answer: list[str], form: Form) -> Words:
        if not answer:
            return Text("none")
        return Text("list", {"items": [Text(f"{self.key}.{value}") for value in answer]})


@cache
def _called(speech: Speech, key: str) -> frozenset[str]:
    """What people call a value with this label: all of it, or a part that is more than a word («hiến máu»)."""
    label = speech.say(key)
    return frozenset({label, *(part for part in label.split(", ") if " " in part)})


class YesNo(Field[bool]):
    """Yes or no."""

    def options(self, form: Form) -> Sequence[Option]:
        return [Option("yes", Text("yes")), Option("no", Text("no"))]

    def read(self, heard: Heard, form: Form) -> bool:
        if heard.problem:
            raise Invalid(heard.problem)
        said = {"yes": True, "no": False}.get(heard.pressed)
        if said is None and heard.pressed:
            raise Invalid("not_yes_or_no")
        if said is None:
            yes, no = self.options(form)
            said = taken(read_yes_no(heard.text), lambda answer: yes if answer else no)
        return said

    def show(self, answer: bool, form: Form) -> Words:
        return Text("yes" if answer else "no")


def may_be_place(text: str) -> bool:
    """Whether these words may name a place: an order, a yes, a no, thanks alone, or that one does not know, do not."""
    plain = courteous(text)
    said = fold(plain)
    orders = frozenset[str]().union(*(folded_phrases(f"order.{order.removeprefix('+')}.words") for order in ORDERS))
    ordered = said in orders or any(f" {order} " in f" {said} " for order in orders if " " in order)
    unknown = DOUBTS.search(said) and SPEAKER.issuperset(DOUBTS.sub("", said).split())
    answers = yes_or_no(plain) is not None or says_none(plain) or thanks(plain)
    return not (ordered or unknown or answers or said in folded_phrases("bare.words"))


class Commune(Field[int]):
    """One of the campaign's communes, by its present or an old name; the answer is the unit's id.

    ``hamlet`` names the question that «thôn 4, Vĩnh Kim» answers too, and ``outside`` the hidden one that keeps a place
    anywhere else as it was written; the answer is then ELSEWHERE.
    """

    heard_in_review = True

    def __init__(self, *, hamlet: str = "", outside: str = "") -> None:
        self.hamlet, self.outside = hamlet, outside

    def options(self, form: Form) -> Sequence[Option]:
        communes = form.facts.communes
        return [Option(str(unit.id), unit.name) for unit in communes] if len(communes) <= MOST_OFFERED else []

    def read(self, heard: Heard, form: Form) -> int:
        communes = form.facts.communes
        if heard.pressed in {str(unit.id) for unit in communes}:
            return int(heard.pressed)
        if UNREAD.get(heard.other) == "no_place":  # no unit's coordinates are known, so a place on the map names none
            raise Invalid("place_here")
        if heard.pressed == OUTSIDE and self.outside and form.answers.get(self.outside):
            return ELSEWHERE
        reading = read_commune(typed(heard, "not_a_commune"), communes)
        if self.outside and reading.why == "not_a_commune" and heard.text and may_be_place(heard.text):
            place = one_line(courteous(heard.text))[:LONGEST_PLACE]
            form.answers[self.outside] = place
            raise Invalid("not_here", [Option(OUTSIDE, Text("place.outside", {"place": place}))], place=place)
        return taken(reading, lambda match: Option(str(match.known.id), match.known.name)).known.id

    def besides(self, heard: Heard, form: Form) -> int | None:
        """One of the communes, and no other place: a place outside is named to its question."""
        named = read_commune(heard.text, form.facts.communes).values if heard.text else ()
        return super().besides(heard, form) if named else None

    def also(self, heard: Heard, answer: int, form: Form) -> Mapping[str, Json]:
        if self.outside and answer != ELSEWHERE:
            return {self.outside: None, **self._hamlet(heard, answer, form)}
        return self._hamlet(heard, answer, form)

    def _hamlet(self, heard: Heard, answer: int, form: Form) -> Mapping[str, Json]:
        if not self.hamlet:
            return {}
        if not heard.pressed and (found := read_hamlet_beside(heard.text, form.facts.communes)):
            return {self.hamlet: found}
        moved = form.answers.get(self.name) not in (None, answer)
        return {self.hamlet: None} if moved else {}

    def remark(self, heard: Heard, answer: int, form: Form) -> Words | None:
        """Who used an old name learns the new one; and of a place outside whose it is, where that is certain."""
        if answer == ELSEWHERE:
            place = str(form.answers.get(self.outside) or "")
            province = form.facts.province_of(place)
            if province:
                return Text("place.outside.whose", {"place": place, "province": province})
            return Text("place.outside.noted", {"place": place})
        found = None if heard.pressed else read_commune(heard.text, form.facts.communes).value
        return (
            Text("unit.renamed", {"old": found.matched, "new": found.known.name}) if found and found.matched else None
        )

    def show(self, answer: int, form: Form) -> Words:
        if answer == ELSEWHERE:
            return form.answers.get(self.outside) or Text("place.outside.area")
        return next((unit.name for unit in form.facts.communes if unit.id == answer), Text("unit.gone"))
