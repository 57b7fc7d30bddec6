"""Texts are cleaned without losing anything, and look-alikes compare alike."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vietnamese.fold import CONTROLS, INVISIBLE, SHORT, USUAL, clean, exact, fits, fold, one_line
from tests.vietnamese.cost import SLOWLY, TIMES, growth

TEXTS = st.text(max_size=60) | st.text(
    alphabet="aăâđÐoơuưyehHủỷòà\u0300\u0301\u0303\u0309\u0323\u0302\u200b. \n", max_size=20
)


def test_cleaning_keeps_what_people_wrote() -> None:
    assert (
        clean("Cháu ăn cơm.\n\tNgon\u00a0lắm 👨\u200d👩\u200d👧 \u202bx\u202c")
        == "Cháu ăn cơm.\n\tNgon\u00a0lắm 👨\u200d👩\u200d👧 \u202bx\u202c"
    )


def test_cleaning_drops_what_no_database_keeps() -> None:
    assert clean("a\x00b\ud800c\nd\te\x1b") == "abc\nd\te"


def test_of_what_is_usual_nothing_would_be_dropped_or_composed() -> None:
    usual = "".join(c for c in map(chr, range(0x3000)) if USUAL.fullmatch(c))
    assert len(usual) > 600
    assert unicodedata.normalize("NFC", usual) == usual
    assert not any(unicodedata.combining(c) for c in usual)
    assert not CONTROLS.search(usual)
    assert not INVISIBLE.search(usual)


def test_line_ends_of_every_machine_are_line_ends() -> None:
    assert clean("a\r\nb\rc\x0bd\x85e") == "a\nb\nc\nd\ne"


def test_piled_up_marks_are_kept_and_sorted_a_few_at_a_time() -> None:
    pile = "a" + "\u0301\u0323" * 30_000
    cleaned = clean(pile)
    assert growth(lambda: clean(pile[: len(pile) // TIMES]), lambda: clean(pile)) < SLOWLY
    assert cleaned.count("\u0301") + cleaned.count("\u0323") > 59_000
    assert clean(cleaned) == cleaned


def test_a_name_is_one_line_without_anything_hidden() -> None:
    assert one_line(" An\u202e\u200b \n Bình ") == "An Bình"
    assert unicodedata.is_normalized("NFC", one_line(unicodedata.normalize("NFD", "Nguyễn Thị Ở")))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Đặng", "dang"), ("Ðặng", "dang"), ("Ɖặng", "dang"), ("Vĩnh  Thủy", "vinh thuỷ"), ("hoà", "hòa"),
     ("A\u00a0B", "a b"), ("A\u200bB", "ab"), ("«Hồ Xá»!", "ho xa"), ("１２", "12"), ("٣", "3"),
     ("1\ufe0f\u20e3", "1"), ("ỦY BAN", "uỷ ban"), ("Ơ ư ĂÂÊÔ", "o u aaeo"), ("“Có”…", "co"), ("*đậm*", "dam")],
)  # fmt: skip
def test_what_looks_alike_folds_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_the_parts_of_a_word_stay_apart_when_folded() -> None:
    assert fold("Hồ Xá - Vĩnh Linh") == "ho xa - vinh linh"
    assert fold("dd") == "dd"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hủy", "HUỶ"), ("hủy", unicodedata.normalize("NFD", "huỷ")), ("hòa", "hoà"), ("thủy", "Thuỷ"),
     ("quay  LẠI", "quay lại"), ("khỏe", "khoẻ"), ("\u200bhuỷ\ufeff", "huỷ")],
)  # fmt: skip
def test_an_order_may_bear_its_tone_on_either_vowel(one: str, other: str) -> None:
    assert exact(one) == exact(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Huy", "huỷ"), ("Hụy", "huỷ"), ("qua", "quà"), ("bỏ qua", "bó qua"), ("đi", "di"), ("lai", "lại")],
)
def test_an_order_is_not_found_in_a_name(one: str, other: str) -> None:
    assert exact(one) != exact(other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("co", "có"), ("dong y", "đồng ý"), ("đông ý", "đồng ý"), ("đồng y", "đồng ý"), ("ĐỒNG Ý", "đồng ý"),
     ("trieu", "triệu"), ("triêu", "triệu"), ("hoà", "hòa"), ("- có", "có")],
)  # fmt: skip
def test_marks_may_be_missing(typed: str, meant: str) -> None:
    assert fits(typed, meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("đừng", "đúng"), ("dừng", "đúng"), ("bà", "ba"), ("cố", "có"), ("- đừng", "đúng"), ("từ", "tư")],
)
def test_marks_may_not_be_wrong(typed: str, meant: str) -> None:
    assert fold(typed).removeprefix("- ") == fold(meant)
    assert not fits(typed, meant)


@given(TEXTS)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    for tidy in (clean, one_line, fold, exact):
        once = tidy(text)
        assert tidy(once) == once
        assert unicodedata.is_normalized("NFC", once) or tidy is fold


@given(TEXTS)
def test_canonically_equal_texts_are_equal_when_cleaned(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert clean(unicodedata.normalize(form, clean(text))) == clean(text)
        assert fold(unicodedata.normalize(form, clean(text))) == fold(text)


@given(st.text(alphabet="Vĩnh Thuỷ đ", min_size=SHORT - 2, max_size=SHORT + 2))
def test_long_and_short_texts_fold_alike(text: str) -> None:
    assert fold(text + " " * 9).split() == fold(text).split()
