"""A time of the day, as people write it."""

from __future__ import annotations

import pytest

from bot.vietnamese.days.moment import read_hour


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("7h30", "07:30"), ("07:30", "07:30"), ("7 giờ", "07:00"), ("7 giờ rưỡi", "07:30"), ("19g", "19:00"),
        ("lúc 8h", "08:00"), ("3h chiều", "15:00"), ("7 giờ tối", "19:00"), ("7h sáng", "07:00"), ("7h30p", "07:30"),
        ("16", "16:00"), ("0:05", "00:05"),
    ],
)  # fmt: skip
def test_it_is_read_in_every_way_of_writing(said: str, meant: str) -> None:
    assert str(read_hour(said).value) == f"{meant}:00"


@pytest.mark.parametrize("said", ["", "sáng", "25h", "7h61", "7h30 mai", "chiều", "7:30:00", "700"])
def test_what_is_no_time_is_refused(said: str) -> None:
    assert read_hour(said).value is None
