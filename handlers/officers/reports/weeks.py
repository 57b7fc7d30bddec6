"""What arrived week by week, as a table with its chart: one scale for the whole month, so that two reports can be laid side
by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from bot.media.paper import Cell, Chart, Sheet
from bot.message import Text
from bot.turn.turn import Turn
from storage.campaign.campaigns import Campaign
from storage.figures import lists
from storage.figures.figures import Scope
from storage.figures.lists import Arrived

WEEK, DAY = timedelta(days=7), timedelta(days=1)
WEEKS: Mapping[str, int] = {"week": 40, "receipts": 26, "arrived_money": 40, "arrived_goods": 40, "arrived": 40}
"""The table, with the width of each column in millimetres."""
DRAWN = (2, 3)
"""The columns that the chart shows."""


class Span(Struct, frozen=True):
    """Some days of a campaign: a week of it, or all days before it, or after it."""

    first: date
    last: date
    name: str
    """Of its sentence."""

    @property
    def text(self) -> Text:
        if self.name == "before":
            return Text("report.week.before", {"first": self.last + DAY})
        return Text(f"report.week.{self.name}", {"first": self.first, "last": self.last})


async def make_weeks(turn: Turn, scope: Scope, last: date) -> Sheet:
    """What arrived in each week of the campaign, up to the week of the last day, as far as it lies in the scope."""
    say, period = turn.speech.say, scope.period
    counted = await lists.by_day(turn.tx, scope)
    whole = await lists.by_day(turn.tx, replace(scope, period=None)) if period else counted
    spans = list(spans_of(scope.campaign))
    most = max(_add(whole, span).worth for span in spans)
    first = period.first if period else date.min
    came = {
        span: its
        for span in spans
        if (its := _add(counted, span)).receipts
        or (span.name == "during" and first <= span.last and span.first <= last)
    }
    rows: list[list[Cell]] = [[turn.say(span.text), *_cells(turn, its)] for span, its in came.items()]
    heads = [say("report.receipt.receipts" if name == "receipts" else f"report.column.{name}") for name in WEEKS]
    name = say("report.sheet.weeks")
    title = say("report.chart.weeks", organisation=scope.campaign.organiser)
    chart = Chart(title, DRAWN, len(rows), scale(most)) if most and rows else None
    rows.append([say("report.total"), *_cells(turn, _add(counted, Span(date.min, date.max, "")))])
    return Sheet(name, name, heads, rows, summed=True, widths=tuple(WEEKS.values()), chart=chart)


def spans_of(campaign: Campaign) -> Iterator[Span]:
    """Everything before the campaign, its weeks, the last one as short as it is, everything after it."""
    yield Span(date.min, campaign.first_on - DAY, "before")
    first = campaign.first_on
    while first <= campaign.last_on:
        yield Span(first, min(first + WEEK - DAY, campaign.last_on), "during")
        first += WEEK
    yield Span(campaign.last_on + DAY, date.max, "after")


def scale(most: int) -> int:
    """The end of the scale: it stays where it is while the counts grow below it, so that this week's chart can be laid
    beside last week's. The next of 10, 20, 50, 100, 200, …"""
    if not most:
        return 0
    ends: Iterator[int] = (step * int(10**power) for power in count(1) for step in (1, 2, 5))
    return next(end for end in ends if end >= most)


class _Sum(Struct, frozen=True):
    receipts: int
    money: int
    goods: int
    unvalued: int

    @property
    def worth(self) -> int:
        return self.money + self.goods


def _cells(turn: Turn, its: _Sum) -> list[Cell]:
    goods, worth = (value_or_none(turn, value, its.unvalued) for value in (its.goods, its.worth))
    return [its.receipts, its.money, goods, worth]


def value_or_none(turn: Turn, value: int, unvalued: int) -> Cell:
    """Đồng; where all that came is goods and work whose value nobody agreed on, that it is so, and no bare 0."""
    return turn.speech.say("report.unvalued") if unvalued and not value else value


def _add(days: Sequence[Arrived], span: Span) -> _Sum:
    within = [day for day in days if span.first <= day.arrived_on <= span.last]
    receipts, money, goods, unvalued = (
        sum(getattr(day, name) for day in within) for name in ("receipts", "money", "goods", "unvalued")
    )
    return _Sum(receipts, money, goods, unvalued)
