"""A public text is held against what is sealed: names in any spelling, places, numbers; other words are left alone."""

from __future__ import annotations

import pytest

from bot.vietnamese.disclosure.sealed import Sealed, find_disclosed

SEALED = Sealed(
    "Nguyễn Thị Mai", "Số 12 đường Lê Lợi, thôn Tân Mỹ, xã Cửa Tùng", "bà ngoại Trần Văn Bình, 0912 345 678"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Bà Nguyễn Thị Mai ốm", ["Nguyễn Thị Mai"]),
        ("Bà nguyen thi mai om", ["nguyen thi mai"]),
        ("NguyenThiMai cần giúp", ["NguyenThiMai"]),
        ("N.g.u.y.ễ.n T.h.ị M.a.i", ["N.g.u.y.ễ.n T.h.ị M.a.i"]),
        ("Nguyễn-Thị-Mai", ["Nguyễn-Thị-Mai"]),
        ("bà Mai ốm nặng", ["Mai"]),
        ("ba mai om nang", ["mai"]),
        ("Chị Thị Mai", ["Thị Mai"]),
        ("nhà Mai ở cuối xóm", ["Mai"]),
        ("Trần Văn Bình nuôi cháu, ông Bình đã già", ["Trần Văn Bình", "Bình"]),
        ("ở thôn tân mỹ, số nhà 12", ["thôn tân mỹ", "số nhà 12"]),
        ("gọi 0912 345 678, STK 12345678, x.vn/a", ["12345678", "0912 345 678", "x.vn/a"]),
    ],
)
def test_what_tells_who_or_where_is_named(text: str, told: list[str]) -> None:
    assert find_disclosed(text, SEALED, public=["Xã Cửa Tùng"]) == told


@pytest.mark.parametrize(
    "text",
    [
        "Bà M. sống một mình ở xã Cửa Tùng",
        "ngày mai đi viện, cháu đi thi mai về",
        "cuộc sống bình yên, nhà có 12 người, lợi dụng lúc nắng",
        "Gia đình anh P., cần 5.000.000đ và 12 kg gạo trước 20/5/2026",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    assert find_disclosed(text, SEALED, public=["Xã Cửa Tùng"]) == []


def test_without_a_name_only_contacts_are_found() -> None:
    assert find_disclosed("Bà Mai, gọi 0912 345 678", Sealed("")) == ["0912 345 678"]
