"""The report of a period: the figures in a message, and everything in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.media.workbook import Cell, Sheet, workbook
from bot.message import Document, Money, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.days.day import read_day
from handlers.arguments import read_unit
from handlers.buttons import DESK
from handlers.names import amount_of, initials_of
from handlers.officers.access import reach
from storage.figures import figures
from storage.figures.figures import Figures, Given, Goods, Period, Scope

HALF_A_YEAR = timedelta(days=183)
router = Router("report", role="officer")

COLUMNS = (
    "surveyed", "approved", "helped", "people", "times", "organisations", "individuals", "pledges", "promised_money",
    "arrived_money", "arrived_goods", "arrived", "volunteers", "deeds", "deeds_approved",
)  # fmt: skip
MONEY = ("promised_money", "arrived_money", "arrived_goods", "arrived")
RECEIPTS = ("number", "day", "commune", "address", "what", "given", "value", "giver")
GOODS = ("what", "given", "value")
MOST_GOODS = 8
"""Kinds of goods that the message names; the spreadsheet has them all."""
CHOICES = ("campaign", "month", "week")


@router.command("report")
async def report(turn: Turn) -> None:
    """«/report», «/report week», «/report 1/5 31/5»; «c12» keeps to one commune."""
    try:
        period = _period(turn)
    except NoSuchDays:
        return turn.reply("report.which_days", _choices())
    counted = await _count(turn, period)
    shown: dict[str, Any] = {name: getattr(counted.total, name) for name in COLUMNS}
    shown |= {name: Money(shown[name]) for name in MONEY}
    document = None
    if turn.facts.documents:
        given = await figures.receipts(turn.tx, counted.scope)
        document = Document(f"bao-cao-{counted.first}-{counted.last}.xlsx", _workbook(turn, counted, given))
    options = [] if document else [*_choices(), DESK]
    turn.reply(
        "report",
        options,
        period=counted.period,
        title=turn.campaign.title,
        **shown,
        awaiting=counted.total.awaiting or None,
        goods=[describe_goods(one) for one in counted.goods[:MOST_GOODS]] or None,
        more_goods=max(len(counted.goods) - MOST_GOODS, 0) or None,
        lines=[_line(name, of) for name, of in counted.by_unit.items()] or Text("none"),
        no_file=None if document else Text("report.no_file"),
    )
    if document:
        turn.reply("report.file", [*_choices(), DESK], document=document)


class NoSuchDays(ValueError):
    """What follows the command names no days."""


@dataclass(frozen=True)
class Counted:
    """What a report tells: the figures of all together and of each unit, and what arrived besides money."""

    scope: Scope
    total: Figures
    by_unit: Mapping[str, Figures]
    goods: Sequence[Goods]
    last: date

    @property
    def first(self) -> date:
        return self.scope.period.first if self.scope.period else self.scope.campaign.first_on

    @property
    def period(self) -> Text:
        """The days, in words."""
        if self.scope.period is None:
            return Text("report.so_far", {"last": self.last})
        return Text("report.between", {"first": self.first, "last": self.last})


async def _count(turn: Turn, period: Period | None) -> Counted:
    scope = Scope(turn.campaign, await _within(turn), period)
    return Counted(
        scope,
        await figures.total(turn.tx, scope),
        await figures.by_unit(turn.tx, scope),
        await figures.goods(turn.tx, scope),
        period.last if period else turn.today,
    )


def describe_goods(goods: Goods) -> Text:
    """What arrived of one kind, with its measure and, where it was agreed, its value."""
    said = {"what": goods.what, "amount": amount_of(goods.amount, goods.kind, goods.measure)}
    return (
        Text("report.goods.worth", {**said, "value": Money(goods.value)}) if goods.value else Text("report.goods", said)
    )


def _line(commune: str, of: Figures) -> Text:
    return Text("report.line", {"commune": commune, "arrived": Money(of.arrived), "helped": of.helped})


async def _within(turn: Turn) -> Collection[int] | None:
    """Her units, or the one of them that the line names."""
    within = await reach(turn)
    unit_id = read_unit(turn.rest)
    if unit_id is None:
        return within
    return {unit_id} if within is None or unit_id in within else frozenset()


def _choices() -> list[Option]:
    options = [Option(f"/report {name}", Text(f"report.period.{name}")) for name in CHOICES]
    return [*options, Option("/years", Text("command.years.title"))]


def _period(turn: Turn) -> Period | None:
    """The days that the line names; None stands for the campaign from its beginning until now. Raises NoSuchDays."""
    today = turn.today
    words = [word for word in turn.rest.split() if not re.fullmatch(r"c[0-9]{1,9}", word)]
    match words:
        case [] | ["campaign"]:
            return None
        case ["month"]:
            first, last = today.replace(day=1), today
        case ["week"]:
            first, last = today - timedelta(days=6), today
        case [one, other]:
            begun, ended = (read_day(day, today, toward="past").value for day in (one, other))
            if begun and ended and ended < begun:  # a day that is still to come, such as the campaign's last
                ended = read_day(other, begun, toward="future").value
                if ended and ended > today + HALF_A_YEAR:  # no, the two were put the wrong way round
                    raise NoSuchDays
            if begun is None or ended is None:
                raise NoSuchDays
            first, last = begun, ended
        case _:
            raise NoSuchDays
    if first > last:
        raise NoSuchDays
    return Period(
        first, last, _midnight(turn, first), _midnight(turn, last + timedelta(days=1)) - timedelta(microseconds=1)
    )


def _midnight(turn: Turn, day: date) -> datetime:
    return datetime.combine(day, time(), turn.speech.zone)


def _workbook(turn: Turn, counted: Counted, given: Sequence[Given]) -> bytes:
    title = turn.speech.say("report.title", title=turn.campaign.title, period=counted.period)
    rows: list[list[Cell]] = [
        [n, name, *(getattr(of, column) for column in COLUMNS)]
        for n, (name, of) in enumerate(counted.by_unit.items(), 1)
    ]
    rows.append(["", turn.speech.say("report.total"), *(getattr(counted.total, column) for column in COLUMNS)])
    heads = [turn.speech.say(f"report.column.{name}") for name in ("n", "unit", *COLUMNS)]
    things: list[list[Cell]] = [
        [goods.what, turn.say(amount_of(goods.amount, goods.kind, goods.measure)), goods.value]
        for goods in counted.goods
    ]
    struck = {n for n, receipt in enumerate(given) if receipt.voided}
    return workbook(
        [
            Sheet(turn.speech.say("report.sheet.figures"), title, heads, rows, summed=True),
            Sheet(turn.speech.say("report.sheet.goods"), title, _heads(turn, GOODS), things),
            Sheet(
                turn.speech.say("report.sheet.receipts"), title, _heads(turn, RECEIPTS),
                [_row(turn, receipt) for receipt in given], struck=struck,
            ),
        ]
    )  # fmt: skip


def _heads(turn: Turn, names: Sequence[str]) -> list[str]:
    return [turn.speech.say(f"report.receipt.{name}") for name in names]


def _row(turn: Turn, receipt: Given) -> list[Cell]:
    given = turn.say(amount_of(receipt.amount, receipt.kind, receipt.measure))
    number = f"{turn.campaign.prefix}/{receipt.number:05}"
    return [
        number,
        receipt.arrived_on,
        receipt.unit_name,
        receipt.address_code,
        receipt.what,
        given,
        receipt.value,
        _giver(turn, receipt),
    ]


def _giver(turn: Turn, receipt: Given) -> str:
    """As she chose to be named."""
    if receipt.organisation:
        return receipt.organisation
    if receipt.shown_as == "anonymous" or not receipt.shown_name:
        return turn.speech.say("pledge.shown_as.anonymous")
    if receipt.shown_as == "initials":
        return initials_of(receipt.shown_name)
    return receipt.shown_name
