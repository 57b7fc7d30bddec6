"""The year is said once behind what comes every year."""

from __future__ import annotations

import pytest

from bot.vietnamese.days.year import without_year


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Tháng Nhân đạo 2026", "Tháng Nhân đạo"),
        ("Tháng Nhân đạo năm 2026", "Tháng Nhân đạo"),
        ("Tháng Nhân đạo (2026)", "Tháng Nhân đạo"),
        ("Tháng Nhân đạo – 2026", "Tháng Nhân đạo"),
        ("Tháng Nhân đạo", "Tháng Nhân đạo"),
        ("Xuân 1975", "Xuân 1975"),
        ("2026", "2026"),
    ],
)
def test_a_name_is_kept_without_the_year_behind_it(typed: str, kept: str) -> None:
    assert without_year(typed) == kept
