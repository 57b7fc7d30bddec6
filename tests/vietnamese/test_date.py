"""Days, months and years of birth as people write them, day first."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vietnamese.days.birth import read_year
from bot.vietnamese.days.day import read_day
from bot.vietnamese.days.month import read_month

TODAY = date(2026, 5, 12)  # a Tuesday
DAYS = st.dates(date(1950, 1, 1), date(2150, 1, 1))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("8/5", date(2026, 5, 8)),
        ("08-05-2026", date(2026, 5, 8)),
        ("2026-05-08", date(2026, 5, 8)),
        ("8.5", date(2026, 5, 8)),
        ("8.5.", date(2026, 5, 8)),
        ("8 / 5 / 2026", date(2026, 5, 8)),
        ("8/5/26", date(2026, 5, 8)),
        ("8/5/90", date(1990, 5, 8)),
        ("٨/٥", date(2026, 5, 8)),
        ("ngày 8 tháng 5", date(2026, 5, 8)),
        ("ngay 8 thang 5", date(2026, 5, 8)),
        ("hôm 8/5", date(2026, 5, 8)),
        ("ngày tám tháng năm", date(2026, 5, 8)),
        ("ngày mười lăm tháng tư", date(2026, 4, 15)),
        ("ngày 8 tháng 5 năm 2026", date(2026, 5, 8)),
        ("ngày 8 tháng 5 năm ngoái", date(2025, 5, 8)),
        ("ngày 8 tháng này", date(2026, 5, 8)),
        ("mùng 5 tháng trước", date(2026, 4, 5)),
        ("ngày 12", date(2026, 5, 12)),
        ("ngày 13", date(2026, 4, 13)),
        ("ngày 31", date(2026, 3, 31)),
        ("mùng 1/5", date(2026, 5, 1)),
        ("mùng một tháng năm", date(2026, 5, 1)),
        ("hôm nay", date(2026, 5, 12)),
        ("sáng nay", date(2026, 5, 12)),
        ("hom qua", date(2026, 5, 11)),
        ("chiều qua", date(2026, 5, 11)),
        ("hôm kia", date(2026, 5, 10)),
        ("mai", date(2026, 5, 13)),
        ("ngày kia", date(2026, 5, 14)),
        ("mốt", date(2026, 5, 14)),
        ("3 ngày trước", date(2026, 5, 9)),
        ("cách đây hai tuần", date(2026, 4, 28)),
        ("2 days ago", date(2026, 5, 10)),
        ("5 ngày nữa", date(2026, 5, 17)),
        ("thứ Hai", date(2026, 5, 11)),
        ("thứ 2", date(2026, 5, 11)),
        ("thứ tư", date(2026, 5, 6)),
        ("chủ nhật", date(2026, 5, 10)),
        ("CN", date(2026, 5, 10)),
        ("sáng chủ nhật", date(2026, 5, 10)),
        ("chủ nhật vừa rồi", date(2026, 5, 10)),
        ("thứ ba vừa rồi", date(2026, 5, 5)),
        ("thứ hai tuần trước", date(2026, 5, 4)),
        ("thứ sáu tuần này", date(2026, 5, 15)),
        ("last Monday", date(2026, 5, 11)),
        ("next Tuesday", date(2026, 5, 19)),
        ("CN, 10/5", date(2026, 5, 10)),
        ("vào thứ hai 11/5", date(2026, 5, 11)),
        ("Chủ nhật ngày 10 tháng 5", date(2026, 5, 10)),
        ("10/5 lúc 7h30", date(2026, 5, 10)),
        ("7h30 ngày 10/5", date(2026, 5, 10)),
        ("19 giờ tối 10/5", date(2026, 5, 10)),
        ("sáng 10/5", date(2026, 5, 10)),
        ("30/12", date(2025, 12, 30)),
        ("29/2", date(2024, 2, 29)),
        ("8 May", date(2026, 5, 8)),
        ("May 8", date(2026, 5, 8)),
        ("May 8th, 2026", date(2026, 5, 8)),
        ("Sunday, May 10", date(2026, 5, 10)),
        ("3rd of April 2026", date(2026, 4, 3)),
        ("today", date(2026, 5, 12)),
        ("yesterday", date(2026, 5, 11)),
        ("tomorrow", date(2026, 5, 13)),
    ],
)
def test_days_are_read_day_first(typed: str, day: date) -> None:
    assert read_day(typed, TODAY).value == day
    assert read_day(unicodedata.normalize("NFD", typed), TODAY).value == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [("8/3", date(2027, 3, 8)), ("12/5", date(2026, 5, 12)), ("thứ hai", date(2026, 5, 18)),
     ("ngày 31", date(2026, 5, 31)), ("ngày 8", date(2026, 6, 8)),
     ("29/2", date(2028, 2, 29)), ("8 May", date(2027, 5, 8))],
)  # fmt: skip
def test_a_day_ahead_is_the_next_one(typed: str, day: date) -> None:
    assert read_day(typed, TODAY, toward="future").value == day


@pytest.mark.parametrize(
    "typed",
    ["", "31/2", "30/2/2024", "31/4", "13/13", "0/5", "5/31/2026", "May 32", "hôm", "hôm trước", "tuần", "thứ",
     "thứ 9", "một", "quà", "²/5", "8²", "9" * 5000, "1/" * 900, "12", "1/1/1", "8/5/0001", "8/5/9999", "8/5/12345",
     "tháng 5", "đầu tháng 5", "hai ba ngày trước", "9999 ngày trước", "ngày 32", "8 5", "7h30", "ngày 5 tỷ tháng 5",
     "5 tháng 5 tỷ", "5 tỷ ngày trước"],
)  # fmt: skip
def test_what_is_no_day_is_refused(typed: str) -> None:
    reading = read_day(typed, TODAY)
    assert reading.value is None
    assert reading.why != "lunar_day"


@pytest.mark.parametrize(
    "typed",
    ["rằm tháng tư", "ram thang 7", "mùng 5 âm lịch", "15 al", "15/4 âm lịch", "15/4 (AL)", "15/4 âm", "mùng một",
     "mồng 5", "ngày mùng 10", "mùng 5 tháng giêng", "20 tháng chạp", "30 tết", "giao thừa", "15 tháng 4 am lich"],
)  # fmt: skip
def test_a_lunar_day_is_asked_back(typed: str) -> None:
    assert read_day(typed, TODAY).why in ("lunar_day", "lunar_day_found")


@given(
    DAYS,
    st.sampled_from(
        ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "ngày %d tháng %m năm %Y", "%d %B %Y", "%B %d, %Y"]
    ),
)
def test_a_whole_date_is_the_same_on_every_day(day: date, pattern: str) -> None:
    said = day.strftime(pattern)
    assert read_day(said, TODAY).value == read_day(said, day, toward="future").value == day


@given(DAYS, DAYS)
def test_a_date_without_a_year_is_the_nearest_on_its_side(day: date, today: date) -> None:
    past, future = (read_day(f"{day.day}/{day.month}", today, toward=side).values[0] for side in ("past", "future"))
    assert past <= today <= future
    assert (past.day, past.month) == (future.day, future.month) == (day.day, day.month)


@given(DAYS, st.sampled_from(["thứ hai", "t3", "thu tu", "thứ Năm", "t6", "thứ bảy", "CN"]))
def test_a_weekday_is_less_than_a_week_away(today: date, typed: str) -> None:
    assert timedelta(0) <= today - read_day(typed, today).values[0] < timedelta(7)
    assert timedelta(0) <= read_day(typed, today, toward="future").values[0] - today < timedelta(7)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("tháng 12", date(2026, 12, 1)),
        ("thang12", date(2026, 12, 1)),
        ("t12", date(2026, 12, 1)),
        ("12", date(2026, 12, 1)),
        ("12/2026", date(2026, 12, 1)),
        ("2026-12", date(2026, 12, 1)),
        ("T12/2027", date(2027, 12, 1)),
        ("tháng 12 năm 2027", date(2027, 12, 1)),
        ("tháng 12 năm sau", date(2027, 12, 1)),
        ("tháng 3", date(2027, 3, 1)),
        ("tháng tư", date(2027, 4, 1)),
        ("tháng mười hai", date(2026, 12, 1)),
        ("đến hết tháng 9", date(2026, 9, 1)),
        ("đến hết năm", date(2026, 12, 1)),
        ("cuối năm nay", date(2026, 12, 1)),
        ("hết năm 2027", date(2027, 12, 1)),
        ("tháng này", date(2026, 5, 1)),
        ("tháng sau", date(2026, 6, 1)),
        ("next month", date(2026, 6, 1)),
        ("until the end of the year", date(2026, 12, 1)),
        ("December 2026", date(2026, 12, 1)),
        ("Dec", date(2026, 12, 1)),
        ("8/5/2026", date(2026, 5, 1)),
    ],
)
def test_months_are_read(typed: str, month: date) -> None:
    assert read_month(typed, TODAY).value == month
    assert read_month(unicodedata.normalize("NFD", typed), TODAY).value == month


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "13",
        "tháng",
        "0",
        "12/99999",
        "12/0001",
        "lâu dài",
        "mãi mãi",
        "²",
        "Ⅻ",
        "9" * 5000,
        "năm 2027",
        "1.5",
    ],
)
def test_what_is_no_month_is_refused(typed: str) -> None:
    assert read_month(typed, TODAY).value is None


@pytest.mark.parametrize(
    ("typed", "year"),
    [("1956", 1956), ("sinh năm 1956", 1956), ("sn 1956", 1956), ("năm sinh: 1956.", 1956), ("12/3/1990", 1990),
     ("1990-03-12", 1990), ("12/3/90", 1990), ("3/1990", 1990), ("sinh ngày 2 tháng 9 năm 1945", 1945),
     ("31 May 1990", 1990), ("năm 90", 1990), ("năm 05", 2005), ("05", 2005), ("một chín năm sáu", 1956),
     ("١٩٥٦", 1956), ("１９５６", 1956), ("2026", 2026), ("1916", 1916)],
)  # fmt: skip
def test_a_year_of_birth_is_read(typed: str, year: int) -> None:
    assert read_year(typed, TODAY).value == year


@pytest.mark.parametrize(
    "typed",
    ["", "30 tuổi", "70t", "70 years old", "1800", "1915", "2027", "2030", "12345", "9" * 5000,
     "1990-1995", "1956 hoặc 1957", "45/13/1990", "30/2/1990", "12/3", "5", "19⁹⁰", "Ⅻ", "0912345678", "tuổi Tỵ"],
)  # fmt: skip
def test_what_is_no_year_of_birth_is_refused(typed: str) -> None:
    assert read_year(typed, TODAY).value is None


def test_a_date_that_has_just_passed_or_is_about_to_come_is_asked_about_and_not_moved_by_a_year() -> None:
    """On 12 May 2026 «20/5» was hardly a deed's day of last year, and «8/5» is hardly next year's."""
    assert read_day("20/5", TODAY).values == (date(2025, 5, 20), date(2026, 4, 20))
    assert read_day("8/5", TODAY, toward="future").values == (date(2027, 5, 8), date(2026, 6, 8))
    assert read_day("25/12", TODAY).value == date(2025, 12, 25)
