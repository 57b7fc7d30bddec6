"""A moment to come, as people write it: «7h30», «19h», «8/5 7h», «7 giờ tối mai», «thứ Hai 8h15»."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from bot.vietnamese.date import NotADay, read_day
from bot.vietnamese.fold import fold

CLOCK = re.compile(
    r"(?<![\d/.-])(?P<hour>\d{1,2}) ?(?:(?:gio|h|g|:) ?(?P<minute>\d{2}|ruoi)?(?: ?(?:ph|phut))?)"
    r"(?: ?(?:kem (?P<less>\d{1,2})(?: ?(?:ph|phut))?))?(?: ?(?P<half>am|pm))?(?![\d/])"
    r"|(?<![\d/.-])(?P<plain>\d{1,2}) ?(?P<ampm>am|pm)\b"
)
PARTS = ("sang", "trua", "chieu", "toi", "dem", "khuya")
PART = re.compile(rf"\b(?:buoi )?({'|'.join(PARTS)})\b(?! thu| chu)")
FILLERS = re.compile(r"^(?:\b(?:luc|vao|on|at)\b|[, ])+|(?:\b(?:luc|vao|on|at)\b|[, ])+$")


class NotAMoment(ValueError):
    """No time of the day is in these words."""


def read_moment(text: str, now: datetime) -> datetime:
    """The next such moment after ``now``, in its zone; without a day the nearest. Raises NotAMoment."""
    said = fold(text) if len(text) <= 80 else ""
    found = CLOCK.search(said)
    if found is None:
        raise NotAMoment
    around = f"{said[: found.start()]} {said[found.end() :]}"
    part = PART.search(around)
    at = _time(found, part[1] if part else "")
    rest = PART.sub(" ", around, count=1) if part else around
    rest = " ".join(FILLERS.sub("", " ".join(rest.split())).split())
    if not rest:
        moment = datetime.combine(now.date(), at, now.tzinfo)
        return moment if moment > now else moment + timedelta(days=1)
    if re.fullmatch(r"(?:nay|hom nay)", rest):
        rest = "hom nay"
    try:
        day = read_day(rest, now.date(), toward="future")
    except NotADay:
        raise NotAMoment from None
    return datetime.combine(day, at, now.tzinfo)


def _time(found: re.Match[str], part: str) -> time:
    hour = int(found["hour"] or found["plain"])
    minute = 30 if found["minute"] == "ruoi" else int(found["minute"] or 0)
    half = found["half"] or found["ampm"]
    if half:
        if not 1 <= hour <= 12:
            raise NotAMoment
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif hour < 12 and _is_later(hour, part):
        hour += 12
    elif hour == 12 and part in ("dem", "khuya"):
        hour = 0
    minutes = hour * 60 + minute - int(found["less"] or 0)
    if minute > 59 or not 0 <= minutes < 24 * 60:
        raise NotAMoment
    return time(*divmod(minutes, 60))


def _is_later(hour: int, part: str) -> bool:
    """Whether this part of the day makes an hour one of the second half."""
    return {"chieu": True, "toi": True, "dem": hour > 6, "khuya": hour > 6, "trua": hour < 3}.get(part, False)
