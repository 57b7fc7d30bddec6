"""A Bot API server for speed: it knows only what a benchmark's bots ask, and has a core of its own."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from bench.wire import Hook, Reply

CHAT = re.compile(rb'chat_id(?:"\s*:\s*"?|=|"\r\n(?:[^\r]+\r\n)*\r\n)(-?\d+)')
TRUE = b'{"ok":true,"result":true}'
ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Bench","username":"bench_bot"}}'
Hear = Callable[[int, bytes], None]
"""Takes a chat and the body of what was said to it."""


@dataclass
class Trouble:
    """What stands between a bot and its people."""

    latency: float = 0.0
    """Seconds until a message is answered."""
    per_second: int = 0
    """How many messages a second are taken, as Telegram does; 0 takes all."""
    broken: float = 0.0
    """The share of messages answered with 502, not sent."""
    dropped: float = 0.0
    """The share of messages that are sent, and then the connection breaks."""
    seed: int = 1


class Server:
    """One bot's side of Telegram: a queue of updates, and the messages it sends."""

    def __init__(self, hear: Hear, trouble: Trouble) -> None:
        self.hear, self.trouble = hear, trouble
        self.random = random.Random(trouble.seed)  # trouble must come the same every time
        self.ready = asyncio.Event()
        self.updates: deque[tuple[int, bytes]] = deque()
        self.last = 0
        self.sent_at: list[float] = []
        self.refused = self.messages = 0
        self._poll: tuple[int, Reply, asyncio.TimerHandle] | None = None
        self._hook_url = self._secret = ""
        self._hooks: deque[Hook] = deque()

    def say(self, update: dict[str, Any]) -> None:
        """Something was said to the bot."""
        self.last += 1
        self.updates.append((self.last, orjson.dumps({"update_id": self.last} | update)))
        if self._poll is not None:
            offset, reply, timer = self._poll
            self._poll = None
            timer.cancel()
            # What else is said in this turn of the loop goes with it.
            asyncio.get_running_loop().call_soon(self._give, offset, reply)
        elif self._hooks:
            self._call(self._hooks.popleft())

    def handle(self, path: str, body: bytes, reply: Reply) -> None:
        """Answer one request of the bot."""
        target = urlsplit(path)
        method = target.path.rpartition("/")[2].lower()
        if method == "sendmessage":
            self._send(body, reply)
        elif method == "getupdates":
            self.ready.set()
            given = arguments(target.query.encode() or body)
            self._updates(int(given.get("offset") or 0), float(given.get("timeout") or 0), reply)
        elif method == "setwebhook":
            given = arguments(body)
            reply(200, TRUE)
            if given.get("url"):
                asyncio.get_running_loop().create_task(self._connect(given))
        else:
            reply(200, ME if method == "getme" else TRUE)

    def _updates(self, offset: int, timeout: float, reply: Reply) -> None:
        while self.updates and self.updates[0][0] < offset:
            self.updates.popleft()
        if self.updates or not timeout:
            return self._give(offset, reply)
        loop = asyncio.get_running_loop()
        self._poll = offset, reply, loop.call_later(timeout, self._nothing, reply)

    def _give(self, offset: int, reply: Reply) -> None:
        found = [update for _, update in list(self.updates)[:100]]
        reply(200, b'{"ok":true,"result":[' + b",".join(found) + b"]}")

    def _nothing(self, reply: Reply) -> None:
        self._poll = None
        reply(200, b'{"ok":true,"result":[]}')

    async def _connect(self, given: dict[str, Any]) -> None:
        self._hook_url, self._secret = given["url"], given.get("secret_token") or ""
        parts = urlsplit(self._hook_url)
        loop = asyncio.get_running_loop()
        for _ in range(int(given.get("max_connections") or 40)):
            while True:
                try:
                    _, hook = await loop.create_connection(
                        lambda: Hook(self._call), parts.hostname or "", parts.port or 80
                    )
                    break
                except ConnectionRefusedError:  # the bot listens a moment after it says where
                    await asyncio.sleep(0.05)
            self._call(hook)
        self.ready.set()

    def _call(self, hook: Hook) -> None:
        """This connection is free."""
        if not self.updates:
            self._hooks.append(hook)
            return
        key, body = self.updates.popleft()
        status = hook.post(self._hook_url, self._secret, body)
        status.add_done_callback(lambda became: self._called(key, body, became.result()))

    def _called(self, key: int, body: bytes, status: int) -> None:
        if not 200 <= status < 300:
            self.updates.appendleft((key, body))

    def _send(self, body: bytes, reply: Reply) -> None:
        found = CHAT.search(body)
        if found is None:
            return reply(400, b'{"ok":false,"error_code":400,"description":"Bad Request: chat_id is empty"}')
        now = time.perf_counter()
        trouble = self.trouble
        if trouble.per_second and len(self.sent_at) >= trouble.per_second:
            wait = self.sent_at[-trouble.per_second] + 1.0 - now
            if wait > 0:
                self.refused += 1
                return reply(
                    429,
                    b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1",'
                    b'"parameters":{"retry_after":1}}',
                )
        chance = self.random.random() if trouble.broken or trouble.dropped else 1.0
        if chance < trouble.broken:
            return reply(502, b'{"ok":false,"error_code":502,"description":"Bad Gateway"}')
        self.sent_at.append(now)
        self.messages += 1
        chat = int(found[1])
        answer = (0, b"") if chance < trouble.broken + trouble.dropped else (200, self._message(chat))
        if trouble.latency:
            asyncio.get_running_loop().call_later(trouble.latency, reply, *answer)
        else:
            reply(*answer)
        self.hear(chat, body)

    def _message(self, chat: int) -> bytes:
        return (
            b'{"ok":true,"result":{"message_id":%d,"from":{"id":1,"is_bot":true,"first_name":"Bench",'
            b'"username":"bench_bot"},"chat":{"id":%d,"first_name":"An","type":"private"},"date":1777600000,'
            b'"text":"Xin c\\u1ea3m \\u01a1n!"}}' % (self.messages, chat)
        )


def arguments(body: bytes) -> dict[str, Any]:
    """A request's parameters, written as JSON, as a form or as a query."""
    if body.startswith(b"{"):
        found: dict[str, Any] = orjson.loads(body)
        return found
    if body.startswith(b"--"):
        parts = re.findall(rb'name="(\w+)"\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--', body, re.DOTALL)
        return {name.decode(): value.decode() for name, value in parts}
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def tell(event: str, **what: object) -> None:
    """One line for the harness."""
    print(orjson.dumps({"event": event} | what).decode(), flush=True)
