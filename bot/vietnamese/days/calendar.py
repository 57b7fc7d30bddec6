"""Days of the calendar, and the nearest of them on one side of today."""

from __future__ import annotations

from datetime import date
from typing import Literal

Toward = Literal["past", "future"]
FIRST_YEAR, LAST_YEAR = 1900, 2200


def day_of(day: int, month: int, year: int) -> date | None:
    """This day, or None if the calendar has none."""
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except (ValueError, OverflowError):  # «ngày 5 tỷ tháng 5»
        return None


def dated(day: int | None, month: int | None, year: str | None, today: date, toward: Toward) -> date | None:
    """The day of this year, or without one the nearest such day; 29 February comes every fourth or eighth year."""
    if day is None or month is None:
        return None
    if year:
        return day_of(day, month, nearest_century(int(year), today) if len(year) == 2 else int(year))
    step = -1 if toward == "past" else 1
    for away in range(9):
        found = day_of(day, month, today.year + step * away)
        if found and (found <= today if toward == "past" else found >= today):
            return found
    return None


def nearest_century(year: int, today: date) -> int:
    """The whole year that two figures most likely mean."""
    return min((century + year for century in (1900, 2000, 2100)), key=lambda whole: abs(whole - today.year))


def month_from(away: int, today: date) -> tuple[int, int]:
    """The month so many months away, and its year."""
    months = today.year * 12 + today.month - 1 + away
    return months % 12 + 1, months // 12


def of_month(day: int, today: date, toward: Toward) -> date | None:
    """«ngày 12» is the nearest twelfth."""
    for away in range(3):  # every day of a month comes at least every second month
        month, year = month_from(away if toward == "future" else -away, today)
        found = day_of(day, month, year)
        if found and (found >= today if toward == "future" else found <= today):
            return found
    return None


def months_away(today: date, months: int) -> date:
    """The same day so many months away, or that month's last."""
    month, year = month_from(months, today)
    return next(found for day in range(today.day, 0, -1) if (found := date_or_none(day, month, year)))


def date_or_none(day: int, month: int, year: int) -> date | None:
    """This day in any year that the program can count with."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
