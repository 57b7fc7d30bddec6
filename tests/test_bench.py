"""The benchmark's server and everybody who meets it run; how fast they are is nobody's business here."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bench.contests import AIOGRAM, CONTESTS, OURS, PTB, US, USUAL, Bot, Contest, Ground
from bench.crowd import densest
from bench.processes import Measured
from bench.report import page

MEETINGS = [
    pytest.param(CONTESTS[name], bot, mode, id=f"{name}-{mode}-{bot.name}")
    for name in USUAL
    for mode in CONTESTS[name].modes
    for bot in CONTESTS[name].bots
    if (name, mode) in (("cast", "polling"), ("form", "polling"), ("steady", "webhook"), ("million", "polling"))
]


@pytest.mark.parametrize(("contest", "bot", "mode"), MEETINGS)
async def test_everybody_who_meets_the_server_answers_to_the_end(
    contest: Contest, bot: Bot, mode: str, tmp_path: Path
) -> None:
    if contest is CONTESTS["form"] and bot is OURS:  # so few people would be a flood if they said it all at once
        bot = replace(bot, lines=bot.lines[:6], ends="")
    measured = await asyncio.to_thread(contest.run, Ground(tmp_path, 0.005), bot, mode)
    assert measured.found["updates"] >= 2
    assert contest.value(measured) > 0


def test_the_page_shows_the_median_of_the_rounds_ratios_and_what_was_wanted() -> None:
    def measured(*per_second: float) -> list[Measured]:
        return [Measured({"per_second": value, "updates": 100}, 0.1, 90.0, 95.0) for value in per_second]

    said = page(
        {
            ("talk", "polling", AIOGRAM.name): measured(100, 200, 400),
            ("talk", "polling", PTB.name): measured(50, 50, 50),
            ("talk", "polling", US): measured(300, 400, 800),
        },
        3,
    )
    assert "| nhandao | everything, `synchronous=FULL` | 400.0 | 2.00 | 8.00 | 1,000 | 90 |" in said
    assert "* Wanted: 2 × aiogram echo. Reached: 2.00." in said


def test_the_densest_second_is_found_wherever_it_is() -> None:
    assert densest([0.0, 0.9, 1.0, 1.1, 1.8, 5.0]) == 4
    assert densest([]) == 0
