"""Tables as a spreadsheet. What people wrote is always text: no cell can run as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Cell = str | int | date | None

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold."""
NARROWEST, WIDEST = 8, 45
LINE = 16
"""Points."""
PLAIN, SUM, STRUCK = "plain", "sum", "struck"


@dataclass(frozen=True)
class Sheet:
    """One page: a title above, the names of the columns, the rows; the last one in bold if it is the sum, and those that
    do not count any more struck through."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    summed: bool = False
    struck: Collection[int] = ()
    """Numbers of rows, from 0."""


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as the bytes of an .xlsx file, ready to be printed on A4."""
    from xlsxwriter import Workbook  # loaded only where a report is asked for

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, head = book.add_format({"bold": True}), book.add_format({"bold": True, "text_wrap": True, "border": 1})
        shapes: Mapping[type, dict[str, Any]] = {
            int: {"num_format": "#,##0"},
            date: {"num_format": "dd/mm/yyyy"},
            str: {"text_wrap": True, "valign": "top"},
        }
        looks = {PLAIN: {}, SUM: {"bold": True}, STRUCK: {"font_strikeout": True}}
        formats = {
            (kind, look): book.add_format({"border": 1, **shape, **more})
            for kind, shape in shapes.items()
            for look, more in looks.items()
        }
        for sheet in sheets:
            page = book.add_worksheet(_clean(sheet.name)[:31])
            page.set_landscape()
            page.set_paper(9)
            page.fit_to_pages(1, 0)
            page.freeze_panes(3, 0)
            page.write_string(0, 0, _clean(sheet.title), bold)
            lines = 1
            for column, name in enumerate(sheet.columns):
                page.write_string(2, column, _clean(name), head)
                width = min(max([len(str(row[column])) for row in sheet.rows] + [NARROWEST]) + 2, WIDEST)
                page.set_column(column, column, width)
                lines = max(lines, -(-len(name) // (width - 1)))
            page.set_row(2, LINE * lines)  # no program finds the height of wrapped text by itself
            for n, row in enumerate(sheet.rows, 3):
                look = SUM if sheet.summed and n == len(sheet.rows) + 2 else STRUCK if n - 3 in sheet.struck else PLAIN
                for column, cell in enumerate(row):
                    _write(page, n, column, cell, formats, look)
    return file.getvalue()


def _write(page: Any, row: int, column: int, cell: Cell, formats: Mapping[tuple[type, str], Any], look: str) -> None:
    match cell:
        case int():
            page.write_number(row, column, cell, formats[int, look])
        case date():
            page.write_datetime(row, column, cell, formats[date, look])
        case _:
            page.write_string(row, column, _clean(cell or ""), formats[str, look])


def _clean(text: str) -> str:
    return UNPRINTABLE.sub("", text)
