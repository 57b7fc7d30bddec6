"""The units of Việt Nam that come with the program: their number, their names, what became of the old ones."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date

import pytest

from bot.vietnamese.place import bare
from handlers.admins.country import Found, find_communes, find_district, find_provinces
from storage.campaign.country import FOLDER, Commune, load
from tests import ROOT

COUNTRY = load()
DISAGREEMENTS = ROOT / "tests" / "data" / "places-disagreements.tsv"


def communes(province: str) -> list[Commune]:
    """The communes of the province of this name."""
    (found,) = find_provinces(province)
    return COUNTRY.inside(found)


def named(found: list[Found]) -> list[str]:
    return [one.commune.name for one in found]


def test_the_country_has_34_provinces_and_3321_communes_of_three_kinds() -> None:
    assert len(COUNTRY.provinces) == 34
    assert len(COUNTRY.communes) == 3321
    kinds = Counter(commune.name.split()[0] for commune in COUNTRY.communes.values())
    assert kinds == {"Xã": 2621, "Phường": 687, "Đặc": 13}
    days = [province.since for province in COUNTRY.provinces.values()]
    assert {*days, *(commune.since for commune in COUNTRY.communes.values())} == {date(2025, 7, 1)}


def test_there_were_10040_old_units_of_which_443_were_divided() -> None:
    assert len(COUNTRY.old_units) == 10040
    assert sum(len(old.became) > 1 for old in COUNTRY.old_units.values()) == 443
    assert all(old.became for old in COUNTRY.old_units.values())
    assert all(commune.before for commune in COUNTRY.communes.values())


def test_787_communes_share_their_name_with_another_but_never_within_a_province() -> None:
    shared = {name: n for name, n in Counter(bare(c.name) for c in COUNTRY.communes.values()).items() if n > 1}
    spelled = Counter(c.name.split(maxsplit=1)[1].removeprefix("khu ") for c in COUNTRY.communes.values())
    assert sum(n for n in spelled.values() if n > 1) == 787
    assert sum(n > 1 for n in spelled.values()) == 314
    assert len(shared) > 314  # without marks still more are alike
    inside = Counter((c.province, c.name.split(maxsplit=1)[1]) for c in COUNTRY.communes.values())
    assert max(inside.values()) == 1


def test_an_old_unit_stayed_within_one_province() -> None:
    for old in COUNTRY.old_units.values():
        assert len({COUNTRY.communes[code].province for code in old.became}) == 1, old
    assert sorted(name for p in COUNTRY.provinces.values() for name in p.before) == sorted(
        {old.province for old in COUNTRY.old_units.values()}
    )


def test_the_tables_are_small_and_in_order() -> None:
    assert sum(file.stat().st_size for file in FOLDER.glob("*.tsv")) < 1 << 20
    for file in FOLDER.glob("*.tsv"):
        codes = [line.split("\t")[0] for line in file.read_text(encoding="utf-8").splitlines()[1:]]
        assert len(codes) == len(set(codes))
        assert all(re.fullmatch("[0-9]{2}|[0-9]{3}|[0-9]{5}", code) for code in codes)


@pytest.mark.parametrize(
    ("code", "name", "province", "before"),
    [
        ("19363", "Xã Vĩnh Linh", "Tỉnh Quảng Trị", {"Thị trấn Hồ Xá", "Xã Vĩnh Long", "Xã Vĩnh Chấp"}),
        ("19405", "Xã Vĩnh Thủy", "Tỉnh Quảng Trị", {"Xã Vĩnh Thủy", "Xã Vĩnh Lâm", "Xã Vĩnh Sơn"}),
        ("19742", "Đặc khu Cồn Cỏ", "Tỉnh Quảng Trị", {"Huyện Cồn Cỏ"}),
        ("23737", "Xã Ia Mơ", "Tỉnh Gia Lai", {"Xã Ia Mơ"}),
        ("23710", "Xã Ia Băng", "Tỉnh Gia Lai", {"Xã Ia Băng", "Xã A Dơk", "Xã Ia Pết"}),
        ("10543", "Phường Việt Hòa", "Thành phố Hải Phòng", None),
        ("11848", "Xã Vĩnh Hòa", "Thành phố Hải Phòng", None),
        ("31213", "Phường Tân Lộc", "Thành phố Cần Thơ", None),
        ("31299", "Xã Phong Điền", "Thành phố Cần Thơ", None),
        ("23272", "Đặc khu Phú Quý", "Tỉnh Lâm Đồng", None),
    ],
)
def test_a_sample_of_units_is_as_the_resolutions_have_it(
    code: str, name: str, province: str, before: set[str] | None
) -> None:
    commune = COUNTRY.communes[code]
    assert (commune.name, COUNTRY.provinces[commune.province].name) == (name, province)
    if before is not None:
        assert {old.name for old in commune.before} == before


def disagreements() -> list[dict[str, str]]:
    with DISAGREEMENTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("row", disagreements(), ids=lambda row: f"{row['old code']} {row['old unit']}")
def test_where_two_sources_differ_the_decision_holds(row: dict[str, str]) -> None:
    old = COUNTRY.old_units[row["old code"]]
    assert (old.name, old.district, old.province) == (row["old unit"], row["district"], row["province before"])
    source = "dvhcvn/20250701" if row["likely right"].startswith("dvhcvn") else "vietnamadminunits 1.0.4"
    right = {code.replace("23938", "23737") for code in re.findall(r"\b[0-9]{5}\b", row[source])}
    assert set(old.became) == right


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Quảng Trị", "Tỉnh Quảng Trị"),
        ("quang tri", "Tỉnh Quảng Trị"),
        ("tỉnh Quảng Bình", "Tỉnh Quảng Trị"),
        ("T. Quang Binh", "Tỉnh Quảng Trị"),
        ("44", "Tỉnh Quảng Trị"),
        ("TP. Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("tphcm", "Thành phố Hồ Chí Minh"),
        ("Bình Dương", "Thành phố Hồ Chí Minh"),
        ("Huế", "Thành phố Huế"),
        ("thừa thiên huế", "Thành phố Huế"),
        ("hà nội", "Thành phố Hà Nội"),
        ("Ninh Thuận", "Tỉnh Khánh Hòa"),
    ],
)
def test_a_province_is_found_by_its_names_of_today_and_before(typed: str, name: str) -> None:
    assert [province.name for province in find_provinces(typed)] == [name]


@pytest.mark.parametrize("typed", ["", "Vĩnh Linh", "Quảng", "99", "Quảng Trì", "xin chào", "tỉnh"])
def test_what_is_no_province_is_not_found(typed: str) -> None:
    assert find_provinces(typed) == []


@pytest.mark.parametrize(
    ("province", "typed", "names"),
    [
        ("Quảng Trị", "vinh linh", ["Xã Vĩnh Linh"]),
        ("Quảng Trị", "Hồ Xá", ["Xã Vĩnh Linh"]),
        ("Quảng Trị", "19363", ["Xã Vĩnh Linh"]),
        ("Quảng Trị", "xã Kim Thạch", ["Xã Cửa Tùng"]),
        ("Gia Lai", "ia mo", ["Xã Ia Mơ"]),
        ("Đắk Lắk", "Cu Mgar", ["Xã Cư M'gar"]),
        ("Lâm Đồng", "Xuân Hương", ["Phường Xuân Hương - Đà Lạt"]),
        ("Cần Thơ", "Tân Long (Phụng Hiệp)", ["Xã Thạnh Hòa"]),
        ("Cần Thơ", "xã Tân Long, thị xã Ngã Năm", ["Xã Tân Long"]),
        ("Đồng Tháp", "Phường 4, Mỹ Tho", ["Phường Đạo Thạnh"]),
        ("Hải Phòng", "Hòa Bình, huyện Vĩnh Bảo", ["Xã Nguyễn Bỉnh Khiêm"]),
        ("Hải Phòng", "Hòa Bình, huyện Kim Thành", ["Xã Kim Thành", "Xã Hà Nam"]),
        ("Điện Biên", "mường chà", ["Xã Na Sang", "Xã Mường Chà"]),
        ("Điện Biên", "Xã Mường Chà", ["Xã Mường Chà"]),
        ("Điện Biên", "Mường Chà, huyện Mường Chà", ["Xã Na Sang"]),
        ("Hà Nội", "phường Định Công", ["Phường Định Công"]),
        ("Nghệ An", "Vĩnh Linh", []),
        ("Quảng Trị", "00001", []),
    ],
)
def test_a_commune_of_a_province_is_found_by_its_names_and_code(province: str, typed: str, names: list[str]) -> None:
    assert sorted(named(find_communes(typed, communes(province)))) == sorted(names)


def test_a_name_that_several_bear_is_left_to_be_chosen() -> None:
    assert set(named(find_communes("Tân Long", communes("Cần Thơ")))) == {"Xã Tân Long", "Xã Thạnh Hòa"}
    assert len(find_communes("Phường 4", communes("Đồng Tháp"))) > 2


def test_who_names_an_old_unit_is_told_which_one_it_was() -> None:
    (found,) = find_communes("thị trấn Hồ Xá", communes("Quảng Trị"))
    assert found.old is not None
    assert (found.old.name, found.old.district) == ("Thị trấn Hồ Xá", "Huyện Vĩnh Linh")


def test_an_old_district_stands_for_the_communes_that_came_from_it() -> None:
    names = ["Xã Vĩnh Linh", "Xã Bến Quan", "Xã Vĩnh Hoàng", "Xã Vĩnh Thủy", "Xã Cửa Tùng"]
    for typed in ("huyện Vĩnh Linh", "h. vinh linh"):
        assert [one.name for one in find_district(typed, communes("Quảng Trị"))] == names
    assert find_district("huyện Vĩnh Lình", communes("Quảng Trị")) == []


def test_every_commune_is_found_by_its_own_name_within_its_province() -> None:
    for province in COUNTRY.provinces.values():
        inside = COUNTRY.inside(province)
        for commune in inside:
            found = find_communes(commune.name, inside)
            assert found == [Found(commune)], commune.name
            assert commune in [one.commune for one in find_communes(bare(commune.name), inside)], commune.name
