"""Questions that take money, and numbers of people or things."""

from __future__ import annotations

from bot.dialog.fields.words import typed
from bot.dialog.forms import Field, Form, Invalid
from bot.message import Heard, Money, Option, Text, Words
from bot.vietnamese.money import AmbiguousMoney, NotMoney, read_money
from bot.vietnamese.number import NotACount, read_count


class Dong(Field[int]):
    """An amount of money in whole đồng, written as people write it; what is ambiguous is asked back."""

    numeric = True

    def __init__(self, *, least: int, most: int) -> None:
        self.least, self.most = least, most

    def read(self, heard: Heard, form: Form) -> int:
        if heard.pressed.isdecimal() and len(heard.pressed) < 16:
            return self._sized(int(heard.pressed))
        try:
            return self._sized(read_money(typed(heard, "not_money")))
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

    numeric = True

    def __init__(self, *, least: int = 0, most: int = 100_000) -> None:
        self.least, self.most = least, most

    def read(self, heard: Heard, form: Form) -> int:
        try:
            count = read_count(typed(heard, "not_a_count"))
        except NotACount:
            raise Invalid("not_a_count") from None
        if not self.least <= count <= self.most:
            raise Invalid("count_out_of_range", least=self.least, most=self.most)
        return count

    def show(self, answer: int, form: Form) -> Words:
        return Text("count", {"n": answer})
