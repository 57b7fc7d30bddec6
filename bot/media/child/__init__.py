"""Ask a child process: bytes in, bytes out, with little time, no secrets, and nothing of it left afterwards.

Others use: confined, month.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from bot.media.child.confined import landlock

ENVIRONMENT = ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH")
"""What a child may need to find its libraries; it gets no other variable of ours, since those hold secrets."""

log = structlog.get_logger()


def command_of(program: str) -> tuple[str, ...]:
    """The command of a child that reads what strangers sent, with nothing in its reach."""
    return sys.executable, "-P", "-s", "-B", str(Path(__file__).with_name("confined.py")), program


def find_gaps() -> list[str]:
    """What does not hold such a child here: this kernel has no Landlock, or root may start processes all the same."""
    return [
        *([] if landlock() else ["landlock"]),
        *([] if os.geteuid() else ["processes"]),
    ]


async def ask(
    command: Sequence[str], raw: bytes, *, seconds: float, environment: Mapping[str, str] | None = None
) -> bytes:
    """What a child says of these bytes; nothing when it does not end well. Raises OSError when it cannot be started."""
    inherited = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=inherited | dict(environment or {}),
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds):
            answered, _ = await child.communicate(raw)
    except TimeoutError:
        answered = b""
    finally:
        await _end(child)
    if child.returncode != 0:
        log.warning("a child process ended badly", child=os.path.basename(command[-1]), status=child.returncode)
        return b""
    return answered


async def _end(child: Process) -> None:
    """See to it that nothing of the child is left, when its time is over or nobody waits for it any more."""
    if child.returncode is None:
        with suppress(ProcessLookupError):  # it ended in this very moment
            os.killpg(child.pid, signal.SIGKILL)
    await child.wait()
