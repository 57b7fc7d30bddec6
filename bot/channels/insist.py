"""Ask a platform until it does what it was asked: one that is away, or that has enough of us for a while, ends nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar

import structlog

from bot.channels import Rejected

T = TypeVar("T")

log = structlog.get_logger()

PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds between the attempts, the last of them for ever."""
REFUSALS = 3
"""One refusal of a token may be a proxy's mistake; so many in a row mean that it is no longer valid."""
APART = 2.0
"""Seconds within which refusals count once: what is asked at the same time is refused at the same time."""


async def insist(what: str, ask: Callable[[], Awaitable[T]], *, after: Callable[[Exception], float]) -> T:
    """Returns what the platform answered in the end. ``after`` reads from a failure for how many seconds it asked us to
    wait. Raises Rejected."""
    failures = 0
    while True:
        try:
            return await ask()
        except Rejected:
            raise
        except Exception as failed:
            pause = max(after(failed), PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1
            log.warning(
                "a platform did not do what it was asked", asked=what, error=type(failed).__name__, reason=str(failed),
                again_in=pause,
            )  # fmt: skip
            await asyncio.sleep(pause)


class Refusals:
    """Counts how often a platform refused a channel's token without having taken it between."""

    def __init__(self) -> None:
        self._n, self._at = 0, float("-inf")

    def count(self) -> bool:
        """Once more; returns whether that is often enough."""
        if monotonic() - self._at >= APART:
            self._n, self._at = self._n + 1, monotonic()
        return self._n >= REFUSALS

    def forget(self) -> None:
        """The token was taken."""
        self._n = 0
