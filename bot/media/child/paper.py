"""The child process that sets a document as PDF: what is on it as JSON on stdin, the PDF on stdout.

It is `Paper.dump` of ``bot/media/paper.py``; nothing of ours is imported. Every letter is at least 11 points high.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(__file__).parents[1] / "fonts"
FACE = "Be Vietnam Pro"
MARGIN, FOOT, LINE, PAD = 12, 14, 5.2, 1.0
"""Millimetres: around the page, its foot, a line of text, beside the text of a cell."""
TEXT, TITLE = 11, 14
"""Points."""
INK, SOFT, HEAD, EDGE = (27, 42, 52), (81, 97, 108), (236, 240, 242), (150, 160, 168)
COLOURS = ((11, 122, 117), (224, 160, 48))
"""Of a chart's figures, dark below light."""
TALL, SCALE, FILLED = 90, 28, 0.62
"""Millimetres: how high a chart's columns may stand, how wide its scale is; how much of its room a column fills."""


class Sheet(FPDF):
    """A4 upright, with whose it is and the page's number at the foot."""

    def __init__(self, paper: dict[str, Any]) -> None:
        super().__init__("portrait", "mm", "A4")
        self.paper = paper
        self.set_title(paper["title"])
        self.set_author(paper["organisation"])
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN + FOOT)
        self.alias_nb_pages("{n}")
        self.add_font(FACE, "", FONTS / "BeVietnamPro-Regular.ttf")
        self.add_font(FACE, "B", FONTS / "BeVietnamPro-SemiBold.ttf")
        self.write_in()

    def write_in(self, style: str = "", size: int = TEXT, colour: tuple[int, int, int] = INK) -> None:
        self.set_font(FACE, style, size)
        self.set_text_color(*colour)

    def footer(self) -> None:
        self.set_y(-MARGIN - LINE)
        self.write_in("", TEXT, SOFT)
        page = self.paper["page"].replace("{page}", str(self.page_no())).replace("{pages}", "{n}")
        self.cell(self.epw / 2, LINE, self.paper["organisation"])
        self.cell(self.epw / 2, LINE, page, align="R")

    def lines(self, text: str, width: float) -> list[str]:
        """The text, broken where it is too wide."""
        if self.get_string_width(text) <= width and "\n" not in text:
            return [text]
        broken: Any = self.multi_cell(width, LINE, text, dry_run=True, output="LINES", align="L", padding=0)
        return list(broken) or [""]

    def centred(self, text: str, width: float, style: str = "", size: int = TEXT) -> None:
        self.write_in(style, size)
        self.multi_cell(width, LINE * size / TEXT + 0.6, text, align="C", new_x=XPos.LEFT, new_y=YPos.NEXT)


def head(sheet: Sheet) -> None:
    """Whose it is on the left, the heading on the right; the place and the day; the title and its days."""
    paper, half, top = sheet.paper, sheet.epw / 2, sheet.get_y()
    sheet.centred(paper["organisation"], half, "B")
    left = sheet.get_y()
    sheet.set_xy(MARGIN + half, top)
    for line in paper["heading"]:
        sheet.centred(line, half, "B")
    sheet.set_xy(MARGIN, max(left, sheet.get_y()) + 3)
    sheet.write_in()
    sheet.cell(sheet.epw, LINE, paper["made"], align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(4)
    sheet.centred(paper["title"], sheet.epw, "B", TITLE)
    sheet.centred(paper["period"], sheet.epw)
    sheet.ln(3)


def table(sheet: Sheet, found: dict[str, Any]) -> None:
    """The rows, each as high as its longest cell; the names of the columns again on every page."""
    widths = found["widths"]
    names = [[name, False] for name in found["columns"]]
    row(sheet, names, widths, "B", named=True)
    last = len(found["rows"]) - 1
    for n, cells in enumerate(found["rows"]):
        style = "B" if found["summed"] and n == last else ""
        if height(sheet, cells, widths, style) > sheet.page_break_trigger - sheet.get_y():
            sheet.add_page()
            row(sheet, names, widths, "B", named=True)
        row(sheet, cells, widths, style, struck=n in found["struck"])


def broken(sheet: Sheet, cells: list[Any], widths: list[float], style: str) -> list[list[str]]:
    sheet.write_in(style)
    return [sheet.lines(text, width - 2 * PAD) for (text, _), width in zip(cells, widths, strict=True)]


def height(sheet: Sheet, cells: list[Any], widths: list[float], style: str) -> float:
    return max(len(lines) for lines in broken(sheet, cells, widths, style)) * LINE + 2 * PAD


def row(
    sheet: Sheet, cells: list[Any], widths: list[float], style: str, *, named: bool = False, struck: bool = False
) -> None:
    texts, top, left = broken(sheet, cells, widths, style), sheet.get_y(), float(MARGIN)
    tall = max(map(len, texts)) * LINE + 2 * PAD
    sheet.set_fill_color(*HEAD)
    for lines, (_, figure), width in zip(texts, cells, widths, strict=True):
        sheet.set_draw_color(*EDGE)
        sheet.rect(left, top, width, tall, style="DF" if named else "D")
        for n, line in enumerate(lines):
            sheet.set_xy(left + PAD, top + PAD + n * LINE)
            sheet.cell(width - 2 * PAD, LINE, line, align="C" if named else "R" if figure else "L")
            if struck and line:
                sheet.set_draw_color(*INK)
                shown = min(sheet.get_string_width(line), width - 2 * PAD)
                begin = left + width - PAD - shown if figure else left + PAD
                sheet.line(begin, top + PAD + (n + 0.55) * LINE, begin + shown, top + PAD + (n + 0.55) * LINE)
        left += width
    sheet.set_xy(MARGIN, top + tall)


def chart(sheet: Sheet, drawn: dict[str, Any]) -> None:
    """Columns upon a scale, kept together: the title above, what each column stands for below it, then the colours."""
    room = (sheet.epw - SCALE) / max(len(drawn["labels"]), 1)
    sheet.write_in()
    labels = [sheet.lines(label, room - PAD) for label in drawn["labels"]]
    below = max(map(len, labels), default=1) * LINE
    if sheet.page_break_trigger - sheet.get_y() < TALL + below + 8 * LINE:
        sheet.add_page()
    sheet.ln(6)
    sheet.centred(drawn["title"], sheet.epw, "B")
    left, foot = MARGIN + SCALE, sheet.get_y() + 4 + TALL
    sheet.write_in()
    sheet.set_draw_color(*EDGE)
    for n, step in enumerate(drawn["steps"]):
        height = foot - TALL * n / (len(drawn["steps"]) - 1)
        sheet.line(left, height, left + sheet.epw - SCALE, height)
        sheet.set_xy(MARGIN, height - LINE / 2)
        sheet.cell(SCALE - PAD, LINE, step, align="R")
    for n, (label, heights) in enumerate(zip(labels, drawn["heights"], strict=True)):
        begin, top = left + n * room, foot
        for part, colour in zip(heights, COLOURS, strict=False):
            sheet.set_fill_color(*colour)
            sheet.rect(begin + room * (1 - FILLED) / 2, top - TALL * part, room * FILLED, TALL * part, style="F")
            top -= TALL * part
        for m, line in enumerate(label):
            sheet.set_xy(begin, foot + PAD + m * LINE)
            sheet.cell(room, LINE, line, align="C")
    sheet.set_xy(left, foot + below + LINE)
    for name, colour in zip(drawn["names"], COLOURS, strict=False):
        sheet.set_fill_color(*colour)
        sheet.rect(sheet.get_x(), sheet.get_y() + 1, LINE - 2, LINE - 2, style="F")
        sheet.set_x(sheet.get_x() + LINE)
        sheet.cell(sheet.get_string_width(name) + 10, LINE, name)
    sheet.ln(LINE)


def signatures(sheet: Sheet) -> None:
    """Room to sign, kept together."""
    paper = sheet.paper
    if sheet.page_break_trigger - sheet.get_y() < 60:
        sheet.add_page()
    sheet.ln(3)
    sheet.write_in()
    sheet.multi_cell(sheet.epw, LINE, paper["attached"], new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(5)
    top, width = sheet.get_y(), sheet.epw / max(len(paper["signers"]), 1)
    for n, signer in enumerate(paper["signers"]):
        sheet.set_xy(MARGIN + n * width, top)
        sheet.centred(signer, width, "B")
        sheet.centred(paper["signed"], width)


def answer(raw: bytes) -> bytes:
    """The PDF of these bytes."""
    paper = json.loads(raw)
    sheet = Sheet(paper)
    sheet.add_page()
    head(sheet)
    for n, found in enumerate(paper["sheets"]):
        if n:
            sheet.add_page()
            sheet.centred(found["title"], sheet.epw, "B", TITLE)
            sheet.ln(3)
        table(sheet, found)
        if found["chart"]:
            chart(sheet, found["chart"])
        if not n:
            signatures(sheet)
    return bytes(sheet.output())


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
