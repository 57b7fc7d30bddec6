"""The child process that draws the month: what it shows as JSON on stdin, ``<width> <height>``, a newline and a JPEG
on stdout.

A month is {"title", "weekdays": [7], "weeks": [[{"day", "marks": [[number, strong]]}]], "legend": [[number, title]]}: a
grid that is read on a narrow phone, with the numbers of the messages in each day and their titles below. It imports
nothing of ours. By hand: ``nhandao calendar picture may.jpg``.
"""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parents[2] / "web" / "static" / "fonts"
VIETNAMESE = re.compile(
    r"[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u0300-\u0323\u1ea0-\u1ef9\u20ab]"
)
"""The letters that are in a font file of their own."""
WIDTH, MARGIN = 1170, 36
"""Pixels, three for each point of a narrow phone."""
CELL, LINE = 158, 62
INK, SOFT, PAPER, STRONG, LIGHT, EDGE = "#1b2a34", "#51616c", "#ffffff", "#0b7a75", "#dcefee", "#d9e2e5"


class Pen:
    """Writes in one weight and size, from two font files."""

    def __init__(self, draw: ImageDraw.ImageDraw, weight: int, size: int) -> None:
        self.draw = draw
        self.latin, self.vietnamese = (
            ImageFont.truetype(str(FONTS / f"be-vietnam-pro-{part}-{weight}.woff2"), size)
            for part in ("latin", "vietnamese")
        )

    def _runs(self, text: str) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        letters = VIETNAMESE.pattern
        parts = re.findall(f"{letters}+|[^{letters[1:]}+", text)
        return [(part, self.vietnamese if VIETNAMESE.match(part) else self.latin) for part in parts]

    def length(self, text: str) -> float:
        return sum(font.getlength(part) for part, font in self._runs(text))

    def write(self, x: float, y: float, text: str, colour: str) -> None:
        """The text, its baseline at ``y``."""
        for part, font in self._runs(text):
            self.draw.text((x, y), part, font=font, fill=colour, anchor="ls")
            x += font.getlength(part)

    def middle(self, x: float, y: float, text: str, colour: str) -> None:
        self.write(x - self.length(text) / 2, y, text, colour)

    def shortened(self, text: str, most: float) -> str:
        while self.length(text) > most:
            text = text[:-2].rstrip() + "…"
        return text


def drawn(month: dict[str, Any]) -> Image.Image:
    """The month as a picture."""
    top = MARGIN + 150
    bottom = top + CELL * len(month["weeks"]) + 40
    picture = Image.new("RGB", (WIDTH, bottom + LINE * len(month["legend"]) + MARGIN), PAPER)
    draw = ImageDraw.Draw(picture)
    title, small, day, mark = Pen(draw, 600, 52), Pen(draw, 400, 34), Pen(draw, 400, 36), Pen(draw, 600, 40)
    title.write(MARGIN, MARGIN + 54, title.shortened(month["title"], WIDTH - 2 * MARGIN), INK)
    wide = (WIDTH - 2 * MARGIN) / 7
    for column, name in enumerate(month["weekdays"]):
        small.middle(MARGIN + wide * (column + 0.5), top - 18, name, SOFT)
    for row, week in enumerate(month["weeks"]):
        for column, one in enumerate(week):
            left, upper = MARGIN + wide * column, top + CELL * row
            if not one["day"]:
                continue
            marks = one["marks"]
            strong = any(strong for _, strong in marks)
            fill = STRONG if strong else LIGHT if marks else PAPER
            draw.rounded_rectangle((left + 5, upper + 5, left + wide - 5, upper + CELL - 5), 18, fill, EDGE, 2)
            day.write(left + 20, upper + 50, one["day"], PAPER if strong else SOFT)
            numbers = " ".join(str(number) for number, _ in marks)
            mark.middle(left + wide / 2, upper + 118, mark.shortened(numbers, wide - 20), PAPER if strong else STRONG)
    for n, (number, name) in enumerate(month["legend"]):
        at = bottom + LINE * n + 40
        mark.write(MARGIN, at, str(number), STRONG)
        small.write(MARGIN + 90, at, small.shortened(name, WIDTH - 2 * MARGIN - 90), INK)
    return picture


def answer(raw: bytes) -> bytes:
    """What to write for these bytes."""
    picture, out = drawn(json.loads(raw)), io.BytesIO()
    picture.save(out, format="jpeg", quality=88, optimize=True)
    return b"%d %d\n" % picture.size + out.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
