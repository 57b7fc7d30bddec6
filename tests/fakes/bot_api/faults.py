"""What goes wrong on purpose: scripted faults, and Telegram's limits on sending."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.fakes.bot_api.refusal import Refusal

WEBHOOK, DOWNLOAD = "webhook", "download"
"""What can fail beside the methods: a call of the bot's webhook, and the download of a file."""


@dataclass
class Fault:
    """One kind of trouble for the next `times` requests of a method (`*`: any), after `skip` that go well.

    What happens to the request is `deliver`: by default an error, `close_before` and `timeout` mean that it had no
    effect; `close_after`, `garbage` and `truncated` that it had.
    """

    method: str = "*"
    times: int | None = 1
    skip: int = 0
    chance: float = 1.0
    chat_id: int | None = None
    status: int = 0
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before anything happens."""
    close_before: bool = False
    close_after: bool = False
    garbage: bool = False
    """A page of HTML in place of JSON, with `status` or 200."""
    truncated: bool = False
    timeout: bool = False
    """No answer at all, until the client gives up."""
    deliver: bool | None = None
    hits: int = 0

    def __post_init__(self) -> None:
        if self.deliver is None:
            self.deliver = not (self.close_before or self.timeout or (self.status >= 300 and not self.garbage))

    def meets(self, method: str, params: Mapping[str, Any], random: Random) -> bool:
        """Whether it strikes this request; counts it."""
        if self.method != "*" and self.method.lower() != method.lower():
            return False
        if self.chat_id is not None and params.get("chat_id") != self.chat_id:
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.chance < 1 and random.random() >= self.chance:
            return False
        self.hits += 1
        return True

    def refusal(self) -> Refusal | None:
        """What it answers, if it answers an error."""
        return Refusal(self.status, self.description, self.parameters) if self.status >= 300 else None


@dataclass
class Limits:
    """Telegram's limits (its FAQ; not published exactly): so many messages a second to all, to one chat, to one group.

    When one is passed, everything is refused with 429 until the pause is over; a request in it is counted.
    """

    per_second: int = 30
    per_chat: int = 1
    per_group_minute: int = 20
    pause: tuple[int, int] = (1, 3)
    during_pause: int = 0
    """Requests that came although the bot had been told to wait."""
    most_in_a_second: int = 0
    _sent: dict[int, deque[float]] = field(default_factory=dict)
    _until: float = 0.0

    def take(self, now: float, chat_id: int, random: Random) -> None:
        """Count one message at `now` (seconds, of any clock that only goes on). Raises Refusal (429)."""
        if now < self._until:
            self.during_pause += 1
            self._refuse(now, self._until - now)
        everybody = self._window(0, now, 1.0)
        group = chat_id < 0
        chat = self._window(chat_id, now, 60.0 if group else 1.0)
        if len(everybody) >= self.per_second or len(chat) >= (self.per_group_minute if group else self.per_chat):
            self._refuse(now, random.randint(*self.pause))
        everybody.append(now)
        chat.append(now)
        self.most_in_a_second = max(self.most_in_a_second, len(everybody))

    def _refuse(self, now: float, seconds: float) -> None:
        self._until = max(self._until, now + seconds)
        raise Refusal(429, "", {"retry_after": max(1, round(seconds))})

    def _window(self, key: int, now: float, seconds: float) -> deque[float]:
        times = self._sent.setdefault(key, deque())
        while times and times[0] <= now - seconds:
            times.popleft()
        return times
