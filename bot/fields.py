"""The kinds of questions: how each reads an answer and shows it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from bot.forms import Field, Form, Invalid
from bot.message import Heard, Json, Money, Option, Reply, Text, Words
from bot.vietnamese.date import LunarDay, NotADay, NotAMonth, NotAYear, read_day, read_month, read_year
from bot.vietnamese.fold import clean, fold, one_line
from bot.vietnamese.money import AmbiguousMoney, NotMoney, read_money
from bot.vietnamese.number import NotACount, read_count
from bot.vietnamese.phone import NotAPhone, mask_phone, read_phone
from bot.vietnamese.place import find_place
from bot.vietnamese.yes_no import read_yes_no
from locales import phrases


class Hidden(Field[str]):
    """Something known when the form was opened; never asked, never shown."""

    hidden = True


class Known(Field[dict[str, Any]]):
    """What was known when the form was opened, for its questions to be put by; never asked, never shown."""

    hidden = True


def _typed(heard: Heard, code: str) -> str:
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
        return self._sized(one_line(_typed(heard, "no_words")))

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
        return self._sized(clean(_typed(heard, "no_words")).strip())


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
            return read_phone(heard.contact if self.own and heard.contact else _typed(heard, "not_a_phone"))
        except NotAPhone:
            raise Invalid("not_a_phone") from None

    def show(self, answer: str, form: Form) -> Words:
        return mask_phone(answer)


class Year(Field[int]):
    """A year of birth."""

    def read(self, heard: Heard, form: Form) -> int:
        try:
            return read_year(_typed(heard, "not_a_year"), form.facts.today)
        except NotAYear:
            raise Invalid("not_a_year") from None


class Day(Field[date]):
    """A day, ``toward`` the past (what was done) or the future (what will be), at most ``within`` days away."""

    def __init__(self, *, toward: Literal["past", "future"], within: int = 366) -> None:
        self.toward, self.within = toward, within

    def options(self, form: Form) -> Sequence[Option]:
        if self.toward == "past":
            return [Option("0", Text("day.today")), Option("-1", Text("day.yesterday"))]
        return []

    def read(self, heard: Heard, form: Form) -> date:
        today = form.facts.today
        if heard.pressed in ("0", "-1"):
            return date.fromordinal(today.toordinal() + int(heard.pressed))
        try:
            day = read_day(_typed(heard, "not_a_day"), today, toward=self.toward)
        except LunarDay:
            raise Invalid("lunar_day") from None
        except NotADay:
            raise Invalid("not_a_day") from None
        away = (day - today).days
        if self.toward == "past" and not -self.within <= away <= 0:
            raise Invalid("day_not_past", day=day)
        if self.toward == "future" and not 0 <= away <= self.within:
            raise Invalid("day_not_future", day=day)
        return day

    def show(self, answer: date, form: Form) -> Words:
        return Text("day.shown", {"day": answer})

    def dump(self, answer: date) -> Json:
        return answer.isoformat()

    def load(self, kept: Json) -> date:
        return date.fromisoformat(kept)


class Month(Field[date]):
    """A month from this one on, kept as its first day; at most three years away."""

    def read(self, heard: Heard, form: Form) -> date:
        this = form.facts.today.replace(day=1)
        try:
            month = read_month(_typed(heard, "not_a_month"), form.facts.today)
        except NotAMonth:
            raise Invalid("not_a_month") from None
        if not this <= month <= this.replace(year=this.year + 3):
            raise Invalid("month_out_of_range", first=this, last=this.replace(year=this.year + 3))
        return month

    def show(self, answer: date, form: Form) -> Words:
        return Text("month.shown", {"month": answer})

    def dump(self, answer: date) -> Json:
        return answer.isoformat()

    def load(self, kept: Json) -> date:
        return date.fromisoformat(kept)


class Dong(Field[int]):
    """An amount of money in whole đồng, written as people write it; what is ambiguous is asked back."""

    def __init__(self, *, least: int, most: int) -> None:
        self.least, self.most = least, most

    def read(self, heard: Heard, form: Form) -> int:
        if heard.pressed.isdecimal() and len(heard.pressed) < 16:
            return self._sized(int(heard.pressed))
        try:
            return self._sized(read_money(_typed(heard, "not_money")))
        except AmbiguousMoney as unclear:
            likely = [dong for dong in unclear.choices if self.least <= dong <= self.most]
            if likely:
                choices = [Option(str(dong), Text("money", {"amount": Money(dong)})) for dong in likely]
                raise Invalid("money_unclear", choices) from None
            raise Invalid("not_money") from None
        except NotMoney:
            raise Invalid("not_money") from None

    def _sized(self, dong: int) -> int:
        if dong < self.least:
            raise Invalid("too_little_money", least=Money(self.least))
        if dong > self.most:
            raise Invalid("too_much_money", most=Money(self.most))
        return dong

    def show(self, answer: int, form: Form) -> Words:
        return Text("money.in_words", {"amount": Money(answer)})


class Count(Field[int]):
    """A number of people or things."""

    def __init__(self, *, least: int = 0, most: int = 100_000) -> None:
        self.least, self.most = least, most

    def read(self, heard: Heard, form: Form) -> int:
        try:
            count = read_count(_typed(heard, "not_a_count"))
        except NotACount:
            raise Invalid("not_a_count") from None
        if not self.least <= count <= self.most:
            raise Invalid("count_out_of_range", least=self.least, most=self.most)
        return count

    def show(self, answer: int, form: Form) -> Words:
        return Text("count", {"n": answer})


class Choice(Field[str]):
    """One of several values, given by button, by name or by number."""

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
        if heard.pressed not in [option.value for option in self.options(form)]:
            raise Invalid("not_an_option")
        return heard.pressed

    def show(self, answer: str, form: Form) -> Words:
        return self.label(answer, form)


class Choices(Field[list[str]]):
    """Several of several values, ticked one by one or typed as «1 3 5»."""

    several = True

    def __init__(self, values: Sequence[str], *, least: int = 1) -> None:
        self.values, self.least = values, least

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(value, Text(f"{self.key}.{value}")) for value in self.values]

    def read(self, heard: Heard, form: Form) -> list[str]:
        if heard.pressed in self.values:
            return [heard.pressed]
        words = heard.text.replace(",", " ").replace(";", " ").replace(".", " ").split()
        numbers = [int(word) for word in words if word.isdecimal() and len(word) < 3]
        if not words or len(numbers) < len(words) or not all(1 <= n <= len(self.values) for n in numbers):
            raise Invalid(heard.problem or "not_options")
        return [self.values[n - 1] for n in dict.fromkeys(numbers)]

    def check(self, answer: list[str], form: Form) -> None:
        if len(answer) < self.least:
            raise Invalid("tick_one")

    def show(self, answer: list[str], form: Form) -> Words:
        if not answer:
            return Text("none")
        return Text("list", {"items": [Text(f"{self.key}.{value}") for value in answer]})


class YesNo(Field[bool]):
    """Yes or no; with ``must``, only yes lets the person go on."""

    def __init__(self, *, must: bool = False) -> None:
        self.must = must

    def options(self, form: Form) -> Sequence[Option]:
        return [Option("yes", Text("yes")), Option("no", Text("no"))]

    def read(self, heard: Heard, form: Form) -> bool:
        if heard.problem:
            raise Invalid(heard.problem)
        said = {"yes": True, "no": False}.get(heard.pressed)
        if said is None and not heard.pressed:
            said = read_yes_no(heard.text)
        if said is None:
            raise Invalid("not_yes_or_no")
        if self.must and not said:
            raise Invalid("needed")
        return said

    def show(self, answer: bool, form: Form) -> Words:
        return Text("yes" if answer else "no")


class Commune(Field[int]):
    """One of the campaign's communes, by its present or an old name; the answer is the unit's id."""

    def options(self, form: Form) -> Sequence[Option]:
        return [Option(str(unit.id), unit.name) for unit in form.facts.communes]

    def read(self, heard: Heard, form: Form) -> int:
        communes = form.facts.communes
        if heard.pressed in {str(unit.id) for unit in communes}:
            return int(heard.pressed)
        found = find_place(_typed(heard, "not_a_commune")[:200], communes)
        if not found:
            raise Invalid("not_a_commune")
        if len(found) > 1:
            raise Invalid("which_commune", [Option(str(match.known.id), match.known.name) for match in found])
        return found[0].known.id

    def remark(self, heard: Heard, answer: int, form: Form) -> Words | None:
        """Who used an old name learns the new one."""
        found = [] if heard.pressed else find_place(heard.text[:200], form.facts.communes)
        if len(found) != 1 or not found[0].matched:
            return None
        return Text("unit.renamed", {"old": found[0].matched, "new": found[0].known.name})

    def show(self, answer: int, form: Form) -> Words:
        return next((unit.name for unit in form.facts.communes if unit.id == answer), Text("unit.gone"))


class Photos(Field[dict[str, Any]]):
    """Up to ``most`` photos; an album, and photos sent later while the form is open, join the first one."""

    def __init__(self, *, most: int) -> None:
        self.most = most

    def read(self, heard: Heard, form: Form) -> dict[str, Any]:
        if not heard.picture:
            raise Invalid(heard.problem or "not_a_photo")
        return {"pictures": [heard.picture], "album": heard.album}

    def absorb(self, kept: Json, heard: Heard, form: Form) -> tuple[Json, Words | None] | None:
        if not heard.picture:
            return None
        pictures: list[str] = list((kept or {}).get("pictures", ()))
        same_album = bool(heard.album) and heard.album == (kept or {}).get("album")
        if heard.picture in pictures:
            return {**kept}, None if same_album else Text("photo.same")
        if len(pictures) >= self.most:
            told = bool((kept or {}).get("full"))
            return {**kept, "full": True}, None if told else Text("photo.full", {"most": self.most})
        pictures.append(heard.picture)
        added = None if same_album else Text("photo.added", {"n": len(pictures), "most": self.most})
        return {"pictures": pictures, "album": heard.album or (kept or {}).get("album", "")}, added

    def show(self, answer: dict[str, Any], form: Form) -> Words:
        return Text("photo.count", {"n": len(answer["pictures"])})
