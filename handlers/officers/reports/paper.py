"""The report as a paper: the figures of all, of each unit, and what they are made of, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from babel.numbers import get_group_symbol
from msgspec import Struct

from bot.media.paper import WIDE, Cell, Paper, Sheet
from bot.message import Text
from bot.turn.turn import Turn
from handlers.names import amount_of, initials_of, short
from handlers.officers.reports.weeks import make_weeks, value_or_none
from storage.campaign import staff, units
from storage.figures import figures, lists
from storage.figures.figures import Figures, Goods, Scope
from storage.figures.lists import Given, Told

SHOWN = (
    "surveyed", "approved", "helped", "people", "times", "organisations", "individuals", "pledges", "promised_money",
    "arrived_money", "arrived_goods", "arrived", "volunteers", "deeds", "deeds_approved",
)  # fmt: skip
"""In the order of the summary."""
BY_UNIT: Mapping[str, Mapping[str, int]] = {
    "addresses": {"unit": 46, "surveyed": 28, "approved": 28, "helped": 28, "people": 28, "times": 28},
    "giving": {
        "unit": 38, "pledges": 18, "promised_money": 32, "arrived_money": 32, "arrived_goods": 34, "arrived": 32,
    },
    "helping": {
        "unit": 46, "organisations": 28, "individuals": 28, "volunteers": 28, "deeds": 28, "deeds_approved": 28,
    },
}  # fmt: skip
"""The tables of the units, with the width of each column in millimetres."""
GOODS = {"what": 100, "given": 46, "value": 40}
WAYS = {"method": 40, "officer": 80, "receipts": 28, "value": 38}
RECEIPTS = {"number": 33, "day": 28, "commune": 31, "address": 25, "given": 36, "value": 33}
GIVERS = {"number": 33, "what": 68, "giver": 85}
ADDRESSES = {"address": 27, "commune": 38, "household": 42, "people": 18, "state": 31, "value": 30}
DEEDS = {"code": 33, "day": 28, "commune": 30, "doer": 38, "deed": 57}
LONGEST_STORY = 300
"""Characters of a deed that stand in its line: a table of whole stories takes minutes to set."""
VOLUNTEERS = {"name": 50, "commune": 40, "activities": 56, "worked": 40}


class Counted(Struct, frozen=True):
    """What a report tells: the figures of all together and of each unit, and what arrived besides money."""

    scope: Scope
    total: Figures
    by_unit: Mapping[str, Figures]
    goods: Sequence[Goods]
    alike: Sequence[Sequence[str]]
    """Names of organisations that may be spellings of one; each counts."""
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


async def make_paper(turn: Turn, counted: Counted) -> Paper:
    """Everything that is printed and signed, in the officer's language."""
    say, tx, scope = turn.speech.say, turn.tx, counted.scope
    place = await units.name(tx, turn.campaign.unit_id)
    sheets = [
        _summary(turn, counted),
        await make_weeks(turn, scope, min(counted.last, turn.today)),
        *(_by_unit(turn, counted, name) for name in BY_UNIT),
        _sheet(turn, "goods", GOODS, ([one.what, _given(turn, one), _worth(turn, one.value)] for one in counted.goods)),
        await _ways(turn, scope),
        *_receipts(turn, await lists.receipts(tx, scope)),
        await _addresses(turn, scope),
        await _deeds(turn, scope),
        await _volunteers(turn, scope),
    ]
    return Paper(
        organisation=turn.campaign.organiser,
        heading=turn.rules.heading,
        title=say("report.paper.title", title=turn.campaign.title, year=str(turn.campaign.year)).upper(),
        period=turn.speech.begin(counted.period),
        made=turn.speech.begin(Text("report.paper.made", {"place": place, "day": turn.today})),
        signers=[say("report.paper.writer"), say("report.paper.head")],
        signed=say("report.paper.sign"),
        attached=say("report.paper.attached", n=len(sheets) - 1),
        page=say("report.paper.page", page="{page}", pages="{pages}"),
        separator=get_group_symbol(turn.speech.language),
        sheets=sheets,
    )


def _summary(turn: Turn, counted: Counted) -> Sheet:
    say = turn.speech.say
    rows: list[list[Cell]] = [[say(f"report.column.{name}"), cell(turn, counted.total, name)] for name in SHOWN]
    if counted.total.unvalued:
        rows.insert(SHOWN.index("arrived"), [say("report.column.unvalued"), counted.total.unvalued])
    if counted.alike:
        at = SHOWN.index("organisations") + 1
        rows.insert(at, [say("report.column.alike"), "; ".join(map(say_alike, counted.alike))])
    heads = [say("report.column.figure"), say("report.column.result")]
    return Sheet(say("report.sheet.figures"), say("report.sheet.figures"), heads, rows, widths=(WIDE // 2, WIDE // 2))


def say_alike(names: Sequence[str]) -> str:
    """Names that look like one."""
    return " = ".join(f"“{name}”" for name in names)


def _by_unit(turn: Turn, counted: Counted, name: str) -> Sheet:
    widths = BY_UNIT[name]
    columns = [column for column in widths if column != "unit"]
    rows: list[list[Cell]] = [
        [unit, *(cell(turn, of, column) for column in columns)] for unit, of in counted.by_unit.items()
    ]
    rows.append([turn.speech.say("report.total"), *(cell(turn, counted.total, column) for column in columns)])
    title = turn.speech.say(f"report.sheet.{name}")
    heads = [turn.speech.say(f"report.column.{column}") for column in widths]
    return Sheet(title, title, heads, rows, summed=True, widths=tuple(widths.values()))


def _sheet(
    turn: Turn, name: str, widths: Mapping[str, int], rows: Iterable[list[Cell]], *, summed: bool = False,
    struck: Iterable[int] = (),
) -> Sheet:  # fmt: skip
    title = turn.speech.say(f"report.sheet.{name}")
    heads = [turn.speech.say(f"report.receipt.{column}") for column in widths]
    return Sheet(title, title, heads, list(rows), summed, frozenset(struck), tuple(widths.values()))


async def _ways(turn: Turn, scope: Scope) -> Sheet:
    """What the receipts come to by the way it came and by the officer who saw it come; below, in all."""
    found = await figures.ways(turn.tx, scope)
    known = await staff.colleagues(turn.tx, {way.seen_by for way in found if way.seen_by is not None})
    rows: list[list[Cell]] = []
    for way in found:
        who = known.get(way.seen_by) if way.seen_by is not None else None
        number = (
            Text("staff.unnamed", {"number": str(way.seen_by)}) if way.seen_by is not None else Text("staff.erased")
        )
        named = (who.name if who else "") or turn.say(number)
        officer = f"{named} ({who.unit_name})" if who and who.unit_name else named
        rows.append([turn.speech.say(f"report.method.{way.method}"), officer, way.receipts, _worth(turn, way.value)])
    receipts, value = sum(way.receipts for way in found), sum(way.value for way in found)
    rows.append([turn.speech.say("report.total"), "", receipts, _worth(turn, value) if receipts else 0])
    return _sheet(turn, "ways", WAYS, rows, summed=True)


def _receipts(turn: Turn, given: Sequence[Given]) -> list[Sheet]:
    """The receipts in two tables, since one would not be readable on paper: what came where; for what, and from whom."""
    struck = [n for n, receipt in enumerate(given) if receipt.voided]
    came: list[list[Cell]] = [
        [
            _number(turn, one), one.arrived_on, one.unit_name, one.address_code,
            turn.say(amount_of(one.amount, one.kind, one.measure)), _worth(turn, one.value),
        ]
        for one in given
    ]  # fmt: skip
    whose: list[list[Cell]] = [[_number(turn, one), one.what, _giver(turn, one)] for one in given]
    return [
        _sheet(turn, "receipts", RECEIPTS, came, struck=struck),
        _sheet(turn, "givers", GIVERS, whose, struck=struck),
    ]


async def _addresses(turn: Turn, scope: Scope) -> Sheet:
    rows: list[list[Cell]] = [
        [
            one.code,
            one.unit_name,
            one.shown_name,
            one.people_count,
            turn.speech.say(f"address.state.{one.state}"),
            _worth(turn, one.arrived) if one.receipts else 0,
        ]
        for one in await lists.households(turn.tx, scope)
    ]
    return _sheet(turn, "households", ADDRESSES, rows)


async def _deeds(turn: Turn, scope: Scope) -> Sheet:
    """Every deed that was told of; the words only of those that were approved, since anybody can write the others."""
    rows: list[list[Cell]] = [
        [one.code, one.done_on, one.unit_name, *_told(turn, one)] for one in await lists.told(turn.tx, scope)
    ]
    return _sheet(turn, "deeds", DEEDS, rows)


def _told(turn: Turn, one: Told) -> tuple[str, str]:
    state = turn.speech.say(f"deed.state.{one.state}")
    if one.state != "approved":
        return "", f"({state})"
    if not one.what:  # who told of it was erased
        return "", f"({state})"
    return one.doer_name or turn.speech.say("report.unnamed"), f"{short(one.what, LONGEST_STORY)} ({state})"


async def _volunteers(turn: Turn, scope: Scope) -> Sheet:
    """Who is registered, and the work that officers saw her do, by its measure."""
    worked: dict[int, list[str]] = {}
    for one in await lists.worked(turn.tx, scope):
        worked.setdefault(one.person_id, []).append(turn.say(amount_of(one.amount, "work", one.measure)))
    rows: list[list[Cell]] = [
        [
            one.full_name or turn.speech.say("report.unnamed"), one.unit_name,
            ", ".join(turn.speech.say(f"volunteer.activities.{name}") for name in one.activities),
            ", ".join(worked.get(one.person_id, ())),
        ]
        for one in await lists.helpers(turn.tx, scope)
    ]  # fmt: skip
    return _sheet(turn, "volunteers", VOLUNTEERS, rows)


def cell(turn: Turn, of: Figures, column: str) -> Cell:
    """A figure; where goods and work without an agreed value are all that it could count, that it is so."""
    value: int = getattr(of, column)
    return value_or_none(turn, value, of.unvalued) if column in ("arrived_goods", "arrived") else value


def _worth(turn: Turn, value: int) -> Cell:
    """Đồng; of goods and work whose value nobody agreed on, that it is so, and no bare 0."""
    return value_or_none(turn, value, 1)


def _given(turn: Turn, goods: Goods) -> str:
    return turn.say(amount_of(goods.amount, goods.kind, goods.measure))


def _number(turn: Turn, receipt: Given) -> str:
    return f"{turn.campaign.prefix}/{receipt.number:05}"


def _giver(turn: Turn, receipt: Given) -> str:
    """As she chose to be named."""
    if receipt.organisation:
        return receipt.organisation
    if receipt.shown_as == "anonymous" or not receipt.shown_name:
        return turn.speech.say("pledge.shown_as.anonymous")
    if receipt.shown_as == "initials":
        return initials_of(receipt.shown_name)
    return receipt.shown_name
