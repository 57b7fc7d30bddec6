"""Tables as a spreadsheet. What people wrote is always text: no cell can run as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.media.paper import STEPS, Cell, Chart, Paper, Sheet
from bot.vietnamese.disclosure.visible import visible

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold."""
NARROWEST, WIDEST = 8, 45
LINE = 16
"""Points."""
PIXELS = 96 / 25.4 * 0.97
"""In a millimetre, as spreadsheets count, with a little to spare at the edge of the page."""
PRINTED = {"font_name": "Times New Roman", "font_size": 12}
"""What every office has, and letters of twelve points when it is printed: such sheets are never made smaller."""
USUAL = {"font_name": PRINTED["font_name"], "font_size": 11, "font_scheme": "none"}
"""The letters in which a program measures columns: where it lacks the usual ones, it took wider, and printed all smaller."""
FOOT = f'&"{PRINTED["font_name"]},Regular"&{PRINTED["font_size"]} '
"""How the foot of a page is written; the space keeps what follows from being read as part of the size."""
COLOURS = ("#0b7a75", "#e0a030")
"""Of a chart's figures, dark below light, so that they differ in black and white."""
CHART = (670, 420)
"""Pixels, narrower than the page: what sticks out would make every letter smaller."""
PLAIN, SUM, STRUCK = "plain", "sum", "struck"
LOOKS: Mapping[str, dict[str, Any]] = {PLAIN: {}, SUM: {"bold": True}, STRUCK: {"font_strikeout": True}}


class Formats:
    """The formats of a book, each made once."""

    def __init__(self, book: Any, separator: str = "", **always: Any) -> None:
        self.book, self.separator, self.always = book, separator, always
        self._made: dict[tuple[Any, ...], Any] = {}

    def get(self, **how: Any) -> Any:
        key = tuple(sorted(how.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format({**self.always, **how})
        return self._made[key]

    def of(self, cell: Cell, look: str, *, text: bool = False) -> Any:
        """How a cell of a table looks; ``text``: also what is typed over it stays text."""
        how: dict[str, Any] = {"border": 1, "valign": "top", **LOOKS[look], **({"num_format": "@"} if text else {})}
        match cell:
            case int():
                return self.get(**how, num_format=self._figure(cell))
            case date():
                return self.get(**how, num_format="dd/mm/yyyy", align="center")
        return self.get(**how, text_wrap=True)

    def _figure(self, n: int) -> str:
        """With the separator of the reader's language, whatever the program that opens it thinks of figures."""
        if not self.separator:
            return "#,##0"
        return self._grouped((len(str(abs(n))) - 1) // 3)

    def scale(self, end: int) -> str:
        """The same for all figures from 0 to the end of a scale: a format holds three ways, by how large a figure is."""
        most = max((len(str(end)) - 1) // 3, 2)
        larger = (f"[>={1000**groups}]{self._grouped(groups)}" for groups in (most, most - 1))
        return ";".join([*larger, "0"])

    def _grouped(self, groups: int) -> str:
        return "0" + f'"{self.separator}"000' * groups


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as the bytes of an .xlsx file, made to fit on A4 when it is printed."""
    file = io.BytesIO()
    with _book(file) as book:
        formats = Formats(book)
        for sheet in sheets:
            page = _page(book, sheet)
            page.set_landscape()
            page.fit_to_pages(1, 0)
            _write_table(page, sheet, formats, 0)
    return file.getvalue()


def document(paper: Paper) -> bytes:
    """A paper as the bytes of an .xlsx file: upright, its first page with whose it is and room to sign, every page with
    its number, printed as large as it is."""
    file = io.BytesIO()
    with _book(file) as book:
        formats = Formats(book, paper.separator, **PRINTED)
        foot = paper.page.replace("{page}", "&P").replace("{pages}", "&N")
        for n, sheet in enumerate(paper.sheets):
            page = _page(book, sheet)
            page.set_portrait()
            page.fit_to_pages(1, 0)  # never needed where fonts are as wide as they should be
            page.set_margins(left=12 / 25.4, right=12 / 25.4, top=0.6, bottom=0.8)
            page.set_footer(f"&L{FOOT}{_clean(paper.organisation).replace('&', '&&')}&R{FOOT}{foot}")
            for column, width in enumerate(sheet.widths):
                page.set_column_pixels(column, column, round(width * PIXELS))
            if n:
                after = _write_table(page, sheet, formats, 0)
                page.repeat_rows(2)
                if sheet.chart:
                    page.insert_chart(after + 1, 0, _chart(book, sheet, sheet.chart, formats))
            else:
                _write_front(page, sheet, paper, formats)
    return file.getvalue()


def _book(file: io.BytesIO) -> Any:
    from xlsxwriter import Workbook  # loaded only where a spreadsheet is asked for

    never = {"strings_to_formulas": False, "strings_to_urls": False}
    return Workbook(file, {"in_memory": True, "default_format_properties": USUAL, **never})


def _page(book: Any, sheet: Sheet) -> Any:
    page = book.add_worksheet(_clean(sheet.name)[:31])
    page.set_paper(9)
    return page


def _write_front(page: Any, sheet: Sheet, paper: Paper, formats: Formats) -> None:
    """Whose it is and the heading side by side, the place and the day, the title, the summary, who signs."""
    middle, last = 0, len(sheet.columns) - 1
    bold, plain = {"bold": True, "align": "center", "text_wrap": True}, {"align": "center", "text_wrap": True}
    page.write_string(0, middle, _clean(paper.organisation), formats.get(**bold))
    for n, line in enumerate(paper.heading):
        _across(page, n, 1, last, line, formats.get(**bold))
    row = max(len(paper.heading), 1)
    _across(page, row, 1, last, paper.made, formats.get(align="right", italic=True))
    _across(page, row + 2, 0, last, paper.title, formats.get(**{**bold, "font_size": 14}))
    _across(page, row + 3, 0, last, paper.period, formats.get(**plain))
    after = _write_table(page, sheet, formats, row + 5, titled=False)
    _across(page, after + 1, 0, last, paper.attached, formats.get(text_wrap=True))
    for n, signer in enumerate(paper.signers):
        first, until = (0, 0) if n == 0 else (1, last)
        _across(page, after + 3, first, until, signer, formats.get(**bold))
        _across(page, after + 4, first, until, paper.signed, formats.get(**plain))


def _across(page: Any, row: int, first: int, last: int, text: str, look: Any) -> None:
    if last > first:
        page.merge_range(row, first, row, last, _clean(text), look)
    else:
        page.write_string(row, first, _clean(text), look)


def _write_table(page: Any, sheet: Sheet, formats: Formats, top: int, *, titled: bool = True) -> int:
    """The title, the names of the columns, the rows; returns the row below."""
    if titled:
        page.write_string(top, 0, _clean(sheet.title), formats.get(bold=True))
        top += 2
        page.freeze_panes(top + 1, 0)
    lines = 1
    for column, name in enumerate(sheet.columns):
        page.write_string(
            top,
            column,
            _clean(name),
            formats.get(bold=True, text_wrap=True, border=1, align="center", valign="vcenter"),
        )
        width = sheet.widths[column] / 2 if sheet.widths else _fitting(sheet, column)
        if not sheet.widths:
            page.set_column(column, column, width, formats.get(num_format="@") if column in sheet.texts else None)
        lines = max(lines, _lines(name, width))
    page.set_row(top, LINE * lines)  # no program finds the height of wrapped text by itself
    for n, row in enumerate(sheet.rows):
        look = SUM if sheet.summed and n == len(sheet.rows) - 1 else STRUCK if n in sheet.struck else PLAIN
        for column, cell in enumerate(row):
            _write(page, top + 1 + n, column, cell, formats.of(cell, look, text=column in sheet.texts))
        if sheet.widths:
            tall = max(_lines(str(cell or ""), width / 2) for cell, width in zip(row, sheet.widths, strict=True))
            page.set_row(top + 1 + n, LINE * tall)
    return top + 1 + len(sheet.rows)


def _chart(book: Any, sheet: Sheet, chart: Chart, formats: Formats) -> Any:
    """A chart of the table on this page, that follows its cells."""
    drawn, first = book.add_chart({"type": "column", "subtype": "stacked"}), 3
    last, name = first + chart.rows - 1, _clean(sheet.name)[:31]
    letters = {"name": PRINTED["font_name"], "size": PRINTED["font_size"], "bold": False}
    for column, colour in zip(chart.columns, COLOURS, strict=False):
        drawn.add_series(
            {
                "name": [name, first - 1, column],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    drawn.set_title({"name": _clean(chart.title), "name_font": {**letters, "size": 14, "bold": True}})
    drawn.set_legend({"position": "bottom", "font": letters})
    drawn.set_x_axis({"num_font": letters})
    scale = {"min": 0, "max": chart.end, "major_unit": chart.end / STEPS, "num_format": formats.scale(chart.end)}
    drawn.set_y_axis({**scale, "num_font": letters, "major_gridlines": {"visible": True, "line": {"color": "#d9e2e5"}}})
    drawn.set_size({"width": CHART[0], "height": CHART[1]})
    return drawn


def _fitting(sheet: Sheet, column: int) -> int:
    return min(max([len(str(row[column])) for row in sheet.rows] + [NARROWEST]) + 2, WIDEST)


def _lines(text: str, letters: float) -> int:
    """How many lines a text takes where so many letters fit, broken between words."""
    taken, left = 1, letters - 1
    for word in text.split():
        if len(word) > left and left < letters - 1:
            taken, left = taken + 1, letters - 1
        taken += int(len(word) // max(letters - 1, 1))
        left -= len(word) + 1
    return taken


def _write(page: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    match cell:
        case int():
            page.write_number(row, column, cell, look)
        case date():
            page.write_datetime(row, column, cell, look)
        case _:
            page.write_string(row, column, _clean(cell or ""), look)


def _clean(text: str) -> str:
    """What XML can hold, with what deceives the eye made visible."""
    return visible(UNPRINTABLE.sub("", text))
