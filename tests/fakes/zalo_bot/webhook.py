"""Call the bot's webhook, as far as it is known how the platform does that.

Its policy of trying again is not documented: the fake tries as often as it is told, once by default, so that a failed
call is a lost message; and it can bring everything twice.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import aiohttp

HEADERS = {"Content-Type": "application/json", "User-Agent": "Java/1.8.0_192"}
WITHIN = aiohttp.ClientTimeout(total=10)
PAUSE = 0.2


@dataclass(frozen=True)
class Delivery:
    """One call of the webhook: its status, 0 if there was no answer."""

    event: Any
    status: int


class Webhook:
    """One webhook."""

    def __init__(self, url: str, secret: str) -> None:
        self.url, self.secret = url, secret
        self.enveloped = True
        self.tries = 1
        self.copies = 1
        """How often each event is brought."""
        self.deliveries: list[Delivery] = []
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether any event is on its way."""
        return bool(self._tasks)

    def bring(self, event: Any) -> None:
        """Bring one event, beside others that are on their way: no order is promised."""
        for _ in range(self.copies):
            task = asyncio.create_task(self._insist(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def probe(self) -> tuple[str, int]:
        """Ask whether the endpoint answers; returns an outcome as the platform names them, and the status."""
        status = await self._post(b"", {"User-Agent": HEADERS["User-Agent"]})
        if 200 <= status < 300:
            return "webhook.ok", status
        if status in (403, 404):
            return f"webhook.http.{status}", status
        if not status:
            return "webhook.err.conn", 0
        return "webhook.http.5xx" if status >= 500 else "webhook.http.other", status

    async def close(self) -> None:
        """Stop; what is on its way is lost."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._session.close()

    async def _insist(self, event: Any) -> None:
        body = {"ok": True, "result": event} if self.enveloped else event
        for _ in range(self.tries):
            status = await self._post(json.dumps(body, ensure_ascii=False).encode(), HEADERS)
            self.deliveries.append(Delivery(event, status))
            if 200 <= status < 300:
                return
            await asyncio.sleep(PAUSE)

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        signed = {**headers, "X-Bot-Api-Secret-Token": self.secret}
        try:
            async with self._session.post(
                self.url,
                data=body,
                headers=signed,
                timeout=WITHIN,
                allow_redirects=False,
                skip_auto_headers=["Content-Type"],
            ) as response:
                return response.status
        except (aiohttp.ClientError, OSError):
            return 0
