"""Lunar days are found in the solar calendar as Vietnamese almanacs have them, and offered, never taken."""

from __future__ import annotations

from datetime import date

import pytest

from bot.vietnamese.days.day import read_day
from bot.vietnamese.days.moon import find_moon_days

MAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("typed", "solar"),
    [
        ("15/4 âm lịch", "2026-05-31"),
        ("rằm tháng Tư", "2026-05-31"),
        ("ram thang 4 am lich", "2026-05-31"),
        ("15 tháng 4 âm", "2026-05-31"),
        ("15/4 (AL)", "2026-05-31"),
        ("mùng 5 tháng 5 âm lịch", "2026-06-19"),
        ("mùng một tháng giêng", "2027-02-06"),
        ("mồng 1/1/2030 âm lịch", "2030-02-02"),
        ("10/3/2026 âm lịch", "2026-04-26"),
        ("rằm tháng giêng năm 2027", "2027-02-20"),
    ],
)
def test_a_lunar_day_is_offered_as_the_solar_day_that_almanacs_name(typed: str, solar: str) -> None:
    reading = read_day(typed, MAY, toward="future")
    assert (reading.why, [day.isoformat() for day in reading.values]) == ("lunar_day_found", [solar])


@pytest.mark.parametrize(
    ("year", "tet"),
    [(1985, "1985-01-21"), (2007, "2007-02-17"), (2026, "2026-02-17"), (2027, "2027-02-06"), (2030, "2030-02-02")],
)
def test_the_new_year_is_that_of_viet_nam_also_where_the_one_of_china_is_another_day(year: int, tet: str) -> None:
    assert [day.isoformat() for day in find_moon_days(f"1/1/{year} âm lịch", MAY, "future")] == [tet]


@pytest.mark.parametrize(
    "typed", ["30/4/2026 âm lịch", "31/4 âm lịch", "15/13 âm lịch", "rằm tháng 6 nhuận", "30 tết", "rằm"]
)
def test_a_day_that_its_month_has_not_or_that_is_not_clear_is_only_asked_about(typed: str) -> None:
    assert find_moon_days(typed, MAY, "future") == []


def test_of_a_deed_the_last_one_is_meant() -> None:
    assert find_moon_days("rằm tháng Tư", MAY, "past") == [date(2025, 5, 12)]
