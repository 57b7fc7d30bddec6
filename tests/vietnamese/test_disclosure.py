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
        ("Chị M\u200bai ốm, Nguyễn Mai, N.T.Mai, Nguyễn T. Mai", ["Mai"]),
        ("nhà có em gái và Mai ốm lâu", ["Mai"]),
        ("bà M.a.i yếu, bà mai, con bé M a i", ["M.a.i", "mai", "M a i"]),
        ("Mai bị bệnh tim. Hôm sau Mai đi viện", ["Mai"]),
        ("Mai", ["Mai"]),
        ("#GiupNguyenThiMai", ["GiupNguyenThiMai"]),
        ("Nguуễn Thị M", ["Nguуễn"]),
        ("ở Tân Mỹ, đường Lê Lợi, số 12 Lê Lợi", ["Tân Mỹ", "đường Lê Lợi", "Lê Lợi"]),
        ("số nhà: 12, nhà số mười hai, SN 12A", ["số nhà: 12", "nhà số mười hai", "SN 12A"]),
    ],
)
def test_what_tells_who_or_where_is_named(text: str, told: list[str]) -> None:
    assert find_disclosed(text, SEALED, public=["Xã Cửa Tùng"]) == told


@pytest.mark.parametrize(
    ("sealed", "text", "told"),
    [
        (Sealed("Lê Văn An"), "LeVanAn cần giúp", ["LeVanAn"]),
        (Sealed("Hồ Thị Mỹ"), "bà Mĩ và Hồ Thị Mĩ", ["Mĩ", "Hồ Thị Mĩ"]),
        (Sealed("Trần Văn Dũng"), "ông Dủng", ["Dủng"]),
        (Sealed("tran van binh"), "ông Bình, Trần Văn Bình", ["Bình", "Trần Văn Bình"]),
        (Sealed("Bà Nguyễn Thị Mai (Mệ Út)"), "Nguyễn Thị Mai, mệ Út", ["Nguyễn Thị Mai", "Út"]),
        (Sealed("Lê Văn An và Trần Thị Hoa"), "chị Hoa, anh An", ["Hoa", "An"]),
        (Sealed("Lê An", guardian="bà ngoại Bình"), "ở với bà ngoại Bình", ["Bình"]),
        (Sealed("Lê An", guardian="bà ngoại lan"), "ở với bà Lan", ["Lan"]),
        (Sealed("Lê An", guardian="tran van binh"), "ở với Trần Văn Bình", ["Trần Văn Bình"]),
        (Sealed("Lê An", "thôn Tân Mỹ xã Cửa Tùng"), "ở thôn Tân Mỹ xã Cửa Tùng", ["thôn Tân Mỹ"]),
        (Sealed("Lê Hiền"), "bà hiền bị ốm, em hien, anh Hiền", ["hiền", "hien", "Hiền"]),
    ],
)
def test_names_and_places_are_found_as_people_write_them(sealed: Sealed, text: str, told: list[str]) -> None:
    assert find_disclosed(text, sealed, public=["Xã Cửa Tùng"]) == told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Lê Thị Hiền", "Em hiền lành, chăm học"),
        ("Lê Văn Bình", "Ông bình phục chậm, tỉnh Quảng Bình, Bình gas hỏng"),
        ("Lê Thị Thu", "Thu nhập bấp bênh, chị thu hoạch lúa, Trung Thu, mùa Thu này"),
        ("Lê Thị Linh", "huyện Vĩnh Linh, ở Vĩnh Linh, anh linh hoạt, ở thôn Linh"),
        ("Lê Thị Thương", "Con thương mẹ, bà thương cháu"),
        ("Lê Thị Bảy", "Bà bảy mươi tuổi, thứ Bảy đi chợ"),
        ("Lê Văn Hai", "Hai là nhà dột, một là thiếu gạo"),
        ("Hồ An", "hoàn cảnh khó khăn, nghèo"),
        ("Lê Văn Hội", "Hội Chữ thập đỏ đã đến"),
    ],
)
def test_words_that_are_names_of_others_stop_nobody(name: str, text: str) -> None:
    assert (
        find_disclosed(text, Sealed(name, "Số 5, Quốc lộ 9, xã Cửa Tùng, huyện Vĩnh Linh"), public=["Xã Cửa Tùng"])
        == []
    )


@pytest.mark.parametrize(
    "guardian", ["bà hàng xóm", "mẹ ruột", "trưởng thôn", "con trai cả", "hội phụ nữ xã", "bà ngoại"]
)
def test_a_guardian_without_a_name_stops_nobody(guardian: str) -> None:
    told = "Ở với bà ngoại và mẹ ruột, con trai cả đi xa, bà hàng xóm, trưởng thôn và hội phụ nữ xã giúp."
    assert find_disclosed(told, Sealed("Lê Văn Dụ", guardian=guardian)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Bà M. sống một mình ở xã Cửa Tùng",
        "ngày mai đi viện, cháu đi thi mai về",
        "cuộc sống bình yên, nhà có 12 người, lợi dụng lúc nắng",
        "Gia đình anh P., cần 5.000.000đ và 12 kg gạo trước 20/5/2026",
        "nhà ở gần Quốc lộ 9, cách chợ 12 km, cần 20.000.000 đồng trước ngày 15 tháng 6 năm 2026",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    assert find_disclosed(text, SEALED, public=["Xã Cửa Tùng"]) == []


def test_without_a_name_only_contacts_are_found() -> None:
    assert find_disclosed("Bà Mai, gọi 0912 345 678", Sealed("")) == ["0912 345 678"]
