"""What leads the readers of a text to somebody is found; sums, days and hours are not taken for it."""

from __future__ import annotations

import pytest

from bot.vietnamese.disclosure.contacts import Contacts, find_contacts


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("Chuyển vào STK 1903 456 789 012 Techcombank", ("1903 456 789 012",)),
        ("STK: 12345 ACB", ("12345",)),
        ("tài khoản số 123.456.789 của Hội", ("123.456.789",)),
        ("số tài khoản là 0912345678", ("0912345678",)),
        ("gửi về 19034567890 giúp gia đình", ("19034567890",)),
        ("CCCD 045123456789", ("045123456789",)),
    ],
)
def test_an_account_is_found_however_it_is_written(text: str, accounts: tuple[str, ...]) -> None:
    assert find_contacts(text) == Contacts(accounts=accounts)


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("Liên hệ 0912 345 678 hoặc 0233 3852 123", ("+84912345678", "+842333852123")),
        ("gọi +84 912 345 678", ("+84912345678",)),
        ("tổng đài 1900 1234", ("19001234",)),
    ],
)
def test_phones_are_found(text: str, phones: tuple[str, ...]) -> None:
    assert find_contacts(text) == Contacts(phones=phones)


def test_links_are_found_also_without_their_beginning() -> None:
    found = find_contacts("xem vi-du.vn/abc, https://t.me/xyz và fb.com/hoi.")
    assert found == Contacts(links=("vi-du.vn/abc", "https://t.me/xyz", "fb.com/hoi"))


@pytest.mark.parametrize(
    "text",
    [
        "Sáng 12/05/2026 lúc 7h30 ủng hộ 1.500.000 đồng hoặc 2 000 000 đ",
        "từ 8h đến 11h ngày 8.5.2026, 7.30 - 10.30 12-05-2026",
        "cần 10000000 đồng, 15 kg gạo; 5.000.000 - 10.000.000đ",
        "Nhà khó khăn.Mẹ già yếu, con 10-12 tuổi, học 2020-2026",
        "gọi 115, 114; lúc 7 giờ 30 ngày 12 tháng 5 năm 2026",
    ],
)
def test_sums_days_hours_and_missing_spaces_are_nothing(text: str) -> None:
    assert not find_contacts(text)
