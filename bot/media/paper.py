"""A document as data: whose it is, its title, its tables, who signs it. A workbook and a PDF are made of the same one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, field

from bot.vietnamese.disclosure.visible import visible

Cell = str | int | date | None


class Chart(Struct, frozen=True):
    """Columns that stand for figures of the table above: a row a column, its figures upon each other."""

    title: str
    columns: Sequence[int]
    """Which columns of the table, from 0."""
    rows: int
    """How many rows from the first."""
    end: int
    """Where the scale ends, at least the highest sum: the same in every chart that is to be laid beside this one."""


class Sheet(Struct, frozen=True):
    """One table: a title above, the names of the columns, the rows; the last one in bold if it is the sum, and those that
    do not count any more struck through."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    summed: bool = False
    struck: Collection[int] = ()
    """Numbers of rows, from 0."""
    widths: Sequence[int] = ()
    """Millimetres; together at most `WIDE`. Without them the columns are as wide as what is in them."""
    chart: Chart | None = None
    texts: Collection[int] = ()
    """Columns, from 0, in which whatever somebody types stays text: no zero is lost, no house becomes a date."""


STEPS = 5
"""In which the scale of a chart is parted."""
WIDE = 186
"""Millimetres: a sheet of A4 upright, without its margins."""


class Paper(Struct, frozen=True):
    """A document to be printed on A4, signed and handed on. Every word of it is settled."""

    organisation: str
    heading: Sequence[str]
    """What stands opposite the organisation, line by line, as the operator gives it; may be empty."""
    title: str
    period: str
    made: str
    """The place and the day on which it was made."""
    signers: Sequence[str]
    signed: str
    """What is to be done below each, such as «(Ký, ghi rõ họ tên)»."""
    attached: str
    """How many tables follow the first."""
    page: str
    """With {page} and {pages} in it."""
    separator: str
    """Between the thousands of a figure."""
    sheets: Sequence[Sheet] = field(default_factory=tuple)
    """The first one is the summary, on the page with the signatures."""

    def dump(self) -> dict[str, Any]:
        """As JSON, with every cell as it is printed and whether it is a figure."""
        return {
            "organisation": self.organisation, "heading": list(self.heading), "title": self.title, "period": self.period,
            "made": self.made, "signers": list(self.signers), "signed": self.signed, "attached": self.attached,
            "page": self.page, "sheets": [self._dump(sheet) for sheet in self.sheets],
        }  # fmt: skip

    def _dump(self, sheet: Sheet) -> dict[str, Any]:
        return {
            "title": sheet.name, "columns": list(sheet.columns), "widths": list(sheet.widths), "summed": sheet.summed,
            "struck": sorted(sheet.struck), "rows": [[self._cell(cell) for cell in row] for row in sheet.rows],
            "chart": self._chart(sheet, sheet.chart) if sheet.chart else None,
        }  # fmt: skip

    def _chart(self, sheet: Sheet, chart: Chart) -> dict[str, Any]:
        """As it is drawn: heights as parts of the scale, whose ends and steps are in words."""
        rows = sheet.rows[: chart.rows]
        return {
            "title": chart.title, "names": [sheet.columns[column] for column in chart.columns],
            "labels": [str(row[0]) for row in rows],
            "heights": [[_figure(row[column]) / chart.end for column in chart.columns] for row in rows],
            "steps": [self._cell(chart.end * n // STEPS)[0] for n in range(STEPS + 1)],
        }  # fmt: skip

    def _cell(self, cell: Cell) -> list[str | bool]:
        match cell:
            case int():
                return [f"{cell:,}".replace(",", self.separator), True]
            case date():
                return [f"{cell:%d/%m/%Y}", False]
        return [visible(cell or ""), False]


def _figure(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0
