"""What leads the readers of a text to somebody is found; sums, days and hours are not taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("giúp về 0371_000_498_851", ("0371_000_498_851",)),
        ("giúp về 0371/000/498/851", ("0371/000/498/851",)),
        ("giúp về 0371 | 000 | 498 | 851", ("0371 | 000 | 498 | 851",)),
        ("giúp về 0371*000*498*851", ("0371*000*498*851",)),
        ("giúp về 0371\u200b000\u200b498\u200b851", ("0371000498851",)),
        ("giúp về O371OOO49885l", ("0371000498851",)),
        ("giúp về 1903688801234k", ("1903688801234",)),
        ("giúp 500.000 - 0371000498851 đ", ("0371000498851",)),
        ("giúp về 97:60 45:78 90:11", ("97:60 45:78 90:11",)),
        ("giúp về 19.03 45.67 89.01 23", ("45.67 89.01 23",)),
        ("giúp về 1903 🔸 4567 🔸 8901", ("1903 🔸 4567 🔸 8901",)),
        ("giúp về 1️⃣9️⃣0️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", ("190345678",)),
        ("giúp về ❶❾⓿❸❹❺❻❼❽", ("190345678",)),
        ("giúp về một chín không ba 4 năm sáu bảy tám chín 12", ("190345678912",)),
        ("giúp ve mot chin khong ba bon nam sau bay tam chin", ("1903456789",)),
        ("giúp về 1903,456,789", ("1903,456,789",)),
        ("giúp về 1234567890, 5 triệu là đủ", ("1234567890",)),
        ("giúp về 0011000498 đ", ("0011000498",)),
        ("giúp về 190 345 678 901 đồng", ("190 345 678 901",)),
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
        ("0912,345,678", ("+84912345678",)),
        ("không chín một hai ba bốn năm sáu bảy tám, năm 2026", ("+84912345678",)),
        ("Gọi:\n0912 345 678\n0987 654 321\n0905123456", ("+84912345678", "+84987654321", "+84905123456")),
        ("gọi 0912345678 - 0987654321 - 115", ("+84912345678", "+84987654321")),
        ("gọi 0912345678/0987654321/19001234", ("+84912345678", "+84987654321", "19001234")),
    ],
)
def test_phones_are_found(text: str, phones: tuple[str, ...]) -> None:
    assert find_contacts(text) == Contacts(phones=phones)


def test_links_are_found_also_without_their_beginning() -> None:
    found = find_contacts("xem vi-du.vn/abc, https://t.me/xyz và fb.com/hoi.")
    assert found == Contacts(links=("vi-du.vn/abc", "https://t.me/xyz", "fb.com/hoi"))


@pytest.mark.parametrize(
    "text",
    ["vi-du[.]vn", "vi-du。vn", "vi-du．vn", "vi-du.\u200bvn", "vi-du chấm vn", "vi-du (dot) vn", "vi-du . vn"],
)
def test_a_link_is_found_whatever_stands_for_its_dot(text: str) -> None:
    assert find_contacts(f"xem {text} nhé") == Contacts(links=("vi-du.vn",))


@pytest.mark.parametrize(
    "link",
    [
        "vi-du.com.vn/abc/1234567890",
        "a.b.c.d.e.f.g.h.i.j.vi-du.com",
        "zalo.me",
        "bit.ly",
        "ví-dụ.com",
        "@nguoi_giup",
        "hxxps://vi-du.moi",
        "a.website",
    ],
)
def test_every_kind_of_link_is_found(link: str) -> None:
    assert find_contacts(f"xem {link} nhé") == Contacts(links=(link,))


def test_texts_that_stand_apart_are_not_read_together() -> None:
    assert not find_contacts("đến ngày 12", "345 678 hộ")


@pytest.mark.parametrize(
    "text",
    [
        "Sáng 12/05/2026 lúc 7h30 ủng hộ 1.500.000 đồng hoặc 2 000 000 đ",
        "từ 8h đến 11h ngày 8.5.2026, 7.30 - 10.30 12-05-2026",
        "cần 10000000 đồng, 15 kg gạo; 5.000.000 - 10.000.000đ",
        "Nhà khó khăn.Mẹ già yếu, con 10-12 tuổi, học 2020-2026",
        "gọi 115, 114; lúc 7 giờ 30 ngày 12 tháng 5 năm 2026",
        "gọi 115, 114, 113, 112; sáng 7:30 - 11:00, chiều 13:30-17:00; 12/5, 13/5, 14/5/2026",
        "mục tiêu 10.000.000.000 đồng, 12 000 000 000đ; lớp 1, 2, 3, 4, 5, 6, 7, 8, 9; tỉ lệ 1:100; 3/4 số hộ",
        "các thôn 1/2/3/4, năm học 2025/2026, ngày 12/5/2026 - 20/5/2026, 24/7",
        "tài khoản Hội đã nhận 20.000.000 đồng, vay ngân hàng 50.000.000, số dư tài khoản 12,5 triệu",
        "mỗi hộ 20 000 000 hay 25000000; cả nước 100.000.000.000 đồng; 20.000.000-25.000.000đ/hộ",
        "Quốc lộ 9, km 12+500, Quyết định 1505/2026/QĐ-UBND, Nghị định 93/2021/NĐ-CP ngày 27/10/2021",
        "từ 5/2026 - 6/2026, 2026-05-12, 12 05 2026, 01.05.2026-31.05.2026, 12/5-20/5/2026; năm 2024, 2025, 2026",
        "năm 2024 ba nhà, năm 2025 bốn nhà, năm 2026 năm nhà; thứ hai ba tư năm sáu bảy, chủ nhật",
        "",
        "…!?",
        "07.30 - 10.30 và 13.30 - 16.30, giúp đỡ.Anh/chị nhớ đến, @Hội, thu chi 2019. 2020",
    ],
)
def test_sums_days_hours_and_missing_spaces_are_nothing(text: str) -> None:
    assert not find_contacts(text)


SAID = "không chín một hai ba bốn năm sáu bảy tám Nguyễn Thị Ví Dụ nhà 0912 ① ٣ ² ½ O l . chấm [.] ․ 。 @ ＠ com vn / // : - _"
PIECES = [*SAID.split(), "https", " ", "", "\u200b", "\u0301"]


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["", " "]))
def test_the_first_look_misses_nothing_that_is_found_where_figures_stand_beside(
    pieces: list[str], between: str
) -> None:
    text = between.join(pieces)
    assert find_contacts(text) == find_contacts(text, "1")
