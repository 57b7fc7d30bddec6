"""How many people somebody means."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vietnamese.amounts.amount import in_words
from bot.vietnamese.amounts.count import read_count
from bot.vietnamese.amounts.number import plain, values


@pytest.mark.parametrize(
    ("typed", "count"),
    [("3", 3), ("03", 3), ("ba người", 3), ("ba", 3), ("khoảng 20", 20), ("tầm 20", 20), ("tam 20", 20),
     ("~20 người", 20), ("hai mươi", 20), ("hai mươi lăm em", 25), ("hai lăm em", 25), ("hai mốt cháu", 21),
     ("mười", 10), ("mười lăm hộ", 15), ("20 hộ", 20), ("20 hộ nghèo ở bản Vĩnh Ô", 20), ("1.200", 1200),
     ("1 200", 1200), ("1,200 people", 1200), ("một trăm linh năm", 105), ("một trăm lẻ năm người", 105),
     ("năm người", 5), ("nam nguoi", 5), ("bốn", 4), ("tám", 8), ("hơn 20 người", 20), ("giúp được 3 người", 3),
     ("cả 3", 3), ("có ba mẹ con", 3), ("chục người", 10), ("hai chục", 20), ("two", 2), ("three families", 3),
     ("twenty-one people", 21), ("a hundred people", 100), ("about 30 people", 30), ("0", 0), ("không", 0),
     ("không ai", 0), ("٢٠", 20), ("２０ người", 20), ("1 nghìn", 1000), ("hai nghìn rưỡi", 2500)],
)  # fmt: skip
def test_counts_are_read(typed: str, count: int) -> None:
    assert read_count(typed).value == count
    assert read_count(unicodedata.normalize("NFD", typed)).value == count


@pytest.mark.parametrize(
    "typed",
    ["", "nhiều lắm", "đông lắm", "không biết", "không nhớ", "bà con", "bà Hồ Thị A", "bọn em", "năm nay", "ba lô",
     "tạm", "-3", "−3", "-\u200b3", "－3", "1,5", "1.5 người", "2 hoặc 3", "3-4 người", "3 - 4", "2–3",
     "hai ba người", "năm sáu em", "một trăm hai người", "hai người lớn và ba trẻ em", "20 hộ, 60 người", "thôn 3",
     "tháng 5", "8/5", "7h", "20 kg", "20%", "vài chục", "²", "5²", "½", "Ⅻ", "③", "1e9", "9" * 5000, "9" * 15,
     "3 tỷ", "0912345678"],
)  # fmt: skip
def test_what_is_no_clear_count_is_refused(typed: str) -> None:
    assert read_count(typed).value is None


@given(st.integers(0, 10**9))
def test_a_number_spelled_out_counts_as_much(n: int) -> None:
    assert read_count(in_words(n, "vi").removesuffix(" đồng")).value == n
    assert read_count(in_words(n, "en").removesuffix(" dong")).value == n
    assert {read_count(said).value for said in (f"{n:,}", f"{n:,}".replace(",", "."), str(n))} == {n}


def test_an_unclear_number_has_several_values() -> None:
    assert values(plain("một trăm hai")) == (102, 120)
    assert values(plain("hai triệu hai trăm"), spoken=True) == (2_200_000,)
    assert values(plain("hai triệu hai trăm")) == (2_000_200,)
