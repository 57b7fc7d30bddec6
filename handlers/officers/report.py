"""The report of a period: the figures in a message, and everything in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.media.workbook import Cell, Sheet, workbook
from bot.message import Document, Money, Option, Text
from bot.turn.router import Router
from bot.turn.turn import Turn
from bot.vietnamese.days.day import read_day
from handlers.arguments import read_unit
from handlers.buttons import DESK
from handlers.names import amount_of
from handlers.officers.access import reach
from storage.figures import figures
from storage.figures.figures import Figures, Given, Period

HALF_A_YEAR = timedelta(days=183)
router = Router("report", role="officer")

COLUMNS = (
    "surveyed", "approved", "helped", "people", "times", "organisations", "individuals", "pledges", "promised_money",
    "arrived_money", "arrived_goods", "arrived", "volunteers", "deeds", "deeds_approved",
)  # fmt: skip
MONEY = ("promised_money", "arrived_money", "arrived_goods", "arrived")
RECEIPTS = ("number", "day", "commune", "address", "what", "given", "value", "giver")
CHOICES = ("campaign", "month", "week")


@router.command("report")
async def report(turn: Turn) -> None:
    """«/report», «/report week», «/report 1/5 31/5»; «c12» keeps to one commune."""
    period = _period(turn)
    if period is None:
        return turn.reply("report.which_days", _choices())
    within = await _within(turn)
    by_unit = await figures.by_unit(turn.tx, turn.campaign.id, within, period)
    total = sum(by_unit.values(), Figures())
    shown: dict[str, Any] = {name: getattr(total, name) for name in COLUMNS}
    shown |= {name: Money(shown[name]) for name in MONEY}
    document = None
    if turn.facts.documents:
        given = await figures.receipts(turn.tx, turn.campaign.id, within, period)
        document = Document(
            f"bao-cao-{period.first}-{period.last}.xlsx", _workbook(turn, period, by_unit, total, given)
        )
    options = [] if document else [*_choices(), DESK]
    turn.reply(
        "report",
        options,
        first=period.first,
        last=period.last,
        title=turn.campaign.title,
        **shown,
        lines=[_line(name, of) for name, of in by_unit.items()] or Text("none"),
        no_file=None if document else Text("report.no_file"),
    )
    if document:
        turn.reply("report.file", [*_choices(), DESK], document=document)


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
    """The days that the line names; without any, the campaign so far. None if they cannot be read."""
    today = turn.today
    words = [word for word in turn.rest.split() if not re.fullmatch(r"c[0-9]{1,9}", word)]
    match words:
        case [] | ["campaign"]:
            first, last = turn.campaign.first_on, max(today, turn.campaign.first_on)
        case ["month"]:
            first, last = today.replace(day=1), today
        case ["week"]:
            first, last = today - timedelta(days=6), today
        case [one, other]:
            begun, ended = (read_day(day, today, toward="past").value for day in (one, other))
            if begun and ended and ended < begun:  # a day that is still to come, such as the campaign's last
                ended = read_day(other, begun, toward="future").value
                if ended and ended > today + HALF_A_YEAR:  # no, the two were put the wrong way round
                    return None
            if begun is None or ended is None:
                return None
            first, last = begun, ended
        case _:
            return None
    if first > last:
        return None
    return Period(
        first, last, _midnight(turn, first), _midnight(turn, last + timedelta(days=1)) - timedelta(microseconds=1)
    )


def _midnight(turn: Turn, day: date) -> datetime:
    return datetime.combine(day, time(), turn.speech.zone)


def _workbook(
    turn: Turn, period: Period, by_unit: dict[str, Figures], total: Figures, given: Collection[Given]
) -> bytes:
    title = turn.speech.say("report.title", title=turn.campaign.title, first=period.first, last=period.last)
    numbered: list[list[Cell]] = [
        [n, name, *(getattr(of, column) for column in COLUMNS)] for n, (name, of) in enumerate(by_unit.items(), 1)
    ]
    last: list[Cell] = ["", turn.speech.say("report.total"), *(getattr(total, column) for column in COLUMNS)]
    heads = [turn.speech.say(f"report.column.{name}") for name in ("n", "unit", *COLUMNS)]
    listed = [turn.speech.say(f"report.receipt.{name}") for name in RECEIPTS]
    return workbook(
        [
            Sheet(turn.speech.say("report.sheet.figures"), title, heads, [*numbered, last], summed=True),
            Sheet(turn.speech.say("report.sheet.receipts"), title, listed, [_row(turn, receipt) for receipt in given]),
        ]
    )


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
        return " ".join(f"{part[0]}." for part in receipt.shown_name.split())
    return receipt.shown_name
