"""Days, months and years of birth, as people write and say them. Day first, never month first."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

from bot.vietnamese.fold import fold, without_telex
from bot.vietnamese.number import has_odd_figures, read_words

NEAR = {
    "hom nay": 0, "nay": 0, "bua nay": 0, "sang nay": 0, "chieu nay": 0, "toi nay": 0, "today": 0, "hom qua": -1, "qua": -1,
    "yesterday": -1, "toi qua": -1, "hom kia": -2, "hom truoc": -2, "mai": 1, "ngay mai": 1, "sang mai": 1, "tomorrow": 1,
    "ngay kia": 2, "mot": 2, "tuan truoc": -7, "last week": -7, "tuan sau": 7, "next week": 7,
}  # fmt: skip
WEEKDAYS = {
    "thu hai": 0, "thu 2": 0, "t2": 0, "monday": 0, "thu ba": 1, "thu 3": 1, "t3": 1, "tuesday": 1, "thu tu": 2, "thu 4": 2,
    "t4": 2, "wednesday": 2, "thu nam": 3, "thu 5": 3, "t5": 3, "thursday": 3, "thu sau": 4, "thu 6": 4, "t6": 4, "friday": 4,
    "thu bay": 5, "thu 7": 5, "t7": 5, "saturday": 5, "chu nhat": 6, "cn": 6, "sunday": 6,
}  # fmt: skip
ENGLISH_MONTHS = {
    name: n
    for n, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ],
        1,
    )
    for name in names.split()
}
WRITTEN = re.compile(
    r"(?:ngay|mung|mong|hom)?\s*(\d{1,2})\s*(?:[/.-]|thang|,)\s*(\d{1,2})(?:\s*(?:[/.-]|nam|,)\s*(\d{2}|\d{4}))?"
)
LUNAR = re.compile(r"\bam lich\b|\bal\b|\bmung \w+$|\bram\b|\blunar\b")
OLDEST = 110
"""Years."""


class NotADay(ValueError):
    """No day of the calendar is in these words."""


class LunarDay(NotADay):
    """A day of the lunar calendar; the person is asked for the other one."""


class NotAMonth(ValueError):
    """No month is in these words."""


class NotAYear(ValueError):
    """No year of birth is in these words."""


def read_day(text: str, today: date, *, toward: Literal["past", "future"] = "past") -> date:
    """A day; one without a year, and a weekday, is the nearest ``toward`` that side. Raises NotADay, LunarDay."""
    said = _words(text)
    if LUNAR.search(said) and "/" not in said:
        raise LunarDay
    if said in NEAR:
        return today + timedelta(days=NEAR[said])
    if said in WEEKDAYS:
        away = (WEEKDAYS[said] - today.weekday()) % 7
        return today + timedelta(days=away if toward == "future" else (away - 7 if away else 0))
    if found := WRITTEN.fullmatch(said):
        return _day(int(found[1]), int(found[2]), found[3], today, toward)
    return _english_day(said, today, toward)


def _words(text: str) -> str:
    """Folded, with the weekday before a date and the time of day after it left out, and spelled numbers in figures."""
    if has_odd_figures(text):
        raise NotADay
    said = fold(text[:80])
    said = re.sub(
        r"^(?:" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")\s*,?\s*(?:ngay)?\s*(?=\d)", "", said
    )
    said = re.sub(r"^(?:vao|luc|on)\s+", "", said)
    said = re.sub(r",?\s*(?:luc\s*)?\d{1,2}\s*(?:h|g|gio|:)\s*\d{0,2}\s*(?:sang|chieu|toi|trua)?$", "", said) or said
    said = re.sub(r"\s+(?:vua roi|vua qua|nay|toi)$", "", said) if re.search(r"\d", said) else said
    spelled = re.fullmatch(r"ngay ([a-z ]+) thang ([a-z ]+)", said)
    if spelled:
        day, month = read_words(spelled[1].split()), read_words(spelled[2].split())
        return f"{day}/{month}"
    return said


def _day(day: int, month: int, year: str | None, today: date, toward: str) -> date:
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        found = date(today.year, month, day)
    except ValueError:
        return _leap(day, month, year, today, toward)
    if toward == "past" and found > today:
        return _in_year(day, month, today.year - 1)
    if toward == "future" and found < today:
        return _in_year(day, month, today.year + 1)
    return found


def _in_year(day: int, month: int, year: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADay from None


def _leap(day: int, month: int, year: str | None, today: date, toward: str) -> date:
    """29 February without a year is the nearest one that exists."""
    if year or (day, month) != (29, 2):
        raise NotADay
    step = -1 if toward == "past" else 1
    for away in range(9):
        try:
            return date(today.year + step * away, 2, 29)
        except ValueError:
            continue
    raise NotADay


def _english_day(said: str, today: date, toward: str) -> date:
    """«8 May», «May 8th, 2026»."""
    parts = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", said).replace(",", " ").split()
    months = [ENGLISH_MONTHS[part] for part in parts if part in ENGLISH_MONTHS]
    numbers = [part for part in parts if part.isdecimal()]
    if len(months) != 1 or not numbers or len(numbers) + 1 != len([p for p in parts if p != "of"]):
        raise NotADay
    year = numbers[1] if len(numbers) == 2 and len(numbers[1]) == 4 else None
    if len(numbers[0]) > 2 or len(numbers) > (2 if year else 1):
        raise NotADay
    return _day(int(numbers[0]), months[0], year, today, toward)


def read_month(text: str, today: date) -> date:
    """The first day of a month: «tháng 12», «12/2026», «hết năm». Without a year the next one. Raises NotAMonth."""
    said = without_telex(re.sub(r"^(?:(?:den|toi|het|until|cuoi)\s+)+", "", fold(text[:60])))
    if said in ("nam", "nam nay", "year", "the year", "this year", "end of the year"):
        return date(today.year, 12, 1)
    found = re.fullmatch(r"(?:thang|month)?\s*(\d{1,2})(?:\s*(?:/|-|\.|nam)\s*(\d{4}))?", said)
    if found:
        month, year = int(found[1]), found[2]
    else:
        words = [word for word in said.replace(",", " ").split() if word != "thang"]
        year = words.pop() if words and re.fullmatch(r"\d{4}", words[-1]) else None
        named = ENGLISH_MONTHS.get(words[0]) if len(words) == 1 else None
        month = named or {"gieng": 1, "chap": 12}.get(" ".join(words)) or read_words(words) or 0
    if not 1 <= month <= 12:
        raise NotAMonth
    if year:
        return date(int(year), month, 1) if 2000 <= int(year) <= 2200 else _no_month()
    return date(today.year + (month < today.month), month, 1)


def _no_month() -> date:
    raise NotAMonth


def read_year(text: str, today: date) -> int:
    """A year of birth: «1956», «sinh năm 1956», «12/3/1990», «90». Raises NotAYear."""
    said = fold(text[:60])
    numbers = re.findall(r"\d+", said)
    if not numbers or re.search(r"tuoi|years? old", said):
        raise NotAYear
    last = numbers[-1]
    if len(last) == 2 and len(numbers) in (1, 3):
        century = 2000 if int(last) <= today.year % 100 else 1900
        year = century + int(last)
    elif len(last) == 4 and len(numbers) in (1, 2, 3):
        year = int(last)
    else:
        raise NotAYear
    if not today.year - OLDEST <= year <= today.year:
        raise NotAYear
    return year
