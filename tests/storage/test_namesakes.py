"""Communes that took the name of the district they lay in are known, so that people are asked which they mean."""

from __future__ import annotations

from storage.campaign.country import load, named_like_their_district


def test_vinh_linh_was_a_district_and_its_other_communes_were_not() -> None:
    country = load()
    province = next(province for province in country.provinces.values() if province.name == "Tỉnh Quảng Trị")
    namesakes = {one.name for one in country.inside(province) if one.code in named_like_their_district()}
    assert "Xã Vĩnh Linh" in namesakes
    assert not namesakes & {"Xã Cửa Tùng", "Xã Bến Quan", "Xã Vĩnh Hoàng", "Xã Vĩnh Thủy"}
