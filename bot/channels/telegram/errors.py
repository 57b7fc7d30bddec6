"""What Telegram's errors mean for who has to try again."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import EndPointNotFound, InvalidToken, RetryAfter

TOKEN_REFUSED = (InvalidToken, EndPointNotFound)
"""401 or 404."""


def seconds_of(failed: Exception) -> float:
    """For how long Telegram asked us to wait."""
    if not isinstance(failed, RetryAfter):
        return 0.0
    after = failed.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
