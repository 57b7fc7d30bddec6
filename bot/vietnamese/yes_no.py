"""Yes and no, as people say them."""

from __future__ import annotations

from bot.vietnamese.fold import exact, fold

YES = frozenset(
    [
        "co",
        "co a",
        "da co",
        "vang",
        "vang a",
        "da",
        "da vang",
        "u",
        "uh",
        "um",
        "ok",
        "oke",
        "okie",
        "okay",
        "dong y",
        "dung",
        "dung roi",
        "dung vay",
        "duoc",
        "phai",
        "roi",
        "chinh xac",
        "yes",
        "y",
        "yep",
        "yeah",
        "sure",
        "right",
        "correct",
        "agree",
        "i agree",
        "gui di",
    ]
)
NO = frozenset(
    [
        "khong",
        "khong a",
        "da khong",
        "ko",
        "kh",
        "k",
        "hong",
        "khong phai",
        "khong dong y",
        "chua",
        "thoi",
        "sai",
        "sai roi",
        "no",
        "n",
        "nope",
        "not",
        "disagree",
    ]
)
SIGNS = {"👍": True, "👌": True, "✅": True, "👎": False, "❌": False}
DIFFERENT = frozenset({"đá", "đà", "đa", "đã", "cô", "cỏ", "cò", "cọ", "cổ"})
"""Words that look like yes without their marks and mean something else."""


def read_yes_no(text: str) -> bool | None:
    """True, False, or None if it is neither."""
    if len(text) > 40:
        return None
    sign = text.strip().rstrip("\ufe0f🏻🏼🏽🏾🏿")
    if sign in SIGNS:
        return SIGNS[sign]
    said = fold(text)
    if exact(text) in {exact(word) for word in DIFFERENT}:
        return None
    return True if said in YES else False if said in NO else None
