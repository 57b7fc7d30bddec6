"""Phone numbers as people write them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vietnamese.phone import OLD, mask_phone, read_phone, show_phone


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912 345 678", "+84912345678"),
        ("091.234.5678", "+84912345678"),
        ("0912-345-678", "+84912345678"),
        ("0912–345–678", "+84912345678"),
        ("(0912) 345678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("84 0912 345 678", "+84912345678"),
        ("+84 912345678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("sđt: 0912345678", "+84912345678"),
        ("Số điện thoại của tôi là 0912345678 ạ", "+84912345678"),
        ("my phone number is 0912345678", "+84912345678"),
        ("٠٩١٢٣٤٥٦٧٨", "+84912345678"),
        ("０９１２３４５６７８", "+84912345678"),
        ("\u202d0912 345 678\u202c", "+84912345678"),
        ("09\u200b12345678", "+84912345678"),
        ("0912\u00a0345\u00a0678", "+84912345678"),
        ("0912345678\n", "+84912345678"),
        ("0896 123 456", "+84896123456"),
        ("0559 123 456", "+84559123456"),
        ("01234567890", "+84834567890"),
        ("0168 234 5678", "+84382345678"),
        ("02333 820 045", "+842333820045"),
        ("0233 3820045", "+842333820045"),
        ("+1 415 555 2671", "+14155552671"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+856 20 5512 3456", "+8562055123456"),
    ],
)
def test_phones_are_read_as_people_write_them(typed: str, number: str) -> None:
    assert read_phone(typed).value == number


@pytest.mark.parametrize(("old", "new"), OLD.items())
def test_a_number_of_before_2018_becomes_the_one_of_today(old: str, new: str) -> None:
    assert read_phone(f"0{old}2345678").value == read_phone(f"+84 {old} 234 5678").value == f"+84{new}2345678"


@pytest.mark.parametrize(
    "typed",
    ["", "123", "0912", "091234567", "09123456789", "912345678", "=cmd", "=0912345678", "0000000000", "abc",
     "1" * 5000, "113", "1900 1234", "+84 1900 123456", "+84 1800 1234", "0912+345678", "0912345678 0987654321",
     "0912345678/0987654321", "0110 234 5678", "+84", "+", "+999 123 4567", "091234567²", "-0912345678" * 9,
     "hỏi anh Ba 0912345678", "(((((((("],
)  # fmt: skip
def test_what_is_no_phone_is_refused(typed: str) -> None:
    assert read_phone(typed).value is None


@given(st.text(alphabet="0123456789+84. ()-", max_size=24))
def test_what_is_read_is_read_again_from_what_is_shown(typed: str) -> None:
    for number in read_phone(typed).values:
        assert read_phone(show_phone(number)).value == number


def test_a_phone_is_shown_and_masked() -> None:
    assert show_phone("+84912345678") == "0912 345 678"
    assert mask_phone("+84912345678") == "0912 ••• 678"
    assert show_phone("+14155552671") == "+14155552671"
    assert "555" not in mask_phone("+14155552671")


def test_the_library_is_loaded_only_when_somebody_types_a_number() -> None:
    code = "import sys, bot.vietnamese.phone; sys.exit('phonenumbers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
