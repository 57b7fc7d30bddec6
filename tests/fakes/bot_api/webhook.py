"""Bring updates to the bot's webhook, as Telegram's server does (its WebhookActor): in order per chat, again and again."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.fakes.bot_api.faults import WEBHOOK, Fault
from tests.fakes.bot_api.queue import Event

if TYPE_CHECKING:
    from tests.fakes.bot_api.bot import Bot

LONGEST_PAUSE = 60
"""Seconds between two tries: doubled up to a random value from this to twice this."""
MOST_RETRY_AFTER = 3600
ANSWER_WITHIN = 60.0
GONE_AFTER = 23 * 3600
"""Seconds of 410 after which the webhook is closed."""
NEVER_IN_AN_ANSWER = ("setwebhook", "deletewebhook", "close", "logout")


class Webhook:
    """One webhook. `speed` divides every pause; expiry stays in the server's own time."""

    def __init__(
        self,
        bot: Bot,
        url: str,
        secret: str,
        max_connections: int,
        *,
        speed: float,
        fault: Callable[[str], Fault | None],
        call: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self.bot, self.url, self.secret, self.max_connections = bot, url, secret, max_connections
        self.speed, self.fault, self.call = speed, fault, call
        self.last_error: str | None = None
        self.last_error_at: int | None = None
        self.closed = False
        """Whether the server gave up on it."""
        self._gone_since: float | None = None
        self._lanes: dict[str, deque[Event]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections = asyncio.Semaphore(max_connections)
        self._session: aiohttp.ClientSession | None = None

    @property
    def settings(self) -> tuple[str, str, int]:
        """What another setWebhook must change to make it a new one."""
        return self.url, self.secret, self.max_connections

    def start(self) -> None:
        """Begin with what waits already."""
        for event in self.bot.queue.waiting:
            self.deliver(event)

    def deliver(self, event: Event) -> None:
        """Bring one, after the others of its lane."""
        if lane := self._lanes.get(event.lane):
            lane.append(event)
            return
        self._lanes[event.lane] = deque([event])
        task = asyncio.create_task(self._bring(event.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop; what was not confirmed stays in the queue."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _bring(self, name: str) -> None:
        lane = self._lanes[name]
        while lane:
            await self._insist(lane[0])
            lane.popleft()
        del self._lanes[name]

    async def _insist(self, event: Event) -> None:
        delay, failures = 1.0, 0
        while self.bot.queue.has(event.update_id) and not self.closed:
            async with self._connections:
                error, retry_after = await self._post(event)
            if not error:
                self.bot.queue.forget(event.update_id)
                return
            self.last_error, self.last_error_at = error, int(self.bot.now())
            pause = float(min(max(retry_after, 0), MOST_RETRY_AFTER))
            if not pause and failures:
                pause = delay = min(self.bot.random.randint(LONGEST_PAUSE, 2 * LONGEST_PAUSE), delay * 2)
            failures += 1
            if self.bot.now() + pause > event.expires_at:
                self.bot.queue.expire(event)
                return
            await asyncio.sleep(pause / self.speed)

    async def _post(self, event: Event) -> tuple[str, int]:
        """One try; returns what went wrong, and the seconds that the bot asked to wait."""
        fault = self.fault(WEBHOOK)
        error, retry_after, status = "", 0, 0
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and not fault.deliver:
            error = "Webhook connection closed"
        else:
            try:
                status, error, retry_after = await self._send(event)
            except (aiohttp.ClientError, OSError) as failed:
                error = "Read timeout expired" if isinstance(failed, TimeoutError) else f"{type(failed).__name__}"
            if fault and fault.close_after:
                error = error or "Webhook connection closed"
        self.bot.record("webhook", bot=self.bot.id, update_id=event.update_id, status=status, error=error)
        return error, retry_after

    async def _send(self, event: Event) -> tuple[int, str, int]:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        async with self._session.post(
            self.url, data=json.dumps(event.update).encode(), headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            body = await response.read()
            if 200 <= response.status < 300:
                self._gone_since = None
                await self._called_back(body)
                return response.status, "", 0
            self._count_gone(response.status)
            after = response.headers.get("Retry-After", "")
            said = f"Wrong response from the webhook: {response.status} {response.reason}"
            return response.status, said, int(after) if after.isdecimal() else 0

    async def _called_back(self, body: bytes) -> None:
        """A webhook may answer with a method to call; nobody is told its result."""
        with suppress(ValueError):
            asked = json.loads(body) if body else None
            if not isinstance(asked, dict):
                return
            name = str(asked.get("method", "")).lower()
            if name and name not in NEVER_IN_AN_ANSWER and not name.startswith("get"):
                await self.call(asked)

    def _count_gone(self, status: int) -> None:
        now = self.bot.now()
        self._gone_since = (self._gone_since or now) if status == 410 else None
        self.closed = self._gone_since is not None and now > self._gone_since + GONE_AFTER
