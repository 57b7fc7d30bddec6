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


class Forked:
    """One that runs; in the words of ``asyncio.subprocess.Process``."""

    def __init__(self, folder: Path, environment: Mapping[str, str], command: Sequence[str], log: Path) -> None:
        """Run this module, with these arguments, in the folder; what it says on standard error is added to the log."""
        self._process = FORKS.Process(target=_run, args=(folder, dict(environment), list(command), log), daemon=True)
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


def _run(folder: Path, environment: Mapping[str, str], command: Sequence[str], log: Path) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    nowhere, said = os.open(os.devnull, os.O_RDWR), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for here, there in ((nowhere, 0), (nowhere, 1), (said, 2)):
        os.dup2(here, there)
    module, *arguments = command
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
