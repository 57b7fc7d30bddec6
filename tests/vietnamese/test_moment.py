"""A moment to come is understood as people write it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.vietnamese.days.moment import read_moment

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 5, 5, 9, 0, tzinfo=ZONE)  # a Tuesday


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("19h", "2026-05-05 19:00"),
        ("19h00", "2026-05-05 19:00"),
        ("19:30", "2026-05-05 19:30"),
        ("8/5 7h", "2026-05-08 07:00"),
        ("7h 8/5", "2026-05-08 07:00"),
        ("7h30 ngày 8/5/2026", "2026-05-08 07:30"),
        ("ngày 8 tháng 5 lúc 7 giờ 30", "2026-05-08 07:30"),
        ("7 giờ tối mai", "2026-05-06 19:00"),
        ("7h tối nay", "2026-05-05 19:00"),
        ("tối nay 7h", "2026-05-05 19:00"),
        ("1h chiều", "2026-05-05 13:00"),
        ("12h trưa", "2026-05-05 12:00"),
        ("8 giờ rưỡi sáng mai", "2026-05-06 08:30"),
        ("thứ Hai 8h15", "2026-05-11 08:15"),
        ("8h15 sáng thứ hai", "2026-05-11 08:15"),
        ("chủ nhật lúc 7h", "2026-05-10 07:00"),
        ("8 giờ kém 15 sáng mai", "2026-05-06 07:45"),
        ("7pm", "2026-05-05 19:00"),
        ("7:30 pm tomorrow", "2026-05-06 19:30"),
        ("8 May 7:00", "2026-05-08 07:00"),
        ("mai 6h", "2026-05-06 06:00"),
    ],
)
def test_a_moment_is_read(said: str, meant: str) -> None:
    assert read_moment(said, NOW).value == datetime.fromisoformat(meant).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    "said", ["", "mai", "8/5", "25h", "7h75", "13pm", "sáng", "x" * 200, "7h ngày 31/2", "h", "khi nào tiện"]
)
def test_what_names_no_time_is_no_moment(said: str) -> None:
    assert read_moment(said, NOW).value is None
