"""Questions that take a day, a month, a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from bot.dialog.fields.words import chosen, taken, typed
from bot.dialog.forms import Field, Form, Invalid
from bot.message import Heard, Json, Option, Text, Words
from bot.vietnamese.days.birth import read_year
from bot.vietnamese.days.day import read_day
from bot.vietnamese.days.month import read_month
from bot.vietnamese.reading import ask


class Year(Field[int]):
    """A year of birth."""

    def read(self, heard: Heard, form: Form) -> int:
        said = chosen(heard)
        if said.isdecimal() and len(said) == 4:
            return int(said)
        return taken(read_year(typed(heard, "not_a_year"), form.facts.today), lambda year: Option(str(year), str(year)))


class Dated(Field[date]):
    """A question whose answer is kept as ISO writes a date."""

    heard_in_review = True

    def besides(self, heard: Heard, form: Form) -> date | None:
        """A bare number may be anything."""
        return None if heard.text.strip().isdecimal() else super().besides(heard, form)

    def dump(self, answer: date) -> Json:
        return answer.isoformat()

    def load(self, kept: Json) -> date:
        return date.fromisoformat(kept)


class Day(Dated):
    """A day, ``toward`` the past (what was done) or the future (what will be), at most ``within`` days away."""

    things = "day"

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
        reading = read_day(chosen(heard) or typed(heard, "not_a_day"), today, toward=self.toward)
        if reading.asks:
            fitting = [day for day in reading.values if self._fits(day, today)]
            reading = ask(reading.why if fitting else reading.why.removesuffix("_found"), fitting)
        day = taken(reading, lambda day: Option(day.isoformat(), Text("day.shown", {"day": day})))
        if not self._fits(day, today):
            raise Invalid("day_not_past" if self.toward == "past" else "day_not_future", day=day)
        return day

    def _fits(self, day: date, today: date) -> bool:
        away = (day - today).days
        return -self.within <= away <= 0 if self.toward == "past" else 0 <= away <= self.within

    def show(self, answer: date, form: Form) -> Words:
        return Text("day.shown", {"day": answer})


class Month(Dated):
    """A month from this one on, kept as its first day; at most three years away. The last of so many ``lengths`` of months,
    this one included, is offered."""

    numeric = True

    def __init__(self, *, lengths: Sequence[int] = ()) -> None:
        self.lengths = lengths

    def options(self, form: Form) -> Sequence[Option]:
        this = form.facts.today.replace(day=1)
        return [_last_of(n, later(this, n - 1)) for n in self.lengths]

    def read(self, heard: Heard, form: Form) -> date:
        this = form.facts.today.replace(day=1)
        last = this.replace(year=this.year + 3)
        reading = read_month(chosen(heard) or typed(heard, "not_a_month"), form.facts.today)
        if reading.asks:
            reading = ask(reading.why, [month for month in reading.values if this <= month <= last])
        month = taken(reading, lambda month: Option(f"{month:%Y-%m}", Text("month.shown", {"month": month})))
        if not this <= month <= last:
            raise Invalid("month_out_of_range", first=this, last=last)
        return month

    def show(self, answer: date, form: Form) -> Words:
        return Text("month.shown", {"month": answer})


def later(month: date, months: int) -> date:
    """The first day of the month so many months later."""
    year, n = divmod(month.month - 1 + months, 12)
    return month.replace(year=month.year + year, month=n + 1, day=1)


def _last_of(n: int, month: date) -> Option:
    return Option(f"{month:%Y-%m}", Text("month.length", {"n": n, "month": month}))
