"""Where a household is, in a text: its hamlet, its street, its number, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.vietnamese.fold import fold

WORD = r"(?:mươi|mười|một|hai|ba|bốn|năm|sáu|bảy|tám|chín)"
NUMBER = rf"(?:\d+\w*(?:/\d+\w*)*|{WORD}(?:\s+{WORD})*\b)"
HOUSE = re.compile(
    rf"\b(?:(?:số nhà|nhà số|so nha|nha so|kiệt|kiet|hẻm|hem|ngõ|ngách|ngach)(?:\s+là|\s+la)?[\s:.-]*{NUMBER}"
    r"|ngo\s*\d+\w*(?:/\d+\w*)*|sn\s*[.:]?\s*\d{1,3}(?![\d])\w*(?:/\d+\w*)*"
    r"|(?:số|so)\s*\d+\w*(?:/\d+\w*)*,?\s+(?:đường|duong|phố|pho|ngõ|kiệt|kiet|hẻm|hem|thôn|thon|xóm|xom|tổ|khóm|khom)\b)",
    re.IGNORECASE,
)
BEGINS = (
    r"(?:thôn|xóm|làng|bản|khóm|đội|tổ dân phố|tổ|khu phố|khu|ấp|kp|tdp|đường|(?<!dân )(?<!khu )(?<!thành )phố|ngõ|kiệt|hẻm"
    r"|số nhà|xã|phường|huyện|tỉnh|thị trấn|thị xã|thành phố|quận)"
)
CUT = re.compile(rf"[,;\n–]| - |\s+(?={BEGINS}\s)", re.IGNORECASE)
LEADS = re.compile(rf"^(?:(?:{BEGINS}|số|nhà)\s+|\d+[\w/]*\s+)+", re.IGNORECASE)
ROAD = re.compile(r"\b(?:quoc lo|ql|tinh lo|duong tinh|dt|duong ho chi minh)\b")
"""What many pass by tells nobody where a house is."""
AREA = re.compile(r"(?:xa|phuong|huyen|tinh|thi tran|thi xa|thanh pho|tp)\b")
"""What is told of every household."""
ONLY_NUMBER = re.compile(r"(?:so|nha|so nha)? ?[\d/]+\w?")


def spots(house: str, public: Iterable[str]) -> Iterator[tuple[list[str], bool]]:
    """The places that a sealed house tells and that are not told anyway, folded, word by word; and whether each is only a
    name, which must be written as one."""
    told = [fold(name) for name in public]
    for part in CUT.split(house):
        place = fold(part)
        if ROAD.search(place) or ONLY_NUMBER.fullmatch(place) or AREA.match(place):
            continue
        name = fold(LEADS.sub("", part.strip()))
        for said, is_name in ((place, False), (name, True)):
            words = said.split()
            told_anyway = any(said in one or one in said for one in told if one)
            if len(words) > 1 and not told_anyway and (not is_name or name != place):
                yield words, is_name
