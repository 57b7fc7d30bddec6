"""Run the benchmark: ``python -m bench [--quick] [--rounds 3] [--only talk,form] [--against COMMIT]``."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from bench import against, report
from bench.contests import CONTESTS, ONCE, USUAL, Ground
from bench.processes import ROOT, Failed, Measured


def main() -> None:
    """Run the rounds, say what is found, and write it down."""
    asked = argparse.ArgumentParser(prog="python -m bench", description="The program and its peers, side by side.")
    asked.add_argument("--quick", action="store_true", help="one round of small runs; nothing is written down")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--only", default=",".join(USUAL), help=f"of {', '.join(CONTESTS)}")
    asked.add_argument("--against", metavar="COMMIT", help="this tree beside an older one, in alternating rounds")
    given = asked.parse_args()
    if given.against:
        return against.run(
            given.against, 1 if given.quick else max(given.rounds, against.ROUNDS), 0.5 if given.quick else 1.0
        )
    rounds = 1 if given.quick else given.rounds
    begun = time.monotonic()
    results: dict[tuple[str, str, str], list[Measured]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder), 0.5 if given.quick else 1.0)
        for n in range(rounds):
            for name in given.only.split(","):
                if n and name in ONCE:
                    continue
                run_round(name, ground, results, f"{n + 1}/{rounds}")
    page = report.page(results, rounds)
    print(page, f"{time.monotonic() - begun:.0f} seconds", sep="\n")
    if not given.quick:
        kept = ROOT / "docs" / "performance.md"
        kept.write_text(page + report.by_hand(kept.read_text(encoding="utf-8")), encoding="utf-8")
        (ROOT / "docs" / "pictures" / "performance.svg").write_text(report.picture(results), encoding="utf-8")


def run_round(name: str, ground: Ground, results: dict[tuple[str, str, str], list[Measured]], which: str) -> None:
    """Everybody once, in turns."""
    contest = CONTESTS[name]
    for mode in contest.modes:
        for bot in contest.bots:
            try:
                measured = contest.run(ground, bot, mode)
            except Failed as failed:
                raise SystemExit(f"{contest.title}, {mode}, {bot.name}: {failed}") from None
            results[name, mode, bot.name].append(measured)
            value = contest.value(measured)
            print(f"{which} {contest.title}, {mode}: {bot.name} {value:,.1f} {contest.unit}", flush=True)


if __name__ == "__main__":
    main()
