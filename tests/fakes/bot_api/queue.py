"""The queue of one bot's updates, as Telegram's server keeps it (its TQueue): ids, confirmation, expiry. No network."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.fakes.bot_api.updates import Json

LARGEST = 64 * 1024
"""Bytes: a larger update is dropped by the server."""
BATCH = 4 * 1024 * 1024
"""Bytes of one answer to getUpdates."""
MOST = 1_000_000
"""Updates in one queue."""
WEEK = 7 * 86400
"""Seconds of silence after which the next id is random."""


@dataclass(frozen=True)
class Event:
    """One waiting update; `lane` is what webhook delivery keeps in order, `expires_at` is in Unix seconds."""

    update_id: int
    update: Json
    size: int
    expires_at: float
    lane: str


class UpdateQueue:
    """What waits for the bot."""

    def __init__(self, now: Callable[[], float], random: Random) -> None:
        self._now, self._random = now, random
        self._events: OrderedDict[int, Event] = OrderedDict()
        self._next = self._start()
        self._last_at: float | None = None
        self.expired: list[Event] = []
        """Updates that nobody fetched in time: the platform has forgotten them."""

    def _start(self) -> int:
        return self._random.randint(2 * MOST + 1, 1_000_000_000)

    def __len__(self) -> int:
        self._expire()
        return len(self._events)

    @property
    def waiting(self) -> list[Event]:
        """What is not confirmed and not expired, in order."""
        self._expire()
        return list(self._events.values())

    def push(self, said: Json, *, expires_at: float, lane: str, update_id: int | None = None) -> Event | None:
        """Keep what an update says; nothing if the server would drop it. An `update_id` given must be above the last."""
        now = self._now()
        size = len(json.dumps(said))
        if expires_at <= now or size > LARGEST or len(self) >= MOST:
            return None
        if self._last_at is not None and not self._events and now - self._last_at >= WEEK:
            self._next = self._start()
        if update_id is not None:
            if self._events and update_id < self._next:
                raise ValueError(f"update_id {update_id} is not above those that wait ({self._next - 1})")
            self._next = update_id
        event = Event(self._next, {"update_id": self._next} | said, size, expires_at, lane)
        self._events[event.update_id] = event
        self._next, self._last_at = self._next + 1, now
        return event

    def get(self, offset: int, limit: int) -> list[Event]:
        """What getUpdates answers: everything before a positive `offset` is confirmed, that is forgotten.

        A negative offset keeps only that many from the end; one that is too far away counts as none.
        """
        self._expire()
        if offset < 0:
            for update_id in list(self._events)[:offset]:
                del self._events[update_id]
        elif self._next - 2 * MOST <= offset <= self._next + 10:
            while self._events and (first := next(iter(self._events))) < offset:
                del self._events[first]
        found: list[Event] = []
        left = BATCH
        for event in self._events.values():
            left -= 50 + event.size
            if len(found) == limit or left <= 0:
                break
            found.append(event)
        return found

    def forget(self, update_id: int) -> None:
        """Confirm one, as a webhook's 2xx does."""
        self._events.pop(update_id, None)

    def expire(self, event: Event) -> None:
        """Drop one that would expire before it can be tried again."""
        if self._events.pop(event.update_id, None):
            self.expired.append(event)

    def clear(self) -> None:
        """Drop everything (drop_pending_updates)."""
        self._events.clear()

    def has(self, update_id: int) -> bool:
        """Whether it still waits."""
        self._expire()
        return update_id in self._events

    def _expire(self) -> None:
        now = self._now()
        for event in [event for event in self._events.values() if event.expires_at < now]:
            self.expire(event)
