"""The year that people write behind the name of something that comes every year."""

from __future__ import annotations

import re

BEHIND = re.compile(r"[\s,(–-]+(?:năm |nam )?20\d\d\)?$", re.IGNORECASE)


def without_year(name: str) -> str:
    """«Tháng Nhân đạo» of «Tháng Nhân đạo năm 2026»; a name that is nothing but a year stays."""
    return BEHIND.sub("", name)
