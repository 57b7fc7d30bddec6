"""Whatever is typed, every reader answers or raises its own error, and fast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vietnamese.amounts.amount import MOST
from bot.vietnamese.amounts.count import MOST_COUNTED, PERSON, read_count
from bot.vietnamese.amounts.money import read_money, says_monthly
from bot.vietnamese.amounts.weight import read_weight
from bot.vietnamese.choice import read_choice
from bot.vietnamese.commune import read_commune
from bot.vietnamese.courtesy import corrected, courteous
from bot.vietnamese.days.birth import read_year
from bot.vietnamese.days.day import read_day
from bot.vietnamese.days.moment import read_hour, read_moment
from bot.vietnamese.days.month import read_month
from bot.vietnamese.fold import clean, exact, fold, one_line
from bot.vietnamese.names import read_hamlet, read_name, read_organisation
from bot.vietnamese.none import says_none
from bot.vietnamese.phone import mask_phone, read_phone
from bot.vietnamese.place import Known, find_place
from bot.vietnamese.yes_no import read_yes_no
from tests.vietnamese.cost import SLOWLY, TIMES, growth
from tests.vietnamese.hostile import HOSTILE, NAUGHTY, given_text

TODAY = date(2026, 5, 12)
KNOWN = (Known(1, "Xã Vĩnh Linh", ("Thị trấn Hồ Xá",)), Known(2, "Xã Cửa Tùng", ("Vĩnh Kim",)))
NOW = datetime(2026, 5, 12, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
OPTIONS = (("once", frozenset({"một lần"})), ("monthly", frozenset({"mỗi tháng"})))
READERS: list[Callable[[str], object]] = [
    clean, one_line, fold, exact, courteous, corrected, read_yes_no, says_none, read_name, read_hamlet, read_organisation,
    lambda text: find_place(text, KNOWN), lambda text: read_commune(text, KNOWN), read_money, says_monthly, read_phone,
    read_count, lambda text: read_count(text, PERSON), lambda text: read_count(text, "buổi"), read_weight,
    lambda text: read_day(text, TODAY), lambda text: read_day(text, TODAY, toward="future"),
    lambda text: read_month(text, TODAY), lambda text: read_year(text, TODAY), lambda text: read_moment(text, NOW),
    read_hour, lambda text: read_choice(text, OPTIONS),
]  # fmt: skip


def read_all(text: str) -> None:
    for read in READERS:
        read(text)


@pytest.mark.parametrize("one", HOSTILE, ids=[one["note"] for one in HOSTILE])
def test_hostile_vietnamese_is_read_or_refused(one: dict[str, Any]) -> None:
    read_all(given_text(one))


LONG = [one for one in HOSTILE if one.get("times", 1) > 10_000]


@pytest.mark.parametrize("one", LONG, ids=[one["note"] for one in LONG])
def test_a_text_eight_times_as_long_takes_little_more_than_eight_times_as_long_to_read(one: dict[str, Any]) -> None:
    little, much = given_text({**one, "times": one["times"] // TIMES}), given_text(one)
    assert growth(lambda: read_all(little), lambda: read_all(much)) < SLOWLY


@pytest.mark.parametrize("one", [one for one in HOSTILE if "line" in one], ids=lambda one: one["note"])
def test_a_hostile_name_is_kept_in_nfc_without_anything_hidden(one: dict[str, Any]) -> None:
    assert one_line(given_text(one)) == one["line"]


@pytest.mark.parametrize("one", [one for one in HOSTILE if "folded" in one], ids=lambda one: one["note"])
def test_a_hostile_text_folds_to_what_people_see(one: dict[str, Any]) -> None:
    assert fold(given_text(one)) == one["folded"]


def test_there_are_naughty_strings() -> None:
    assert len(NAUGHTY) > 450
    assert len(HOSTILE) > 80


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_every_naughty_string_is_read_or_refused(text: str) -> None:
    read_all(text)


@given(st.text() | st.text(alphabet=st.characters(categories=["Nd", "Nl", "No", "Mn", "Cf", "Zs", "Cs", "Pd"])))
def test_anything_at_all_is_read_or_refused(text: str) -> None:
    read_all(text)


@given(st.text(alphabet="0123456789 ,./-:ktrieungtydmhđ()", max_size=24))
def test_anything_with_figures_is_read_or_refused(text: str) -> None:
    read_all(text)


PIECES = st.sampled_from(
    "0 1 5 12 50 250 1.500 2026 30/2 / - . , k tr t m triệu tỷ nghìn trăm mươi mười lẻ rưỡi nửa một mốt hai ba tư lăm năm "
    "tám không đồng đ ngày tháng mùng thứ hôm qua nay trước tuần cn may 8th monday last next sinh tuổi âm lịch million half "
    "and hundred one twenty xã huyện thôn vĩnh linh kim hồ xá người hộ +84 0912345678".split()
)


@given(st.lists(PIECES, max_size=9).map(" ".join))
def test_the_words_of_the_readers_in_any_order_are_read_or_refused(text: str) -> None:
    read_all(text)


@given(st.lists(PIECES, max_size=9).map(" ".join))
def test_what_is_read_is_within_its_bounds(text: str) -> None:
    assert all(0 < dong <= MOST for dong in read_money(text).values)
    assert all(0 <= n <= MOST_COUNTED for n in read_count(text).values)
    assert all("•••" in mask_phone(number) for number in read_phone(text).values)
    assert all(1900 <= day.year <= 2200 for day in read_day(text, TODAY).values)
    assert all(month.day == 1 for month in read_month(text, TODAY).values)
    assert all(1915 <= year <= 2026 for year in read_year(text, TODAY).values)
