"""The child process that draws one chart: what it shows as JSON on stdin, ``<width> <height>``, a newline and a JPEG
on stdout.

A chart is {"organiser", "title", "panels": [{"title", "bars": [{"label", "value", "of", "shown"}]}]}: lying bars that are
read from top to bottom on a phone. ``value`` of ``of`` is filled, and ``shown`` says it in words. It imports nothing of ours.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("agg")

from matplotlib import font_manager  # the line above must come first
from matplotlib.figure import Figure

FONTS = Path(__file__).parents[1] / "fonts"
for face in ("BeVietnamPro-Regular.ttf", "BeVietnamPro-SemiBold.ttf"):
    font_manager.fontManager.addfont(FONTS / face)
matplotlib.rcParams["font.family"] = "Be Vietnam Pro"

WIDTH = 5.625
"""Inches; at 208 dots each 1170 pixels, three for each point of a narrow phone."""
DOTS = 208
TITLE, PANEL, BAR, FOOT, MARGIN = 0.85, 0.75, 0.85, 0.4, 0.3
"""Inches from top to bottom."""
TITLE_FITS = 30
"""Letters; a longer title is written smaller."""
INK, SOFT, PAPER, FULL, EMPTY = "#1b2a34", "#51616c", "#ffffff", "#0b7a75", "#d9e2e5"


def drawn(chart: dict[str, Any]) -> Figure:
    """The chart as a figure: every bar with its label above it, so that long Vietnamese labels fit."""
    bars = sum(len(panel["bars"]) for panel in chart["panels"])
    height = TITLE + PANEL * len(chart["panels"]) + BAR * bars + FOOT + MARGIN
    figure = Figure(figsize=(WIDTH, height), dpi=DOTS, facecolor=PAPER)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")
    left, right = MARGIN, WIDTH - MARGIN
    size = 19 * min(1.0, TITLE_FITS / len(chart["title"]))
    axes.text(left, 0.55, chart["title"], fontsize=size, fontweight=600, color=INK, va="center")
    top = TITLE
    for panel in chart["panels"]:
        axes.text(left, top + 0.45, panel["title"], fontsize=15, color=SOFT, va="center")
        top += PANEL
        for bar in panel["bars"]:
            part = min(bar["value"] / bar["of"], 1.0) if bar["of"] else 0.0
            axes.text(left, top + 0.16, bar["label"], fontsize=14, color=INK, va="center")
            axes.text(right, top + 0.16, bar["shown"], fontsize=14, color=INK, va="center", ha="right")
            axes.barh(top + 0.5, right - left, 0.24, left=left, color=EMPTY)
            axes.barh(top + 0.5, (right - left) * part, 0.24, left=left, color=FULL)
            top += BAR
    axes.text(left, top + FOOT / 2, chart.get("organiser", ""), fontsize=11, color=SOFT, va="center")
    return figure


def answer(raw: bytes) -> bytes:
    """What to write for these bytes."""
    figure, out = drawn(json.loads(raw)), io.BytesIO()
    figure.savefig(out, format="jpeg", pil_kwargs={"quality": 88, "optimize": True})
    width, height = (round(inches * DOTS) for inches in figure.get_size_inches())
    return b"%d %d\n" % (width, height) + out.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
