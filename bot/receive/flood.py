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
ALBUM_PHOTO, ALBUM_MOST = 0.2, 10
"""The photos of an album come all at once and are one report: those after the first weigh less, as many as an album has."""
REMEMBERED = 10_000
"""Accounts whose last album is remembered."""


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


class Albums:
    """Tells the first photo of an album from those that follow it. One process's memory: it is no harm if it forgets."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[str, int]] = {}
        """The last album of an account, and how many photos of it came."""

    def weigh(self, account_id: int, album: str) -> float:
        """What a message counts at the gate."""
        if not album:
            return 1.0
        last, n = self._last.pop(account_id, ("", 0))
        n = n + 1 if last == album else 1
        if len(self._last) >= REMEMBERED:
            del self._last[next(iter(self._last))]
        self._last[account_id] = album, n
        return ALBUM_PHOTO if 1 < n <= ALBUM_MOST else 1.0
