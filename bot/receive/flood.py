"""Keep one person's flood from drowning the others: a bucket that fills again with time, one notice, then silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from storage.talk.people import Account

BURST = 8.0
"""So many messages may come at once."""
PER_SECOND = 1.0
"""So many a second may come for ever."""
SILENCE = timedelta(seconds=20)
"""So long nothing is answered after the notice; what comes in then is dropped."""
ALBUM_PHOTO = 0.2
"""The photos of an album come all at once and are one report."""


def gate(account: Account, now: datetime, *, weight: float = 1.0) -> Literal["open", "notice", "silence"]:
    """Count one message of this account; says whether to answer it, to give notice once, or to keep silent."""
    # What is farther away than any silence comes from a clock that was wrong.
    if account.muted_until is not None and now < account.muted_until <= now + SILENCE:
        return "silence"
    since = (now - account.bucket_at).total_seconds() if account.bucket_at else 0.0
    account.bucket = max(account.bucket - max(since, 0.0) * PER_SECOND, 0.0) + weight
    account.bucket_at = now
    if account.bucket <= BURST:
        return "open"
    account.muted_until = now + SILENCE
    account.bucket = 0.0
    return "notice"
