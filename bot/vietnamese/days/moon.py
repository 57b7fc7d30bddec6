"""A day of the lunar calendar («rằm tháng Tư», «15/4 âm lịch»), as the solar days that it may be: only to be offered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from bot.vietnamese.fold import fold

NUMBERS = ("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai")
MONTHS = {**{word: n for n, word in enumerate(NUMBERS, 1)}, "gieng": 1, "tu": 4, "chap": 12}
DAYS = {word: n for n, word in enumerate(NUMBERS[:10], 1)}
MOON = re.compile(
    rf"(?:ngay |hom |dem )*(?:(?P<full>ram)|(?:(?:mung|mong|ngay) )*(?P<day>\d{{1,2}}|{'|'.join(DAYS)}))"
    rf"(?: ?/ ?|-|\.| thang | )(?P<month>\d{{1,2}}|{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
    r"(?:(?:/| nam )(?P<year>\d{4}))?(?: \(?(?:am lich|am|al|ta|lunar)\)?)?"
)
FULL = 15
"""The day of «rằm»."""


def find_moon_days(text: str, today: date, toward: Literal["past", "future"]) -> list[date]:
    """The solar day of a lunar one, in the named lunar year or nearest ``toward`` that side; empty where none is read.

    By lunar-vn, which follows Hồ Ngọc Đức's rules for the meridian of Hà Nội; a day of a leap month is not read.
    """
    found = MOON.fullmatch(fold(text))
    if found is None:
        return []
    day = FULL if found["full"] else DAYS.get(found["day"]) or int(found["day"])
    month = MONTHS.get(found["month"]) or int(found["month"])
    years = [int(found["year"])] if found["year"] else range(today.year - 1, today.year + 2)
    days = [solar for year in years for solar in _solar(day, month, year)]
    if found["year"]:
        return days
    return (
        [one for one in days if one >= today][:1] if toward == "future" else [one for one in days if one <= today][-1:]
    )


def _solar(day: int, month: int, year: int) -> Iterator[date]:
    """The day, if that month has it."""
    from lunar_vn import LunarDate, lunar_to_solar, solar_to_lunar

    try:
        solar = lunar_to_solar(LunarDate(day, month, year))
    except ValueError:
        return
    if solar_to_lunar(solar).day == day:
        yield solar
