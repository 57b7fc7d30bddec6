"""Money as people write it, and spelled out again."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.vietnamese.amounts.amount import in_words
from bot.vietnamese.amounts.money import read_money, read_months


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
        ("1 trieeu", 1_000_000),
        ("1 triêu", 1_000_000),
        ("1 củ", 1_000_000),
        ("05 triệu", 5_000_000),
        ("1tr5", 1_500_000),
        ("1tr500", 1_500_000),
        ("1tr500k", 1_500_000),
        ("1tr050", 1_050_000),
        ("1tr50k", 1_050_000),
        ("1,5tr", 1_500_000),
        ("1.5 triệu", 1_500_000),
        ("1.25 tỷ", 1_250_000_000),
        ("0,5 triệu", 500_000),
        ("nửa triệu", 500_000),
        ("1 triệu rưỡi", 1_500_000),
        ("triệu rưỡi", 1_500_000),
        ("triệu hai", 1_200_000),
        ("1 triệu 5", 1_500_000),
        ("1 triệu 5 nghìn", 1_005_000),
        ("1 triệu 50 nghìn", 1_050_000),
        ("1 triệu 500.000", 1_500_000),
        ("2tr250", 2_250_000),
        ("2 triệu 250", 2_250_000),
        ("2 triệu 250 000", 2_250_000),
        ("2 triệu 250 nghìn", 2_250_000),
        ("2 triệu 5 trăm", 2_500_000),
        ("5 trăm nghìn", 500_000),
        ("trăm nghìn", 100_000),
        ("5k5", 5_500),
        ("1.500k", 1_500_000),
        ("1.500 nghìn", 1_500_000),
        ("1.000.000", 1_000_000),
        ("1,000,000đ", 1_000_000),
        ("1,000,000.00 VND", 1_000_000),
        ("1.000.000,00 đ", 1_000_000),
        ("1 000 000 vnđ", 1_000_000),
        ("1000000₫", 1_000_000),
        ("1.500.000 đ", 1_500_000),
        ("VND 500,000", 500_000),
        ("₫500.000", 500_000),
        ("50.000", 50_000),
        ("1.500.000 đ (một triệu năm trăm nghìn đồng)", 1_500_000),
        ("năm trăm nghìn", 500_000),
        ("nam tram ngan", 500_000),
        ("NĂM TRĂM NGHÌN", 500_000),
        ("Năm trăm nghìn đồng chẵn", 500_000),
        ("hai triệu rưỡi", 2_500_000),
        ("một triệu hai", 1_200_000),
        ("một triệu tư", 1_400_000),
        ("hai triệu hai trăm", 2_200_000),
        ("hai triệu hai trăm đồng", 2_000_200),
        ("hai triệu lẻ năm mươi nghìn", 2_050_000),
        ("mười lăm triệu", 15_000_000),
        ("hai lăm triệu", 25_000_000),
        ("hai chục triệu", 20_000_000),
        ("một vạn", 10_000),
        ("hai mươi mốt triệu ba trăm linh năm nghìn", 21_305_000),
        ("tám nghìn", 8_000),
        ("tam trieu", 8_000_000),
        ("1 tỷ 2", 1_200_000_000),
        ("1ty2", 1_200_000_000),
        ("1 tỉ", 1_000_000_000),
        ("2 tỷ 300 triệu", 2_300_000_000),
        ("1 nghìn tỷ", 10**12),
        ("tôi ủng hộ 200k", 200_000),
        ("em đóng góp 500 nghìn ạ", 500_000),
        ("khoảng 300 nghìn", 300_000),
        ("tầm 300 nghìn", 300_000),
        ("tam 300 nghin", 300_000),
        ("500k/tháng", 500_000),
        ("500k mỗi tháng", 500_000),
        ("1 triệu một tháng", 1_000_000),
        ("٥٠٠k", 500_000),
        ("５００ｋ", 500_000),
        ("\ufeff500\u200bk", 500_000),
        ("500 thousand", 500_000),
        ("2 million", 2_000_000),
        ("1.5 million dong", 1_500_000),
        ("two million", 2_000_000),
        ("half a million", 500_000),
        ("two and a half million", 2_500_000),
        ("2 million 500 thousand", 2_500_000),
        ("one hundred and five thousand", 105_000),
        ("a hundred thousand dong", 100_000),
        ("500 dong", 500),
    ],
)
def test_money_is_read_as_people_write_it(typed: str, dong: int) -> None:
    assert read_money(typed).value == dong
    assert read_money(unicodedata.normalize("NFD", typed)).value == dong


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("100", (100_000,)),
        ("500", (500_000,)),
        ("5", (5_000, 5_000_000)),
        ("1,5", (1_500_000,)),
        ("1tr50", (1_050_000, 1_500_000)),
        ("1 triệu 50", (1_050_000, 1_500_000)),
        ("1.500 triệu", (1_500_000, 1_500_000_000)),
        ("500.000k", (500_000, 500_000_000)),
        ("2t", (2_000_000, 2_000_000_000)),
        ("2t5", (2_500_000, 2_500_000_000)),
        ("1m", (1_000_000,)),
        ("50 xị", ()),
        ("1 lít", ()),
        ("một chai", ()),
        ("năm trăm", (500_000,)),
        ("năm", (5_000, 5_000_000)),
        ("hai trăm ba", (203_000, 230_000)),
        ("một trăm năm nghìn", (105_000, 150_000)),
    ],
)
def test_ambiguous_money_is_asked_back(typed: str, choices: tuple[int, ...]) -> None:
    reading = read_money(typed)
    assert reading.asks
    assert reading.values == choices


@pytest.mark.parametrize(
    "typed",
    ["đồng 0 ngày", "", "tiền", "-500k", "−500k", "－500k", "-\u200b500k", "- 500k", "âm 500k", "0", "-0", "0đ", "0 triệu",
     "không đồng", "²", "5²k", "½ triệu", "Ⅻ", "1e9", "NaN", "9" * 5000, "9" * 16, "9.999" * 900,
     "9223372036854775808", "12/5", "500 con gà", "20 kg gạo", "2 thùng mì", "50%", "$50", "20 usd", "500-700k",
     "từ 1 đến 2 triệu", "500k hoặc 1tr", "hai ba trăm nghìn", "0912345678", "0.500.000", "1.000,000", "1.00.000",
     "1 cụ", "bà triệu", "triệu triệu triệu", "nghìn nghìn", "one two million", "tỷ " * 99, "2 triệu (3 triệu)",
     "một triệu triệu", "3 triệu 2 triệu", "\u202e000.000.1", "2 tỷ tỷ"],
)  # fmt: skip
def test_what_is_no_money_is_refused(typed: str) -> None:
    assert read_money(typed).value is None


@pytest.mark.parametrize(
    ("dong", "vi", "en"),
    [
        (0, "không đồng", "zero dong"),
        (1, "một đồng", "one dong"),
        (10, "mười đồng", "ten dong"),
        (11, "mười một đồng", "eleven dong"),
        (14, "mười bốn đồng", "fourteen dong"),
        (10_000, "mười nghìn đồng", "ten thousand dong"),
        (15_000, "mười lăm nghìn đồng", "fifteen thousand dong"),
        (20_000, "hai mươi nghìn đồng", "twenty thousand dong"),
        (21_000, "hai mươi mốt nghìn đồng", "twenty-one thousand dong"),
        (24_000, "hai mươi tư nghìn đồng", "twenty-four thousand dong"),
        (55_000, "năm mươi lăm nghìn đồng", "fifty-five thousand dong"),
        (105_000, "một trăm lẻ năm nghìn đồng", "one hundred and five thousand dong"),
        (110_000, "một trăm mười nghìn đồng", "one hundred and ten thousand dong"),
        (1_500_000, "một triệu năm trăm nghìn đồng", "one million five hundred thousand dong"),
        (1_050_000, "một triệu không trăm năm mươi nghìn đồng", "one million fifty thousand dong"),
        (2_000_005, "hai triệu không trăm lẻ năm đồng", "two million five dong"),
        (1_200_000_000, "một tỷ hai trăm triệu đồng", "one billion two hundred million dong"),
        (10**12, "một nghìn tỷ đồng", "one trillion dong"),
        (1_005 * 10**9, "một nghìn không trăm lẻ năm tỷ đồng", "one trillion five billion dong"),
        (10**15, "một triệu tỷ đồng", "one thousand trillion dong"),
    ],
)
def test_an_amount_is_spelled_out(dong: int, vi: str, en: str) -> None:
    assert in_words(dong, "vi") == vi
    assert in_words(dong, "en") == en


@pytest.mark.parametrize("dong", [-1, 10**15 + 1])
def test_what_nobody_can_give_is_not_spelled_out(dong: int) -> None:
    with pytest.raises(ValueError, match="cannot be spelled out"):
        in_words(dong, "vi")


AMOUNTS = st.one_of(
    st.integers(1, 10**15),
    st.integers(1, 10**7),
    st.integers(1, 10**6).map(lambda n: n * 1000),
    st.integers(0, 15).map(lambda n: 10**n),
)


@given(AMOUNTS)
@example(1_000_000_001)
@example(8_000_000)
@example(1_000_105_000_020)
def test_what_is_spelled_out_reads_back_as_the_same_amount(dong: int) -> None:
    spelled = in_words(dong, "vi")
    assert read_money(spelled).value == dong
    assert read_money(in_words(dong, "en")).value == dong
    bare = "".join(c for c in unicodedata.normalize("NFD", spelled).replace("đ", "d") if not unicodedata.combining(c))
    assert read_money(bare).value == dong


@given(AMOUNTS)
def test_what_we_show_reads_back_as_the_same_amount(dong: int) -> None:
    shown = f"{dong:,}".replace(",", ".") + "\u00a0đ"
    assert read_money(shown).value == read_money(f"{shown} ({in_words(dong, 'vi')})").value == dong


@given(st.integers(0, 10**15))
def test_every_amount_can_be_spelled_out(dong: int) -> None:
    assert "  " not in in_words(dong, "vi")
    assert in_words(dong, "en").endswith(" dong")


@pytest.mark.parametrize(
    ("typed", "amount", "months"),
    [
        ("5 triệu 3 tháng", 5_000_000, 3),
        ("mỗi tháng 500k trong 6 tháng", 500_000, 6),
        ("200k x 3 tháng", 200_000, 3),
        ("500k/tháng, 12 tháng", 500_000, 12),
    ],
)
def test_an_amount_and_how_many_months_are_read_apart(typed: str, amount: int, months: int) -> None:
    assert read_months(typed) == (amount, months)


@pytest.mark.parametrize(
    "typed", ["500k", "500k một tháng", "tháng 3", "500k tháng 3", "5 triệu 3 con bò", "2-3 trăm 3 tháng"]
)
def test_no_months_are_read_where_none_are_named(typed: str) -> None:
    assert read_months(typed) is None
