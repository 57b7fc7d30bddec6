"""A process that begins with the program's modules loaded, so that it can be killed and started again many times: to load them
takes longer than all that it does until it is killed.

It is forked from one that has loaded them and done nothing else; what follows is as after ``python -m``.
"""

from __future__ import annotations

import asyncio
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.fakes.loaded"])
NOWHERE = Path(os.devnull)


class Forked:
    """One that runs; in the words of ``asyncio.subprocess.Process``."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        command: Sequence[str],
        errors: Path,
        said: Path = NOWHERE,
        out: Path = NOWHERE,
    ) -> None:
        """Run this module, with these arguments, in the folder; it hears what was said, and what it says is added to the
        other files."""
        streams = [said, out, errors]
        self._process = FORKS.Process(
            target=_run, args=(folder, dict(environment), list(command), streams), daemon=True
        )
        self._process.start()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        if self._process.pid is not None and self.returncode is None:
            os.kill(self._process.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    async def wait(self) -> int:
        """Its exit status, once it has ended."""
        while self.returncode is None:
            await asyncio.sleep(0.01)
        return self.returncode


def _run(folder: Path, environment: Mapping[str, str], command: Sequence[str], streams: Sequence[Path]) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    modes = (os.O_RDONLY, os.O_WRONLY | os.O_APPEND | os.O_CREAT, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for here, (file, mode) in enumerate(zip(streams, modes, strict=True)):
        os.dup2(os.open(file, mode, 0o600), here)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # multiprocessing has put another in its place
    module, *arguments = command
    sys.argv = [module, *arguments]
    sys.modules.pop(f"{module}.__main__", None)  # it is loaded, and runs once more under its other name
    runpy.run_module(module, run_name="__main__", alter_sys=True)
