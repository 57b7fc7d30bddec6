"""Days, months and years of birth, as people write and say them. Day first, never month first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from bot.vietnamese.fold import fold, one_line, without_telex
from bot.vietnamese.lexicon import Lexicon, words
from bot.vietnamese.number import has_odd_figures, tokens, values

Toward = Literal["past", "future"]

NEAR = Lexicon({
    "hôm nay": 0, "nay": 0, "bữa nay": 0, "today": 0, "hôm qua": -1, "qua": -1, "bữa qua": -1, "ngày hôm qua": -1,
    "yesterday": -1, "hôm kia": -2, "bữa kia": -2, "mai": 1, "ngày mai": 1, "hôm sau": 1, "tomorrow": 1, "ngày kia": 2,
    "mốt": 2, "ngày mốt": 2, "tuần trước": -7, "tuần vừa rồi": -7, "last week": -7, "tuần sau": 7, "tuần tới": 7,
    "next week": 7,
})  # fmt: skip
WEEKDAYS = {
    "thu hai": 0, "thu 2": 0, "t2": 0, "monday": 0, "thu ba": 1, "thu 3": 1, "t3": 1, "tuesday": 1,
    "thu tu": 2, "thu 4": 2, "t4": 2, "wednesday": 2, "thu nam": 3, "thu 5": 3, "t5": 3, "thursday": 3,
    "thu sau": 4, "thu 6": 4, "t6": 4, "friday": 4, "thu bay": 5, "thu 7": 5, "t7": 5, "saturday": 5,
    "chu nhat": 6, "chua nhat": 6, "cn": 6, "sunday": 6,
}  # fmt: skip
WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
ON_WEEKDAY = re.compile(
    rf"(?:(?P<which>last|this|next) )?(?P<name>{WEEKDAY})"
    r"(?: (?P<when>tuan truoc|tuan roi|tuan nay|tuan sau|tuan toi|vua roi|vua qua|truoc|roi|nay|toi|sau))?"
)
BEFORE_DATE = re.compile(rf"(?:{WEEKDAY})[ ,]+(?=\d|ngay|mung|mong|[a-z]{{3,9}} \d)")
MONTHS = {
    name: n
    for n, names in enumerate(
        "january jan/february feb/march mar/april apr/may/june jun/july jul/august aug/september sep sept/october oct/"
        "november nov/december dec".split("/"),
        1,
    )
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
LUNAR = re.compile(
    r"\b(?:am lich|al|ram|lunar|gieng|chap|nhuan|tet|giao thua)\b|^(?:ngay )?(?:mung|mong) (?!.*\bthang\b)[\w ]+$"
)
"""«mùng 5» alone is said of lunar days, «mùng 5 tháng 5» of both."""
CLOCK = re.compile(
    r"\b\d{1,2}\s?(?:h|g|gi[oờ]|:)(?:\s?\d{2})?(?:\s?ph[uú]t)?(?:\s?[ap]m)?\b|\b\d{1,2}\s?[ap]m\b(?! l[iị]ch)"
)
FILLERS = words(
    "sáng", "trưa", "chiều", "tối", "đêm", "khuya", "buổi", "lúc", "vào", "khoảng", "on", "at", "the", "morning", "afternoon",
    "evening",
)  # fmt: skip
OLDEST = 110
"""Years."""
FIRST_YEAR, LAST_YEAR = 1900, 2200
FARTHEST = 400
"""Days that somebody counts («3 ngày trước»)."""


class NotADay(ValueError):
    """No day of the calendar is in these words."""


class LunarDay(NotADay):
    """A day of the lunar calendar; the person is asked for the other one."""


class NotAMonth(ValueError):
    """No month is in these words."""


class NotAYear(ValueError):
    """No year of birth is in these words."""


def read_day(text: str, today: date, *, toward: Toward = "past") -> date:
    """A day; one without a year, and a weekday, is the nearest ``toward`` that side, today included.

    Raises NotADay, and LunarDay for a day of the lunar calendar.
    """
    said = _said(text)
    if (days := NEAR.get(said)) is not None:
        return today + timedelta(days=days)
    folded = fold(said)
    if LUNAR.search(folded) or "âm" in said.split():
        raise LunarDay
    for read in READINGS:
        if (day := read(folded, today, toward)) is not None:
            return day
    raise NotADay


def _said(text: str) -> str:
    """Lower-case words and plain figures, without the hour and the time of day."""
    if len(text) > 80 or has_odd_figures(text):
        raise NotADay
    plain = unicodedata.normalize("NFKC", one_line(text)).casefold()
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    said = CLOCK.sub(" ", plain).strip(" ,.;!?").split()
    while said and said[0] in FILLERS:
        said = said[1:]
    while said and said[-1].strip(",") in FILLERS and not ON_WEEKDAY.fullmatch(fold(" ".join(said))):
        said = said[:-1]
    return " ".join(said).strip(" ,")


def _on_weekday(said: str, today: date, toward: Toward) -> date | None:
    """«thứ Hai», «CN tuần trước», «thứ sáu vừa rồi», «next Monday»."""
    found = ON_WEEKDAY.fullmatch(said.removeprefix("hom ").removeprefix("ngay "))
    if found is None:
        return None
    weekday, when = WEEKDAYS[found["name"]], found["when"] or found["which"] or ""
    if when.startswith("tuan "):
        weeks = {"truoc": -1, "roi": -1, "nay": 0}.get(when.removeprefix("tuan "), 1)
        return today + timedelta(days=weekday - today.weekday() + 7 * weeks)
    ahead = (weekday - today.weekday()) % 7
    if when in ("vua roi", "vua qua", "truoc", "roi", "last"):
        return today + timedelta(days=ahead - 7)
    if when in ("toi", "sau", "next"):
        return today + timedelta(days=ahead or 7)
    return today + timedelta(days=ahead if toward == "future" or not ahead else ahead - 7)


def _counted(said: str, today: date, toward: Toward) -> date | None:
    """«3 ngày trước», «cách đây hai tuần», «2 days ago», «5 ngày nữa»."""
    found = re.fullmatch(
        r"(?:(?P<ago>cach day|cach nay) |(?P<ahead>in) )?(?P<n>[\w ]+?) (?P<unit>ngay|hom|bua|tuan|days?|weeks?)"
        r"(?: (?:(?P<back>truoc|qua|ago)|(?P<on>nua|toi|sau)))?",
        said,
    )
    if found is None or (bool(found["ago"] or found["back"]) == bool(found["ahead"] or found["on"])):
        return None
    n = _number(found["n"])
    if n is None or n > FARTHEST:
        return None
    days = n * (7 if found["unit"].startswith(("tuan", "week")) else 1)
    return today + timedelta(days=-days if found["ago"] or found["back"] else days)


def _written(said: str, today: date, toward: Toward) -> date | None:
    """«8/5», «08-05-2026», «8.5.26», «ngày tám tháng năm», «mùng 1/5», and the machine's «2026-05-08»."""
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", said):
        return _dated(int(found[3]), int(found[2]), found[1], today, toward)
    said = re.sub(r" (?:vua roi|vua qua|toi)$", "", BEFORE_DATE.sub("", said, count=1))
    said = re.sub(r"^(?:(?:hom|ngay|mung|mong) )+", "", said)
    if found := re.fullmatch(r"(\d{1,2})\s?[/.,-]\s?(\d{1,2})(?:\s?[/.,-]\s?(\d{4}|\d{2}))?", said):
        return _dated(int(found[1]), int(found[2]), found[3], today, toward)
    found = re.fullmatch(
        r"([\w ]+?)[ ,]*\bthang (?:(nay|truoc|sau|toi)|(.+?))(?:[ ,/-]+(?:nam )?(\d{4})|[ ,]+nam (nay|ngoai|truoc|sau|toi))?",
        said,
    )
    if found is None:
        return None
    day = _number(found[1])
    if found[2]:
        return _dated(day, *_month_from({"nay": 0, "truoc": -1}.get(found[2], 1), today), today, toward)
    year = found[4] or (str(today.year + _years(found[5])) if found[5] else None)
    return _dated(day, _number(found[3]), year, today, toward)


def _of_this_month(said: str, today: date, toward: Toward) -> date | None:
    """«ngày 12» is the nearest twelfth."""
    found = re.fullmatch(r"(?:hom )?ngay (\d{1,2})(?: vua roi| vua qua| toi)?", said)
    if found is None:
        return None
    for away in range(3):  # every day of a month comes at least every second month
        month, year = _month_from(away if toward == "future" else -away, today)
        day = _date(int(found[1]), month, int(year))
        if day and (day >= today if toward == "future" else day <= today):
            return day
    return None


def _in_english(said: str, today: date, toward: Toward) -> date | None:
    """«8 May», «May 8th, 2026», «Sunday, 10 May»."""
    said = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1", BEFORE_DATE.sub("", said, count=1))
    found = re.fullmatch(rf"(\d{{1,2}}) (?:of )?({MONTH})\.?(?:,? (\d{{4}}))?", said)
    if found:
        return _dated(int(found[1]), MONTHS[found[2]], found[3], today, toward)
    if found := re.fullmatch(rf"({MONTH})\.? (\d{{1,2}})(?:,? (\d{{4}}))?", said):
        return _dated(int(found[2]), MONTHS[found[1]], found[3], today, toward)
    return None


READINGS: tuple[Callable[[str, date, Toward], date | None], ...] = (
    _on_weekday, _counted, _written, _of_this_month, _in_english,
)  # fmt: skip


def _dated(day: int | None, month: int | None, year: str | None, today: date, toward: Toward) -> date | None:
    """The day of this year, or the nearest such day; 29 February comes every fourth or eighth year."""
    if day is None or month is None:
        return None
    if year:
        return _date(day, month, _nearest_century(int(year), today) if len(year) == 2 else int(year))
    step = -1 if toward == "past" else 1
    for away in range(9):
        found = _date(day, month, today.year + step * away)
        if found and (found <= today if toward == "past" else found >= today):
            return found
    return None


def _date(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except (ValueError, OverflowError):  # «ngày 5 tỷ tháng 5»
        return None


def _nearest_century(year: int, today: date) -> int:
    return min((century + year for century in (1900, 2000, 2100)), key=lambda whole: abs(whole - today.year))


def _month_from(away: int, today: date) -> tuple[int, str]:
    """The month so many months away, and its year."""
    months = today.year * 12 + today.month - 1 + away
    return months % 12 + 1, str(months // 12)


def _years(said: str) -> int:
    return {"nay": 0, "ngoai": -1, "truoc": -1}.get(said, 1)


def _number(said: str) -> int | None:
    """A number in figures or words, if it is clear."""
    found = values(tokens(said))
    return found[0] if len(found) == 1 else None


def read_month(text: str, today: date) -> date:
    """The first day of a month: «tháng 12», «12/2026», «hết năm». Without a year the next one. Raises NotAMonth."""
    if len(text) > 60 or has_odd_figures(text):
        raise NotAMonth
    said = re.sub(r"^(?:(?:den|toi|until|till|to|in)\s+)+", "", without_telex(fold(text)))
    if ending := re.fullmatch(r"(?:(?:het|cuoi|end of|the|this)\s)+(?:nam|year)(?: (nay|sau|toi|\d{4}))?", said):
        given = ending[1] or "nay"
        return _first(12, int(given) if given.isdecimal() else today.year + _years(given))
    said = re.sub(r"^(?:(?:het|cuoi|end of|the)\s)+", "", said)
    if near := re.fullmatch(r"(?:thang (nay|sau|toi)|(this|next) month)", said):
        month, in_year = _month_from(0 if "nay" in near.groups() or "this" in near.groups() else 1, today)
        return _first(month, int(in_year))
    if found := re.fullmatch(r"(\d{4})[-/](\d{1,2})", said):
        return _first(int(found[2]), int(found[1]))
    found = re.fullmatch(
        r"(?!nam \d)(?:(?:thang|month) ?|t(?=\d))?(.+?)(?: ?[/.,-] ?(\d{4})|[ ,]+(?:nam )?(\d{4})|[ ,]+nam (nay|sau|toi))?",
        said,
    )
    if found is None:
        raise NotAMonth
    named = MONTHS.get(found[1]) or {"gieng": 1, "chap": 12}.get(found[1]) or _number(found[1]) or 0
    year = found[2] or found[3]
    if year or found[4]:
        return _first(named, int(year) if year else today.year + _years(found[4]))
    return _first(named, today.year + (named < today.month))


def _first(month: int, year: int) -> date:
    if not 1 <= month <= 12 or not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotAMonth
    return date(year, month, 1)


def read_year(text: str, today: date) -> int:
    """A year of birth, at most 110 years ago: «1956», «sinh năm 1956», «12/3/1990», «90». Raises NotAYear."""
    said = fold(text) if len(text) <= 60 else ""
    numbers = re.findall(r"\d+", said)
    if not numbers or has_odd_figures(text) or re.search(r"tuoi|years? old|\d\s?t\b", said):
        raise NotAYear
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", said):
        numbers.reverse()
    *day_and_month, last = numbers
    if len(last) not in (2, 4) or len(numbers) > 3 or (len(last) == 2 and len(numbers) == 2):
        raise NotAYear
    year = int(last) if len(last) == 4 else int(last) + (2000 if int(last) <= today.year % 100 else 1900)
    if not today.year - OLDEST <= year <= today.year or not _fits_in_a_year(day_and_month, year):
        raise NotAYear
    return year


def _fits_in_a_year(day_and_month: list[str], year: int) -> bool:
    """Whether what stands before the year is a day and a month, one of them, or nothing."""
    if any(len(number) > 2 for number in day_and_month):
        return False
    if len(day_and_month) == 2:
        return _date(int(day_and_month[0]), int(day_and_month[1]), year) is not None
    return all(1 <= int(number) <= 31 for number in day_and_month)
