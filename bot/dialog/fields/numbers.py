"""Questions that take money, and numbers of people or things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import Any

from bot.dialog.fields.words import chosen, taken, typed
from bot.dialog.forms import Field, Form, Invalid
from bot.message import Heard, Json, Money, Option, Text, Words
from bot.vietnamese.amounts.count import PERSON, read_count
from bot.vietnamese.amounts.money import read_money, says_monthly
from bot.vietnamese.amounts.weight import read_weight
from bot.vietnamese.fold import fold
from bot.vietnamese.reading import ask

KILOGRAMS = frozenset({"kg", "ki", "ky", "can", "kilogram", "kilogam", "kilo"})


class Dong(Field[int]):
    """An amount of money in whole đồng, written as people write it; what is ambiguous is asked back.

    ``monthly`` names the question that «mỗi tháng 100k» answers too.
    """

    numeric = True

    def __init__(self, *, least: int, most: int, monthly: str = "") -> None:
        self.least, self.most, self.monthly = least, most, monthly

    def read(self, heard: Heard, form: Form) -> int:
        pressed = chosen(heard)
        if pressed.isdecimal() and len(pressed) < 16:
            return self._sized(int(pressed))
        reading = read_money(typed(heard, "not_money"))
        if reading.asks:
            likely = [dong for dong in reading.values if self.least <= dong <= self.most]
            reading = ask(reading.why, likely)
        return self._sized(taken(reading, lambda dong: Option(str(dong), Text("money", {"amount": Money(dong)}))))

    def also(self, heard: Heard, answer: int, form: Form) -> Mapping[str, Json]:
        return {self.monthly: "monthly"} if self.monthly and says_monthly(heard.text) else {}

    def _sized(self, dong: int) -> int:
        if dong < self.least:
            raise Invalid("too_little_money", least=Money(self.least))
        if dong > self.most:
            raise Invalid("too_much_money", most=Money(self.most))
        return dong

    def show(self, answer: int, form: Form) -> Words:
        return Text("money.in_words", {"amount": Money(answer)})


class Count(Field[int]):
    """A whole number of people or things; ``measure`` says of what: «người», «kg», «buổi»."""

    numeric = True

    def __init__(self, *, least: int = 0, most: int = 100_000, measure: str | Callable[[Any], str] = "") -> None:
        self.least, self.most, self.measure = least, most, measure

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
