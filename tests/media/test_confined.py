"""Whoever takes over what reads pictures and spreadsheets has nothing in reach: attacked for real, and not as root."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.media.child import confined, find_gaps
from tests import ROOT
from tests.figures import measured

BY_LANDLOCK = {"signals its parent": confined.SCOPES_SINCE, "empties a file": 3}
"""Since which version; the other attacks that limits do not stop, since the first."""
BY_LIMITS = {"reads a file", "writes a file", "opens a socket", "starts a process"}
HIDDEN = """
import os, sys
from bot.media.child import confined
if not os.geteuid(): os.setgid(65534); os.setuid(65534)
confined.prctl(confined.SET_DUMPABLE, 1)
memory = f"/proc/{os.getpid()}/mem"
def is_read():
    if not (child := os.fork()):
        try: open(memory, "rb")
        except OSError: os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0
if sys.argv[1] == "hidden": confined.hide()
print(is_read())
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that everybody may write to, so that nothing but what confines stands in the way."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def run(*command: object) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


def test_a_child_that_was_taken_over_has_neither_files_nor_network_nor_processes(folder: Path) -> None:
    database = folder / "database"
    database.write_text("kept")
    database.chmod(0o666)
    found = json.loads(run(Path(__file__).with_name("taken_over.py"), folder))
    version = confined.landlock()
    held = {name for name in found if name in BY_LIMITS or BY_LANDLOCK.get(name, 1) <= version}
    assert {name for name in found if found[name]} >= held, found
    assert (found["reads a file"], found["starts a process"]) == (errno.EMFILE, errno.EAGAIN)
    assert database.read_text() == "kept"
    assert sorted(path.name for path in folder.iterdir()) == ["database"]
    assert ("landlock" in find_gaps()) == (version == 0)
    measured(
        "what reads pictures and spreadsheets is taken over",
        f"{len([name for name in found if found[name]])} of {len(found)} ways out refused",
    )


def test_nobody_of_the_same_user_looks_into_the_program() -> None:
    assert run("-c", HIDDEN, "hidden") == "False\n"


def test_the_program_hides_from_its_first_line_on() -> None:
    code = (
        "import ctypes, sys; from bot.__main__ import main; sys.argv = ['nhandao', '--version']\n"
        "try: main()\n"
        "except SystemExit: print('hidden:', not ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    assert "hidden: True\n" in run("-c", code)
