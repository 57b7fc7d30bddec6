"""The program as it is installed: a wheel that runs where no checkout is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import ROOT


def test_the_wheel_holds_all_that_the_program_needs_and_runs_outside_the_checkout(tmp_path: Path) -> None:
    made, there, elsewhere = tmp_path / "made", tmp_path / "there", tmp_path / "elsewhere"
    elsewhere.mkdir()
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*build, str(made), str(ROOT)], check=True)
    (wheel,) = made.glob("nhandao-*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*install, str(there), str(wheel)], check=True)

    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(there), "PYTHONSAFEPATH": "1"}

    def run(*command: str, said: str = "") -> str:
        """What this prints, somewhere else."""
        done = subprocess.run(
            [sys.executable, *command], cwd=elsewhere, env=environment, input=said, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert str(there) in run("-c", "import bot, handlers, storage, locales; print(bot.__file__)")
    # It makes its database, plants the demo and answers: migrations, sentences and data are all there.
    assert "Chữ thập đỏ Vĩnh Linh" in run("-m", "bot", "chat", said="/help\n")
    assert (elsewhere / "data" / "demo.db").exists()
