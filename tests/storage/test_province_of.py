"""Whose a place is, is said only where it is certain."""

from __future__ import annotations

import pytest

from storage.campaign.country import province_of


@pytest.mark.parametrize(
    ("place", "province"),
    [
        ("Hải Lăng", "Tỉnh Quảng Trị"),
        ("dạ ở xã Hải Lăng, Quảng Trị", "Tỉnh Quảng Trị"),
        ("Đồng Hới", "Tỉnh Quảng Trị"),  # of another province before July 2025
        ("quận Hai Bà Trưng, Hà Nội", "Thành phố Hà Nội"),
        ("Hòa Bình", ""),  # a province before, and many communes
        ("Thôn Đông", ""),
        ("quê tôi", ""),
        ("", ""),
    ],
)
def test_a_place_lies_in_the_province_in_which_every_unit_of_its_names_does(place: str, province: str) -> None:
    assert province_of(place) == province
