"""What a number counts beside an amount is not added to it."""

from __future__ import annotations

import pytest

from bot.understanding.facts import read
from bot.understanding.sentence import Sentence
from tests.language.sentences import communes


@pytest.mark.parametrize(
    ("said", "dong", "monthly"),
    [
        ("ủng hộ cụ S 5 triệu 3 tháng", 5_000_000, False),
        ("ung ho ba M 5 trieu 3 thang", 5_000_000, False),
        ("tôi góp 1 triệu 2 bao gạo cho bà M", 1_000_000, False),
        ("1 triệu 2 cho bà M", 1_200_000, False),
        ("mỗi tháng 200k trong 6 tháng", 200_000, True),
        ("500k một tháng cho bà M", 500_000, True),
        ("đổi 500k thành 300k giúp em", 300_000, False),
        ("giảm 1 triệu xuống còn 500 nghìn", 500_000, False),
    ],
)
def test_an_amount_is_what_was_said_of_money(said: str, dong: int, monthly: bool) -> None:
    facts = read(Sentence.of(said), communes())
    assert (facts.amount, facts.monthly) == (dong, monthly)
