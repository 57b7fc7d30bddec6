"""This tree beside an older commit, in alternating rounds: what a message and a whole registration cost in processor time,
and how many messages are answered in a second."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import orjson

from bench.contests import OURS, Bot, Ground
from bench.processes import ROOT, Measured

ROUNDS = 8
MODES = ("polling", "webhook")
SAID = "import orjson; from bench.contests import OURS; print(orjson.dumps([OURS.lines, OURS.ends]).decode())"


def run(commit: str, rounds: int, size: float) -> None:
    """Print the ratios of every round, this tree's over the older one's, and their medians."""
    with checked_out(commit) as tree, tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder), size)
        now, then = replace(OURS, name="this tree"), of(tree, commit)
        for mode in MODES:
            costs, wholes, speeds = [], [], []
            for n in range(rounds):
                # In turns, so that neither always comes first.
                first, second = (now, then) if n % 2 else (then, now)
                found = {bot.name: ground.talk(bot, mode) for bot in (first, second)}
                ours, theirs = found[now.name], found[then.name]
                costs.append(ours.each / theirs.each)
                # The same is done in fewer messages since the forms became shorter.
                wholes.append(costs[-1] * len(now.lines) / len(then.lines))
                speeds.append(_per_second(ours) / _per_second(theirs))
                print(
                    f"{mode} {n + 1}/{rounds}: {1e6 * ours.each:.0f} µs each, {1e6 * theirs.each:.0f} at {commit}: "
                    f"cost × {costs[-1]:.3f}, of a registration × {wholes[-1]:.3f}, "
                    f"messages a second × {speeds[-1]:.3f}",
                    flush=True,
                )
            print(
                f"{mode}: median cost × {median(costs):.3f}, of a registration × {median(wholes):.3f}, "
                f"median messages a second × {median(speeds):.3f}"
            )


def of(tree: Path, name: str) -> Bot:
    """The program of another tree, with the lines that a resident says to it."""
    lines, ends = orjson.loads(subprocess.check_output([sys.executable, "-c", SAID], cwd=tree))
    return replace(OURS, name=name, lines=lines, ends=ends, tree=tree)


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A checkout of this commit, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, commit], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


def _per_second(measured: Measured) -> float:
    return float(measured.found["per_second"])
