"""Draw docs/pictures/architecture.svg: ``python docs/pictures/architecture.py``."""

from __future__ import annotations

from html import escape
from pathlib import Path

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1070, 560
INK, SOFT, ACCENT, PAPER = "#1c2733", "#5b6b7b", "#b3261e", "#ffffff"
BOX = (220, 74)

ROOMS = (
    (20, 90, "bot/channels", "one package for each platform"),
    (290, 90, "bot/receive", "keep, then handle in order"),
    (560, 90, "bot/turn, bot/dialog", "commands and forms as data"),
    (830, 90, "handlers", "the campaign decides"),
    (20, 250, "people", "Telegram · Zalo · web"),
    (290, 250, "bot/send", "replies first, at the pace"),
    (560, 250, "storage", "inbox, rows, outbox, ledger"),
    (290, 410, "bot/broadcast", "one copy for each reader"),
    (830, 410, "handlers", "broadcasts/ and calendar/"),
)
"""Where each room stands: x, y, its name, what it does."""

ARROWS = (
    ((130, 250), (130, 164), "1", False),
    ((240, 127), (290, 127), "2", False),
    ((400, 164), (600, 250), "3", False),
    ((510, 127), (560, 127), "4", False),
    ((780, 127), (830, 127), "5", False),
    ((900, 164), (740, 250), "6", False),
    ((560, 287), (510, 287), "7", False),
    ((290, 287), (240, 287), "8", False),
    ((900, 410), (740, 324), "a", True),
    ((620, 324), (480, 410), "b", True),
    ((400, 410), (400, 324), "c", True),
)
"""From, to, the step of the text in docs/architecture.md, and whether it is the way of a broadcast."""


def draw() -> str:
    """The picture, as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="Be Vietnam Pro, system-ui, sans-serif" role="img" '
        f'aria-label="How a message and a broadcast travel through the rooms">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        _marker("message", INK),
        _marker("broadcast", ACCENT),
        _text(20, 40, "A message", 20, INK, bold=True),
        _text(20, 62, "received, kept, handled in one transaction, answered from the outbox", 14, SOFT),
        _text(20, 520, "A broadcast", 20, ACCENT, bold=True),
        _text(
            20, 542, "written once, a copy for each reader in the ledger, sent in the room that replies leave", 14, SOFT
        ),
    ]
    for x, y, name, does in ROOMS:
        parts.append(_box(x, y, name, does))
    for (x1, y1), (x2, y2), label, broadcast in ARROWS:
        parts.append(_arrow(x1, y1, x2, y2, label, broadcast=broadcast))
    return "\n".join([*parts, "</svg>", ""])


def _marker(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
    )


def _box(x: int, y: int, name: str, does: str) -> str:
    width, height = BOX
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="10" fill="#f4f6f8" stroke="{SOFT}"/>'
        + _text(x + 14, y + 32, name, 15, INK, bold=True)
        + _text(x + 14, y + 54, does, 12, SOFT)
    )


def _arrow(x1: int, y1: int, x2: int, y2: int, label: str, *, broadcast: bool) -> str:
    kind, colour = ("broadcast", ACCENT) if broadcast else ("message", INK)
    line = f'<path d="M{x1} {y1}L{x2} {y2}" stroke="{colour}" stroke-width="2" fill="none" marker-end="url(#{kind})"/>'
    above = y1 == y2
    x, y = ((x1 + x2) / 2 - 4, y1 - 10) if above else ((x1 + x2) / 2 + 18, (y1 + y2) / 2 + 2)
    return line + _text(x, y, label, 15, colour, bold=True)


def _text(x: float, y: float, said: str, size: int, colour: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}"{weight}>{escape(said)}</text>'


if __name__ == "__main__":
    (HERE / "architecture.svg").write_text(draw(), encoding="utf-8")
