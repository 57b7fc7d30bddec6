"""Call the program's webhook as Zalo does, signed in whichever way it is told."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp

WITHIN = aiohttp.ClientTimeout(total=10)
PAUSE = 0.2
"""Seconds until a call that was not taken is tried again; on the real platform they are more."""


def sign(first: str, body: bytes, timestamp: str, secret: str) -> str:
    """SHA-256 of the concatenation, no HMAC."""
    return hashlib.sha256(first.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


@dataclass
class Formula:
    """Of what the signature is made; a header of its own may carry the time."""

    first: str
    secret: str
    header_time: bool = False


@dataclass
class Hook:
    """The address that is saved in the console."""

    url: str
    formula: Formula
    copies: int = 1
    """How often each event is brought."""
    tries: int = 1
    """How often each of them is tried until it is taken."""
    statuses: list[int] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def bring(self, event: Any) -> None:
        """Bring one event, beside others that are on their way: no order is promised."""
        for n in range(self.copies):
            task = asyncio.create_task(self._post(event, n))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        """One call as it is given; returns its status, 0 if nobody answered."""
        try:
            async with aiohttp.ClientSession(timeout=WITHIN) as session:
                given = {"Content-Type": "application/json", **(headers or {})}
                async with session.post(self.url, data=body, headers=given) as response:
                    return response.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0

    def signed(self, event: Any) -> tuple[bytes, dict[str, str]]:
        """The body and the headers of a call."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        at = str(int(event["timestamp"]) + 7) if self.formula.header_time else event["timestamp"]
        headers = {"X-ZEvent-Signature": f"mac={sign(self.formula.first, body, at, self.formula.secret)}"}
        return body, headers | ({"X-ZEvent-Timestamp": at} if self.formula.header_time else {})

    async def _post(self, event: Any, n: int) -> None:
        body, headers = self.signed(event)
        for again in range(n, n + self.tries):
            self.statuses.append(await self.post(body, headers | ({"num_retry": str(again)} if again else {})))
            if self.statuses[-1] == 200:
                return
            await asyncio.sleep(PAUSE)

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        await asyncio.gather(*self.tasks)

    async def close(self) -> None:
        """Stop; what is on its way is lost."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
