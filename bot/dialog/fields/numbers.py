"""Questions that take money, and numbers of people or things."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import Any

from bot.dialog.fields.words import chosen, taken, typed
from bot.dialog.forms import Field, Form, Invalid
from bot.message import Heard, Json, Money, Option, Text, Words
from bot.vietnamese.amounts.count import PERSON, read_count
from bot.vietnamese.amounts.money import read_money, read_months, says_monthly
from bot.vietnamese.amounts.weight import read_weight
from bot.vietnamese.days.calendar import month_from
from bot.vietnamese.fold import fold
from bot.vietnamese.phone import read_phone
from bot.vietnamese.reading import ask

TIMED = re.compile(r"([0-9]{1,15})x([0-9]{1,2})")
"""How a button says an amount for a number of months."""
KILOGRAMS = frozenset({"kg", "ki", "ky", "can", "kilogram", "kilogam", "kilo"})


Quick = Callable[[Any], Mapping[int, Words]]
"""Amounts that can be given by one button, with what stands on it."""


def offer_amounts(quick: Quick | None, form: Form) -> list[Option]:
    """The buttons with amounts, if any are offered."""
    return [Option(str(amount), label) for amount, label in quick(form).items()] if quick else []


def is_amount(text: str) -> bool:
    """Whether a number is in it, and says of what; a bare one may be anything, and a telephone number counts nothing."""
    return any(c.isdecimal() for c in text) and not text.strip().isdecimal() and not read_phone(text).values


class Dong(Field[int]):
    """An amount of money in whole đồng, written as people write it; what is ambiguous is asked back.

    ``monthly`` names the question that «mỗi tháng 100k» answers too, and ``until`` the one that «5 triệu 3 tháng» does.
    """

    numeric = heard_in_review = True
    things = "money"

    def __init__(
        self, *, least: int, most: int, monthly: str = "", until: str = "", quick: Quick | None = None
    ) -> None:
        self.least, self.most, self.monthly, self.until, self.quick = least, most, monthly, until, quick

    def options(self, form: Form) -> Sequence[Option]:
        return offer_amounts(self.quick, form)

    def besides(self, heard: Heard, form: Form) -> int | None:
        return super().besides(heard, form) if is_amount(heard.text) else None

    def read(self, heard: Heard, form: Form) -> int:
        pressed = chosen(heard)
        if pressed.isdecimal() and len(pressed) < 16:
            return self._sized(int(pressed))
        if timed := self._timed(heard):
            return self._sized(timed[0])
        text = typed(heard, "not_money")
        if self.until and (named := read_months(text)):
            raise Invalid("money_months_unclear", [_each_month(*named), _once(named[0])])
        reading = read_money(text)
        if reading.asks:
            likely = [dong for dong in reading.values if self.least <= dong <= self.most]
            reading = ask(reading.why, likely)
        return self._sized(taken(reading, lambda dong: Option(str(dong), Text("money", {"amount": Money(dong)}))))

    def also(self, heard: Heard, answer: int, form: Form) -> Mapping[str, Json]:
        if timed := self._timed(heard):
            month, year = month_from(timed[1] - 1, form.facts.today)
            until = date(year, month, 1).isoformat()
            return {self.monthly: "monthly", self.until: until} if timed[1] > 1 else {self.monthly: "once"}
        return {self.monthly: "monthly"} if self.monthly and says_monthly(heard.text) else {}

    def _timed(self, heard: Heard) -> tuple[int, int] | None:
        """The amount and the number of months of what was pressed, or of what says both («mỗi tháng 500k trong 6 tháng»)."""
        if not self.until:
            return None
        if pressed := TIMED.fullmatch(chosen(heard)):
            return int(pressed[1]), int(pressed[2])
        return read_months(heard.text) if not heard.pressed and says_monthly(heard.text) else None

    def _sized(self, dong: int) -> int:
        if dong < self.least:
            raise Invalid("too_little_money", least=Money(self.least))
        if dong > self.most:
            raise Invalid("too_much_money", most=Money(self.most))
        return dong

    def show(self, answer: int, form: Form) -> Words:
        return Text("money.in_words", {"amount": Money(answer)})


def _each_month(dong: int, months: int) -> Option:
    return Option(f"{dong}x{months}", Text("money.each_month", {"amount": Money(dong), "n": months}))


def _once(dong: int) -> Option:
    return Option(f"{dong}x1", Text("money.once", {"amount": Money(dong)}))


class Count(Field[int]):
    """A whole number of people or things; ``measure`` says of what: «người», «kg», «buổi»."""

    numeric = heard_in_review = True

    def __init__(
        self,
        *,
        least: int = 0,
        most: int = 100_000,
        measure: str | Callable[[Any], str] = "",
        quick: Quick | None = None,
    ) -> None:
        self.least, self.most, self.measure, self.quick = least, most, measure, quick

    def options(self, form: Form) -> Sequence[Option]:
        return offer_amounts(self.quick, form)

    def besides(self, heard: Heard, form: Form) -> int | None:
        return super().besides(heard, form) if is_amount(heard.text) else None

    def measured_in(self, form: Form) -> str:
        """What is counted; empty where the question says it all."""
        return self.measure if isinstance(self.measure, str) else self.measure(form)

    def read(self, heard: Heard, form: Form) -> int:
        count = self._read(chosen(heard) or typed(heard, "not_a_count"), self.measured_in(form))
        if not self.least <= count <= self.most:
            raise Invalid("count_out_of_range", least=self.least, most=self.most)
        return count

    def _read(self, text: str, measure: str) -> int:
        if fold(measure) not in KILOGRAMS:
            return taken(read_count(text, measure), lambda n: Option(str(n), str(n)))
        ends = read_weight(text)
        whole = {int(n.to_integral_value(way)) for n in ends.values for way in (ROUND_FLOOR, ROUND_CEILING)}
        if ends.value is not None and len(whole) > 1:
            ends = ask("whole_kilograms", ends.values)
        if ends.value is not None:
            return int(ends.value)
        raise Invalid(ends.why, [Option(str(n), f"{n} kg") for n in sorted(whole - {0})])

    def show(self, answer: int, form: Form) -> Words:
        if measure := self.measured_in(form):
            return Text("count.measured", {"n": answer, "measure": measure})
        return Text("count", {"n": answer})


class People(Count):
    """A number of people."""

    def __init__(self, *, least: int, most: int) -> None:
        super().__init__(least=least, most=most, measure=PERSON)

    def show(self, answer: int, form: Form) -> Words:
        return Text("count", {"n": answer})
