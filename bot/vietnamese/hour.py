"""A time of the day, as people write it: «7h30», «07:30», «7 giờ», «19g»."""

from __future__ import annotations

import re
from datetime import time

from bot.vietnamese.fold import fold

WRITTEN = re.compile(
    r"(?:luc )?(\d{1,2}) ?(?:h|g|gio|:|\.) ?(?:(\d{1,2})(?: ?(?:phut|p))?|(ruoi))?( sang| chieu| toi)?|(\d{1,2})"
)


class NotATime(ValueError):
    """No time of the day is in these words."""


def read_hour(text: str) -> time:
    """The time in these words. Raises NotATime."""
    found = WRITTEN.fullmatch(fold(text))
    if found is None:
        raise NotATime(text)
    hour, minute = int(found[1] or found[5]), int(found[2] or (30 if found[3] else 0))
    if found[4] in (" chieu", " toi") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59:
        raise NotATime(text)
    return time(hour, minute)
