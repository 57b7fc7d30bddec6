"""Run one bot on a core of its own against a server on another, and read what it cost."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BOT_CORE, SERVER_CORE = 0, 1
TOKEN = "123456789:AAFakeTokenOfTheBenchmarkAndOfNobody"
SECRET = "only_the_benchmark_knows_this"
REST = 0.7
"""Seconds that a bot is left alone before its memory at rest is read."""
ROOT = Path(__file__).parent.parent


class Failed(RuntimeError):
    """A bot did not do what was asked; says what it wrote last."""


@dataclass(frozen=True)
class Measured:
    """What one run gave."""

    found: Mapping[str, Any]
    """What the crowd saw."""
    cpu: float
    """Seconds of processor time the bot took while it was watched."""
    at_rest: float
    """Megabytes."""
    afterwards: float
    """Megabytes at most, until the end."""

    @property
    def each(self) -> float:
        """Seconds of processor time for each message."""
        return self.cpu / int(self.found["updates"])


def nothing() -> None:
    """Where no more needs to be done for it to begin."""


@contextmanager
def open_pages(port: int, pages: int) -> Iterator[None]:
    """So many pages of the web chat on this port, open meanwhile."""
    crowd = _start(["-m", "bench.pages", str(port), str(pages)], SERVER_CORE, dict(os.environ), ROOT)
    with crowd:
        try:
            _heard(crowd, "open")
            yield
        finally:
            crowd.kill()


def measure(
    command: Sequence[str],
    asked: Mapping[str, Any],
    folder: Path,
    mode: str = "polling",
    begin: Callable[[], None] = nothing,
    tree: Path = ROOT,
    pages: int = 0,
    **more: str,
) -> Measured:
    """Let this bot, from this tree, meet the crowd that is asked for; ``begin`` is called when it rests, with so many pages
    of its web chat open. Raises Failed."""
    server = _start(["-m", "bench.meeting", json.dumps(asked)], SERVER_CORE, dict(os.environ), ROOT, stdin=True)
    with server:
        try:
            port = _heard(server, "listening")["port"]
            environment = _environment(port, mode, folder, tree) | more
            with (folder / "bot.log").open("w") as log:
                bot = _start(command, BOT_CORE, environment, folder, log=log)
                try:
                    meanwhile = open_pages(int(environment["HTTP_PORT"]), pages) if pages else nullcontext()
                    return _watch(server, bot, folder, begin, meanwhile)
                finally:
                    bot.terminate()
                    try:
                        bot.wait(10)
                    except subprocess.TimeoutExpired:
                        bot.kill()
                        bot.wait()
        finally:
            server.kill()


def _watch(
    server: subprocess.Popen[str],
    bot: subprocess.Popen[str],
    folder: Path,
    begin: Callable[[], None],
    meanwhile: AbstractContextManager[None],
) -> Measured:
    assert server.stdin is not None
    said = _heard(server, "ready", "finished", folder=folder)
    at_rest = cpu = 0.0
    if said["event"] == "ready":
        with meanwhile:
            time.sleep(REST)
            at_rest, cpu = _megabytes(bot.pid, "VmRSS"), _cpu(bot.pid)
            server.stdin.write("go\n")
            server.stdin.flush()
            begin()
            said = _heard(server, "finished", folder=folder)
    return Measured(said, _cpu(bot.pid) - cpu, at_rest, _megabytes(bot.pid, "VmHWM"))


def _environment(port: int, mode: str, folder: Path, tree: Path) -> dict[str, str]:
    """What our program and the peers each want to know."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = free.getsockname()[1]
    api, url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{listen}"
    peers = {"BENCH_API": api, "BENCH_TOKEN": TOKEN, "BENCH_MODE": mode, "BENCH_PORT": str(listen)}
    ours = {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api,
        "TELEGRAM_MODE": mode,
        "TELEGRAM_PER_SECOND": "0",
        "WEBHOOK_URL": url,
        "WEBHOOK_SECRET": SECRET,
        "HTTP_PORT": str(listen),
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}",
    }
    return {**os.environ, "PYTHONPATH": str(tree), "BENCH_SECRET": SECRET, **peers, **ours}


def _start(
    command: Sequence[str],
    core: int,
    environment: Mapping[str, str],
    folder: Path,
    *,
    stdin: bool = False,
    log: Any = None,
) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        text=True,
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=log or subprocess.PIPE,
        stderr=log,
    )
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(process.pid, {core})
    return process


def _heard(server: subprocess.Popen[str], *events: str, folder: Path | None = None) -> dict[str, Any]:
    """The next of these events."""
    assert server.stdout is not None
    for line in server.stdout:
        said: dict[str, Any] = json.loads(line)
        if said["event"] in events:
            return said
    wrote = (folder / "bot.log").read_text()[-2000:] if folder else ""
    raise Failed(f"the server ended before {' or '.join(events)}\n{wrote}")


def _megabytes(pid: int, which: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0.0
    return int(status.partition(f"{which}:")[2].split()[0]) / 1024


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
