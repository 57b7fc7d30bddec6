"""Two spellings of one organisation are found; two organisations are not taken for one where their names differ."""

from __future__ import annotations

import pytest

from handlers.officers.reports.alike import alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cty Minh Phát", "công ty Minh Phát"), ("Công ty TNHH Minh Phát", "Minh Phát"), ("Nhóm Nắng Mai", "nhom nang  mai"),
        ("CTY TNHH MTV Minh Phát", "Công ty TNHH một thành viên Minh-Phát"), ("CLB Thiện Tâm", "Câu lạc bộ Thiện Tâm"),
    ],
)  # fmt: skip
def test_two_spellings_of_a_name_are_found(one: str, other: str) -> None:
    assert alike([one, other, one, "Hội Phụ nữ"]) == [sorted([one, other])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công ty Minh Phát", "Trường Minh Phát"), ("Công ty Minh Phát", "Công ty Minh Phát Đạt"), ("Nhóm", "Nhóm Nhóm Mai"),
        ("Công ty", "Nhóm"), ("Hội Phụ nữ xã", "Hội Nông dân xã"),
    ],
)  # fmt: skip
def test_other_names_are_others(one: str, other: str) -> None:
    assert alike([one, other]) == []
