"""What Telegram's errors mean for who has to try again."""

from __future__ import annotations

import re
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels import SendFailed

TOKEN_REFUSED = (InvalidToken, EndPointNotFound)
"""401 or 404."""


class NotSent(NetworkError):
    """No connection could be had, so the platform cannot have seen the request."""


class TooMuch(Exception):
    """A file is larger than was allowed; the rest of it was not downloaded."""


def seconds_of(failed: Exception) -> float:
    """For how long Telegram asked us to wait."""
    if not isinstance(failed, RetryAfter):
        return 0.0
    after = failed.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def meaning_of(failed: TelegramError) -> SendFailed:
    """What a failure to send, other than a refused token, means for the message."""
    reason = str(failed)
    match failed:
        case RetryAfter():
            return SendFailed("retry", "flood", after=seconds_of(failed))
        case ChatMigrated():
            return SendFailed("moved", "migrated", moved_to=str(failed.new_chat_id))
        case Forbidden():
            return SendFailed("gone", reason)
        case BadRequest():
            gone = re.search("chat not found|user is deactivated|peer_id_invalid", reason, re.IGNORECASE)
            return SendFailed("gone" if gone else "refused", reason)
        case NotSent():
            return SendFailed("retry", reason)
        case TimedOut():
            return SendFailed("unknown", "timed out")
        case NetworkError() if "Too Many Requests" in reason or "429" in reason:
            return SendFailed("retry", reason, after=5.0)
        case _:
            return SendFailed("unknown", reason)
