"""Communes are found by their names of today and of before."""

from __future__ import annotations

import unicodedata
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vietnamese.place import Known, find_place
from tests.vietnamese.communes import BEN_QUAN, COMMUNES, CUA_TUNG, VINH_HOANG, VINH_LINH, VINH_THUY
from tests.vietnamese.cost import TIMES, growth


def found(typed: str) -> list[tuple[int, str]]:
    return [(match.known.id, match.matched) for match in find_place(typed, COMMUNES)]


@pytest.mark.parametrize("unit", COMMUNES, ids=lambda unit: unit.name)
def test_a_commune_is_found_by_every_name_it_had(unit: Known) -> None:
    for name in (unit.name, *unit.aliases):
        of_today = name.removeprefix("Thị trấn ") in unit.name
        for typed in (
            name,
            name.upper(),
            unicodedata.normalize("NFD", name),
            f"thôn 2, {name}, huyện Vĩnh Linh, Quảng Trị",
        ):
            assert found(typed) == [(unit.id, "" if of_today else name)], typed


@pytest.mark.parametrize(
    ("typed", "unit", "old"),
    [
        ("Vĩnh Linh", VINH_LINH, ""),
        ("xã vinh linh", VINH_LINH, ""),
        ("Vĩnh Linh, Quảng Trị", VINH_LINH, ""),
        ("xã Vĩnh Linh, huyện Vĩnh Linh", VINH_LINH, ""),
        ("Hồ Xá", VINH_LINH, "Thị trấn Hồ Xá"),
        ("ho xa", VINH_LINH, "Thị trấn Hồ Xá"),
        ("TT.Hồ Xá", VINH_LINH, "Thị trấn Hồ Xá"),
        ("TT. Hồ Xá, huyện Vĩnh Linh, tỉnh Quảng Trị", VINH_LINH, "Thị trấn Hồ Xá"),
        ("tt ho xa vinh linh", VINH_LINH, "Thị trấn Hồ Xá"),
        ("Vĩnh Thuỷ", VINH_THUY, ""),
        ("vĩnh thủy, huyện vĩnh linh", VINH_THUY, ""),
        ("Xã Vĩnh Kim", CUA_TUNG, "Vĩnh Kim"),
        ("x.Vĩnh Kim", CUA_TUNG, "Vĩnh Kim"),
        ("«Vĩnh Kim»!", CUA_TUNG, "Vĩnh Kim"),
        ("vinh\u00a0kim", CUA_TUNG, "Vĩnh Kim"),
        ("thôn 3, xã Vĩnh Kim", CUA_TUNG, "Vĩnh Kim"),
        ("Vĩnh Kim, Vĩnh Linh, Quảng Trị", CUA_TUNG, "Vĩnh Kim"),
        ("Vĩnh Kim - Vĩnh Linh - Quảng Trị", CUA_TUNG, "Vĩnh Kim"),
        ("Vĩnh Kim-Vĩnh Linh", CUA_TUNG, "Vĩnh Kim"),
        ("Vĩnh Kim H. Vĩnh Linh", CUA_TUNG, "Vĩnh Kim"),
        ("thôn Vĩnh Hòa, xã Kim Thạch", CUA_TUNG, "Kim Thạch"),
        ("Vĩnh Hòa, xã Bến Quan", BEN_QUAN, ""),
        ("thôn Rào Trường xã Vĩnh Hà huyện Vĩnh Linh", BEN_QUAN, "Vĩnh Hà"),
        ("bản Xà Lời, Vĩnh Ô", BEN_QUAN, "Vĩnh Ô"),
        ("vinh oo", BEN_QUAN, "Vĩnh Ô"),
        ("cua tung", CUA_TUNG, ""),
        ("thị trấn Cửa Tùng", CUA_TUNG, ""),
        ("VĨNH HOÀ", VINH_HOANG, "Vĩnh Hòa"),
        ("tôi ở Bến Quan", BEN_QUAN, ""),
        ("Sáng nay nhóm bếp nấu cháo cho bệnh nhân nghèo ở Vĩnh Long. " * 5, VINH_LINH, "Vĩnh Long"),
    ],
)
def test_a_commune_is_found_in_what_people_write(typed: str, unit: int, old: str) -> None:
    assert found(typed) == [(unit, old)]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "Hà Nội",
        "Vĩnh",
        "x",
        "xã",
        "🙂",
        "Vĩnh" * 900,
        "huyện Vĩnh Linh",
        "thị xã Vĩnh Linh",
        "tỉnh Quảng Trị",
        "thôn Vĩnh Hòa",
        "Vĩnh, Kim",
    ],
)
def test_a_place_we_do_not_know_is_not_found(typed: str) -> None:
    assert found(typed) == []


def test_two_communes_are_both_offered() -> None:
    assert found("từ xã Vĩnh Hà đến xã Cửa Tùng") == [(BEN_QUAN, "Vĩnh Hà"), (CUA_TUNG, "")]


def test_a_name_of_today_that_was_another_units_name_before_is_asked_back() -> None:
    known = [Known(1, "Xã Hòa Bình", ()), Known(2, "Xã An Lạc", ("Hòa Bình",))]
    assert [(match.known.id, match.matched) for match in find_place("Hoà Bình", known)] == [(1, ""), (2, "Hòa Bình")]


def test_marks_decide_where_names_fold_alike() -> None:
    known = [Known(1, "Xã Phú Hòa"), Known(2, "Xã Phú Hóa")]
    assert [match.known.id for match in find_place("phú hoá", known)] == [2]
    assert [match.known.id for match in find_place("xã phú hòa", known)] == [1]
    assert [match.known.id for match in find_place("phu hoa", known)] == [1, 2]
    known = [Known(1, "Xã Văn Lang"), Known(2, "Xã Văn Lăng")]
    assert [match.known.id for match in find_place("Văn Lang", known)] == [1]
    assert [match.known.id for match in find_place("van lang", known)] == [1, 2]


def test_no_list_knows_no_place() -> None:
    assert find_place("Vĩnh Kim", []) == []


def test_a_whole_country_is_searched_as_fast_as_a_district() -> None:
    country = tuple(Known(n, f"Xã Số {n} Đông", (f"Cũ {n} Tây", f"Xưa {n} Nam")) for n in range(3321))
    district = country[290:310]
    said = "thôn 5, xã Cũ 300 Tây, tỉnh Nọ " * 20
    houses = count(1)  # what was looked through once is remembered

    def found_in(known: tuple[Known, ...]) -> list[int]:
        return [match.known.id for match in find_place(f"nhà {next(houses)}, {said}", known)]

    assert found_in(country) == found_in(district) == [300]
    assert growth(lambda: found_in(district), lambda: found_in(country)) < TIMES


@given(st.sampled_from(COMMUNES), st.text(max_size=30))
def test_a_name_is_found_whatever_stands_behind_it(unit: Known, behind: str) -> None:
    assert (unit.id, "") in found(f"{unit.name}, {behind}")


def test_a_number_is_a_ward_only_where_it_is_called_one() -> None:
    known = [Known(1, "Phường Đạo Thạnh", ("Phường 4",)), Known(2, "Phường Thới Sơn", ("Phường 6",))]
    for typed in ("phường 4", "P.4", "p4", "F4, Q. Mỹ Tho", "Phường 04", "12/6 đường số 6, phường 4"):
        assert [match.known.id for match in find_place(typed, known)] == [1], typed
    for typed in ("4", "số 4", "tổ 4", "4 người"):
        assert find_place(typed, known) == [], typed


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("cu mgar", "Xã Cư M'gar"),
        ("Cư M'gar", "Xã Cư M'gar"),
        ("cư m gar", "Xã Cư M'gar"),
        ("phường Xuân Hương", "Phường Xuân Hương - Đà Lạt"),
        ("Xuân Hương - Đà Lạt", "Phường Xuân Hương - Đà Lạt"),
        ("xuan huong da lat", "Phường Xuân Hương - Đà Lạt"),
        ("đặc khu Phú Quí", "Đặc khu Phú Quý"),
        ("mĩ lí", "Xã Mỹ Lý"),
    ],
)
def test_a_name_is_found_in_each_of_its_spellings(typed: str, name: str) -> None:
    known = [Known(1, name), Known(2, "Phường Hoàng Mai")]
    assert [match.known.id for match in find_place(typed, known)] == [1]
