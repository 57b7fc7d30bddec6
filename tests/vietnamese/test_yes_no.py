"""Yes and no are understood, and never one for the other."""

from __future__ import annotations

import unicodedata

import pytest

from bot.vietnamese.yes_no import read_yes_no


@pytest.mark.parametrize(
    "typed",
    ["có", "Có ạ", "co", "CÓ", "vâng", "vang a", "dạ", "Dạ vâng ạ", "dạ có", "ok", "Ok em", "okay", "ừ", "u",
     "không sao", "đồng ý", "dong y", "đông ý", "ddong y", "đúng", "dung roi", "đúng rồi", "Đúng rồi ạ", "được",
     "phải", "rồi", "yes", "y",
     "Yes please", "có nhé", "có, cảm ơn", "👍", "👍🏻", "👍🏿👍🏿", "✅", "«có»"],
)  # fmt: skip
def test_yes_is_understood(typed: str) -> None:
    assert read_yes_no(typed).value is True
    assert read_yes_no(unicodedata.normalize("NFD", typed)).value is True


@pytest.mark.parametrize(
    "typed",
    ["không", "Không ạ", "khong", "khoong", "ko", "ko.", "k", "kh", "hông", "dạ không ạ", "không phải",
     "không đồng ý", "chưa", "thôi", "thoi a", "sai", "no", "n", "No thanks", "no, thank you", "👎", "❌", "đừng",
     "dừng", "dừng lại", "không có"],
)  # fmt: skip
def test_no_is_understood(typed: str) -> None:
    assert read_yes_no(typed).value is False
    assert read_yes_no(unicodedata.normalize("NFD", typed)).value is False


@pytest.mark.parametrize(
    "typed",
    ["", " ", "cô", "cỏ", "cố", "đá", "đã", "đà", "Hồng", "có thể", "không biết", "dung", "để xem", "ạ", "em",
     "?", "👍👎", "🙂", "có không", "maybe", "có" * 40, "1",
     "example.co.uk", "co.example.vn"],
)  # fmt: skip
def test_neither_yes_nor_no_is_left_open(typed: str) -> None:
    assert read_yes_no(typed).value is None


@pytest.mark.parametrize(
    "typed",
    ["DC-0003", "dc-3", "Dc.12", "DC\u20110003", "ok DC-0003", "y-12", "k-0003", "có-5", "yes-2", "ừ-1", "k/3", "ok_3"],
)
def test_a_code_is_no_answer_whatever_its_letters_mean(typed: str) -> None:
    assert read_yes_no(typed).value is None


@pytest.mark.parametrize("typed", ["không, vì COVID-19", "không - con đang ốm"])
def test_a_no_stays_a_no_beside_a_code_or_a_reason(typed: str) -> None:
    assert read_yes_no(typed).value is False
