"""The people on the other side of the benchmark's server, and what is measured of how they are answered."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from bench.server import Server, arguments, tell
from locales import catalogue

PATIENCE = 120.0
"""Seconds after which a bot that has not come, or has not answered everybody, has failed."""
ASIDE = catalogue("vi")["contact.over"]
"""What our bot says only so that Telegram takes its keyboard away: no answer."""
SLOWEST = 500
"""Messages a second; a long broadcast may take as long as at this pace."""


class Crowd(Protocol):
    """Some people; what is said to them is heard, and their day is run."""

    def hear(self, chat: int, body: bytes) -> None: ...
    async def run(self, server: Server) -> dict[str, Any]: ...


class Talk:
    """Everybody says the same lines, each as soon as the one before is answered: how many are answered in a second?"""

    def __init__(self, people: int, first: int, lines: Sequence[str], ends: str = "") -> None:
        self.chats, self.lines, self.ends = range(first, first + people), lines, ends
        self.at = dict.fromkeys(self.chats, 0)
        self.left = people
        self.wrong = ""
        self.done = asyncio.Event()

    def hear(self, chat: int, body: bytes) -> None:
        if arguments(body).get("text") == ASIDE:
            return
        at = self.at[chat] = self.at[chat] + 1
        if at < len(self.lines):
            self.server.say(text(chat, at, self.lines[at]))
            return
        if self.ends and self.ends not in str(arguments(body).get("text")):
            self.wrong = f"the last answer was {arguments(body).get('text')!r}"
        self.left -= 1
        if not self.left:
            self.done.set()

    async def run(self, server: Server) -> dict[str, Any]:
        self.server = server
        await in_time(server.ready.wait(), lambda: "the bot did not come")
        await gone_ahead()
        begun = time.perf_counter()
        for chat in self.chats:
            server.say(text(chat, 0, self.lines[0]))
        await in_time(self.done.wait(), lambda: f"{self.left} people were not answered to the end")
        seconds = time.perf_counter() - begun
        if self.wrong:
            sys.exit(self.wrong)
        updates = len(self.chats) * len(self.lines)
        return {"updates": updates, "seconds": seconds, "per_second": updates / seconds}


class Steady:
    """A message comes every so often, each from somebody else: how long do people wait?"""

    def __init__(self, rate: float, seconds: float, first: int, line: str) -> None:
        self.rate, self.first, self.line = rate, first, line
        self.count = int(rate * seconds)
        self.said_at: dict[int, float] = {}
        self.waited: list[float] = []
        self.done = asyncio.Event()

    def hear(self, chat: int, body: bytes) -> None:
        if (said_at := self.said_at.pop(chat, None)) is not None:
            self.waited.append(time.perf_counter() - said_at)
            if len(self.waited) == self.count:
                self.done.set()

    async def run(self, server: Server) -> dict[str, Any]:
        await in_time(server.ready.wait(), lambda: "the bot did not come")
        await gone_ahead()
        begun = time.perf_counter()
        for n in range(self.count):
            await asyncio.sleep(begun + n / self.rate - time.perf_counter())
            chat = self.first + n
            self.said_at[chat] = time.perf_counter()
            server.say(text(chat, 0, self.line))
        await in_time(self.done.wait(), lambda: f"{self.count - len(self.waited)} people were not answered")
        waited = sorted(self.waited[self.count // 20 :])  # without the first moments
        others = server.messages - self.count
        at = {"p50": waited[len(waited) // 2], "p99": waited[int(len(waited) * 0.99)]}
        return at | {"updates": self.count, "others": others}


class Listen:
    """Everybody waits for one announcement: how fast does it come, and how evenly? It may be held until somebody says so."""

    def __init__(self, people: int, first: int, held: bool = False) -> None:
        self.waiting = set(range(first, first + people))
        self.people, self.held, self.twice = people, held, 0
        self.done = asyncio.Event()

    def hear(self, chat: int, body: bytes) -> None:
        if chat not in self.waiting:
            self.twice += 1
            return
        self.waiting.remove(chat)
        if not self.waiting:
            self.done.set()

    async def run(self, server: Server) -> dict[str, Any]:
        if self.held:
            await in_time(server.ready.wait(), lambda: "the bot did not come")
            await gone_ahead()
        begun = time.perf_counter()
        patience = max(PATIENCE, self.people / SLOWEST)
        await in_time(self.done.wait(), lambda: f"{len(self.waiting)} people heard nothing", patience)
        seconds = server.sent_at[-1] - server.sent_at[0]
        return {
            "first": server.sent_at[0] - begun,
            "updates": self.people,
            "per_second": self.people / seconds,
            "twice": self.twice,
            "refused": server.refused,
            "most_in_a_second": densest(server.sent_at),
        }


class Silent:
    """Nobody says anything: what does waiting cost?"""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def hear(self, chat: int, body: bytes) -> None:
        raise AssertionError("nobody was to be told anything")

    async def run(self, server: Server) -> dict[str, Any]:
        await in_time(server.ready.wait(), lambda: "the bot did not come")
        await gone_ahead()
        await asyncio.sleep(self.seconds)
        return {"updates": 1, "seconds": self.seconds}


SCENARIOS: dict[str, Callable[..., Crowd]] = {"talk": Talk, "steady": Steady, "listen": Listen, "silent": Silent}


def densest(times: Sequence[float]) -> int:
    """The most of these that lie within one second."""
    most, first = 0, 0
    for last, at in enumerate(times):
        while at - times[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def text(chat: int, n: int, said: str) -> dict[str, Any]:
    """An update with one message, as Telegram writes it."""
    sender = {"id": chat, "is_bot": False, "first_name": "An", "last_name": "Nguyễn Thị", "language_code": "vi"}
    place = {"id": chat, "first_name": "An", "last_name": "Nguyễn Thị", "type": "private"}
    message = {"message_id": n + 1, "from": sender, "chat": place, "date": int(time.time()), "text": said}
    if said.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(said)}]
    return {"message": message}


async def gone_ahead() -> None:
    """Wait until the harness has looked at the bot at rest."""
    tell("ready")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


async def in_time(waiting: Any, complaint: Callable[[], str], patience: float = PATIENCE) -> None:
    try:
        await asyncio.wait_for(waiting, patience)
    except TimeoutError:
        sys.exit(complaint())
