"""A further language is one catalogue and one entry: proved with one that exists only here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import ROOT


def run(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """In a process of its own, since the languages are read when the program is loaded."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


def test_conversations_settings_and_the_calendar_know_it() -> None:
    done = run("pytest", "-q", "-p", "tests.fakes.third_language", "-p", "no:cacheprovider", "tests/third_language.py")
    assert done.returncode == 0, done.stdout


def test_the_command_line_knows_it(tmp_path: Path) -> None:
    run("tests.fakes.third_language", "chat", "--language", "lo", folder=tmp_path)  # makes the demo's database
    known = run("tests.fakes.third_language", "calendar", "ics", "--language", "lo", folder=tmp_path)
    assert known.stderr.endswith("the calendar is empty: an officer loads it with /calendar load\n")
    unknown = run("tests.fakes.third_language", "calendar", "ics", "--language", "fr", folder=tmp_path)
    assert "'lo'" in unknown.stderr and unknown.returncode == 2
