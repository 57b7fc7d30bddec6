"""The child process that draws the month: what it shows as JSON on stdin, ``<width> <height>``, a newline and a JPEG
on stdout.

A month is {"organiser", "title", "weekdays": [7], "weeks": [[{"day", "marks": [[number, strong]]}]],
"legend": [[number, title]]}: a grid that is read on a narrow phone, with the numbers of the messages in each day and
their titles below. It imports nothing of ours. By hand: ``nhandao calendar picture may.jpg``.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parents[1] / "fonts"
FACES = {400: "BeVietnamPro-Regular.ttf", 600: "BeVietnamPro-SemiBold.ttf"}
WIDTH, MARGIN = 1170, 36
"""Pixels, three for each point of a narrow phone."""
CELL, LINE = 158, 62
INK, SOFT, PAPER, STRONG, LIGHT, EDGE = "#1b2a34", "#51616c", "#ffffff", "#0b7a75", "#dcefee", "#d9e2e5"


class Pen:
    """Writes in one weight and size."""

    def __init__(self, draw: ImageDraw.ImageDraw, weight: int, size: int) -> None:
        self.draw, self.font = draw, ImageFont.truetype(str(FONTS / FACES[weight]), size)

    def length(self, text: str) -> float:
        return self.font.getlength(text)

    def write(self, x: float, y: float, text: str, colour: str) -> None:
        """The text, its baseline at ``y``."""
        self.draw.text((x, y), text, font=self.font, fill=colour, anchor="ls")

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
    picture = Image.new("RGB", (WIDTH, bottom + LINE * (len(month["legend"]) + 1) + MARGIN), PAPER)
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
    foot = small.shortened(month.get("organiser", ""), WIDTH - 2 * MARGIN)
    small.write(MARGIN, bottom + LINE * len(month["legend"]) + 48, foot, SOFT)
    return picture


def answer(raw: bytes) -> bytes:
    """What to write for these bytes."""
    picture, out = drawn(json.loads(raw)), io.BytesIO()
    picture.save(out, format="jpeg", quality=88, optimize=True)
    return b"%d %d\n" % picture.size + out.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
