"""Questions that take a day, a month, a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from bot.dialog.fields.words import typed
from bot.dialog.forms import Field, Form, Invalid
from bot.message import Heard, Json, Option, Text, Words
from bot.vietnamese.date import LunarDay, NotADay, NotAMonth, NotAYear, read_day, read_month, read_year


class Year(Field[int]):
    """A year of birth."""

    def read(self, heard: Heard, form: Form) -> int:
        try:
            return read_year(typed(heard, "not_a_year"), form.facts.today)
        except NotAYear:
            raise Invalid("not_a_year") from None


class Dated(Field[date]):
    """A question whose answer is kept as ISO writes a date."""

    def dump(self, answer: date) -> Json:
        return answer.isoformat()

    def load(self, kept: Json) -> date:
        return date.fromisoformat(kept)


class Day(Dated):
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
            day = read_day(typed(heard, "not_a_day"), today, toward=self.toward)
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


class Month(Dated):
    """A month from this one on, kept as its first day; at most three years away."""

    def read(self, heard: Heard, form: Form) -> date:
        this = form.facts.today.replace(day=1)
        try:
            month = read_month(typed(heard, "not_a_month"), form.facts.today)
        except NotAMonth:
            raise Invalid("not_a_month") from None
        if not this <= month <= this.replace(year=this.year + 3):
            raise Invalid("month_out_of_range", first=this, last=this.replace(year=this.year + 3))
        return month

    def show(self, answer: date, form: Form) -> Words:
        return Text("month.shown", {"month": answer})
