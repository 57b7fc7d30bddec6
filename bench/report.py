"""What was measured, as a page with tables and a picture."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.contests import CONTESTS, US, Contest
from bench.processes import Measured

Results = Mapping[tuple[str, str, str], Sequence[Measured]]
"""By contest, mode and bot: one measurement for each round."""
SHOWN = ("nhandao", "aiogram", "python-telegram-bot", "SQLAlchemy", "uvicorn", "aiohttp")


BY_HAND = "<!-- From here on the page is written by hand. -->"


def by_hand(before: str) -> str:
    """What somebody wrote below the tables, to be kept."""
    _, mark, notes = before.partition(BY_HAND)
    return f"\n{mark}{notes}" if mark else ""


def page(results: Results, rounds: int) -> str:
    """The tables with all that belongs to them, in Markdown."""
    parts = [
        "# How fast it is",
        "`make bench` writes this page: our program and its peers against one fake Bot API server, in turns within one run; "
        "the bot on one core, the server on the other. Such a machine wanders, so only the ratios count: each is the median of "
        f"the ratios of {rounds} rounds. Processor time is of the bot, for each message.",
        machine(),
        "![Messages a second, ours and the peers'](pictures/performance.svg)",
    ]
    parts += [
        "\n".join(table(name, contest, mode, results))
        for name, contest in CONTESTS.items()
        for mode in contest.modes
        if any((name, mode, bot.name) in results for bot in contest.bots)
    ]
    return "\n\n".join(parts) + "\n"


def machine() -> str:
    """Where and with what it was measured."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    versions = ", ".join(f"{name} {version(name)}" for name in SHOWN)
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return f"Measured on {now}: {model}, {os.cpu_count()} cores, {python}, {versions}."


def table(name: str, contest: Contest, mode: str, results: Results) -> Iterator[str]:
    """One contest in one mode."""
    yield f"## {contest.title}, {mode}\n" if len(contest.modes) > 1 else f"## {contest.title}\n"
    peers = list(contest.goals)
    yield "".join(
        [
            "| | it keeps | ", contest.unit, " |", *(f" × {peer} |" for peer in peers),
            " µs each | MB at rest | MB at most |",
        ]
    )  # fmt: skip
    yield "".join(["|---|---|---|", *("---|" for _ in peers), "---|---|---|"])
    for bot in contest.bots:
        runs = results.get((name, mode, bot.name), ())
        if not runs:
            continue
        middle = median(contest.value(run) for run in runs)
        ratios = "".join(f" {_ratio(name, contest, mode, bot.name, peer, results):.2f} |" for peer in peers)
        each = median(run.each for run in runs) * 1e6
        rest = f"{median(run.at_rest for run in runs):,.0f}" if runs[0].at_rest else ""
        most = f"{median(run.afterwards for run in runs):,.0f}" if runs[0].afterwards else ""
        yield f"| {bot.name} | {bot.keeps} | {middle:,.1f} |{ratios} {each:,.0f} | {rest} | {most} |"
    yield from _verdicts(name, contest, mode, results)


def _verdicts(name: str, contest: Contest, mode: str, results: Results) -> Iterator[str]:
    runs = results.get((name, mode, contest.ours))
    if not runs:
        return
    yield ""
    for peer, goal in contest.goals.items():
        reached = _ratio(name, contest, mode, contest.ours, peer, results)
        met = reached <= goal if contest.less_is_better else reached >= goal
        most = "at most " if contest.less_is_better else ""
        yield f"* Wanted: {most}{goal:g} × {peer}. {'Reached' if met else 'Not reached'}: {reached:.2f}."
    first = results[name, mode, contest.bots[0].name]
    for bound in contest.bounds:
        found = median(bound.value(mine, theirs) for mine, theirs in zip(runs, first, strict=True))
        said = "Reached" if found <= bound.most else "Not reached"
        yield f"* Wanted: at most {bound.most:g} {bound.what}. {said}: {found:.2f}."


def _ratio(name: str, contest: Contest, mode: str, bot: str, peer: str, results: Results) -> float:
    """The median of the rounds' ratios."""
    pairs = zip(results[name, mode, bot], results[name, mode, peer], strict=True)
    return median(contest.value(mine) / contest.value(theirs) for mine, theirs in pairs)


def picture(results: Results) -> str:
    """Bars of messages a second for the contests where more is better, as SVG."""
    bars: list[tuple[str, float]] = []
    for (name, mode, bot), runs in results.items():
        contest = CONTESTS[name]
        if not contest.less_is_better:
            bars.append((f"{contest.title}, {mode}: {bot}", median(contest.value(run) for run in runs)))
    most = max((value for _, value in bars), default=1.0)
    rows = []
    for n, (label, value) in enumerate(bars):
        y, colour = 8 + 24 * n, "#b3261e" if label.endswith(US) else "#9aa0a6"
        rows.append(
            f'<text x="360" y="{y + 14}" text-anchor="end">{label}</text>'
            f'<rect x="368" y="{y}" width="{360 * value / most:.0f}" height="18" fill="{colour}"/>'
            f'<text x="{374 + 360 * value / most:.0f}" y="{y + 14}">{value:,.0f}</text>'
        )
    size = f'width="800" height="{16 + 24 * len(bars)}"'
    style = 'font-family="sans-serif" font-size="12" fill="#444"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n' + "\n".join(rows) + "\n</svg>\n"
