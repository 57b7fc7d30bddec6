"""Adding a word to an answer never changes its value unless the word was understood: every reader, by generation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vietnamese import none, phone, yes_no
from bot.vietnamese.amounts import count, money, weight
from bot.vietnamese.choice import read_choice
from bot.vietnamese.commune import read_commune
from bot.vietnamese.days import birth, day, month
from bot.vietnamese.days.moment import read_hour, read_moment
from bot.vietnamese.explain import Grammar
from bot.vietnamese.reading import Reading
from bot.vietnamese.talk import TALK, Effect
from tests.vietnamese.communes import COMMUNES

TODAY = date(2026, 5, 12)
NOW = datetime(2026, 5, 12, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
OFTEN = (("once", frozenset({"một lần"})), ("monthly", frozenset({"mỗi tháng"})))
STRANGE = (
    "blorf", "xoắn", "lốm", "đốm", "vèo", "phừng", "chuồn", "ngoằn", "kẹo", "rốn", "sấm", "trượt", "ụp", "bùng", "quẹo", "zig",
    "hoen", "lướt", "mưu", "nghiêng", "phết", "rạch", "vênh", "wump", "xịn", "đắp", "khoét", "lấp", "trẹo", "gió",
)  # fmt: skip
"""They stand in no lexicon."""
GRAMMARS: dict[str, Grammar] = {
    "birth": birth.GRAMMAR, "count": count.grammar(""), "people": count.grammar(count.PERSON), "day": day.GRAMMAR,
    "money": money.GRAMMAR, "month": month.GRAMMAR, "none": none.GRAMMAR, "phone": phone.GRAMMAR,
    "weight": weight.GRAMMAR, "yes_no": yes_no.GRAMMAR,
}  # fmt: skip
READERS: dict[str, tuple[Callable[[str], Reading[Any]], tuple[str, ...]]] = {
    "money": (money.read_money, ("500k", "1tr5", "hai triệu rưỡi", "1.500.000 đ", "200k/tháng", "500 nghin", "1.5 million")),
    "weight": (weight.read_weight, ("20 kg", "2 tạ", "tạ rưỡi", "3 yến 2 cân", "15", "10 lang")),
    "people": (lambda text: count.read_count(text, count.PERSON), ("3 người", "hai vợ chồng", "20", "ba dua")),
    "sessions": (lambda text: count.read_count(text, "buổi"), ("3 buổi", "hai", "1 chục buổi")),
    "count": (count.read_count, ("20", "hai mươi hộ", "1.200")),
    "past": (lambda text: day.read_day(text, TODAY), ("8/5", "hôm qua", "thứ hai", "3 ngày trước", "ngay 7 thang 5")),
    "future": (
        lambda text: day.read_day(text, TODAY, toward="future"), ("20/5", "mai", "thứ bảy tới", "2 tuần nữa", "May 20")
    ),
    "month": (lambda text: month.read_month(text, TODAY), ("tháng 12", "12/2026", "hết năm", "thang sau")),
    "year": (lambda text: birth.read_year(text, TODAY), ("1956", "sn 88", "12/3/1990", "một chín bảy lăm")),
    "moment": (lambda text: read_moment(text, NOW), ("7h30 sáng mai", "19h", "8h tối thứ bảy", "2 tiếng nữa")),
    "hour": (read_hour, ("7h30", "7 giờ tối", "16")),
    "phone": (phone.read_phone, ("0912 345 678", "+84 357 000 123", "02333 820 045")),
    "commune": (lambda text: read_commune(text, COMMUNES), ("Vĩnh Kim", "ben quan", "xã Vĩnh Thủy")),
    "yes_no": (yes_no.read_yes_no, ("có", "không", "đồng ý", "chưa", "dung roi")),
    "choice": (lambda text: read_choice(text, OFTEN), ("một lần", "mỗi tháng", "cái thứ nhất")),
}  # fmt: skip
FEW = st.lists(st.sampled_from(STRANGE), max_size=2).map(" ".join)


def test_the_strange_words_stand_in_no_lexicon() -> None:
    for name, grammar in GRAMMARS.items():
        for word in STRANGE:
            assert grammar.vocabulary.spell(word, False) == (word,), (name, word)
            assert (word,) not in grammar.phrases


@pytest.mark.parametrize("name", GRAMMARS)
def test_every_word_in_a_lexicon_declares_its_effect(name: str) -> None:
    assert GRAMMARS[name].phrases
    assert all(isinstance(effect, Effect) for effect in GRAMMARS[name].phrases.values())
    assert TALK.keys() <= {" ".join(phrase) for phrase in GRAMMARS[name].phrases}


@pytest.mark.parametrize("name", READERS)
def test_the_core_values_are_read(name: str) -> None:
    read, cores = READERS[name]
    for core in cores:
        assert read(core).value is not None, core


@pytest.mark.parametrize("name", READERS)
def test_one_strange_word_before_or_after_never_changes_the_value(name: str) -> None:
    read, cores = READERS[name]
    for core, word in product(cores, STRANGE):
        value = read(core).value
        for said in (f"{word} {core}", f"{core} {word}", f"{word} {core} {word}"):
            assert read(said).value in (None, value), said


@given(st.sampled_from(sorted(READERS)), st.data(), FEW, FEW)
def test_a_few_strange_words_around_never_change_the_value(
    name: str, data: st.DataObject, before: str, after: str
) -> None:
    read, cores = READERS[name]
    core = data.draw(st.sampled_from(cores))
    said = f"{before} {core} {after}".strip()
    assert read(said).value in (None, read(core).value), said


@pytest.mark.parametrize("name", [name for name in READERS if name not in ("people", "sessions", "weight", "count")])
def test_a_strange_word_beside_a_value_makes_it_asked_or_refused(name: str) -> None:
    read, cores = READERS[name]
    for core in cores:
        assert read(f"blorf {core}").value is None, core


@pytest.mark.parametrize(
    ("said", "values"),
    [("1 triệu sau", (1_000_000,)), ("1 trieu sau", (1_600_000, 1_000_000)), ("tôi ủng hộ 1 triệu sau", (1_000_000,))],
)
def test_folding_finds_and_does_not_decide(said: str, values: tuple[int, ...]) -> None:
    reading = money.read_money(said)
    assert reading.asks
    assert set(reading.values) == set(values)
