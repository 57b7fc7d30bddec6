"""When and where: days as they were said, hamlets, and the commune of today."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding import figures
from bot.understanding.lists import BEGIN_DATES, DATE_WORDS, DATES, HAMLETS, HOW_OFTEN
from bot.understanding.sentence import Sentence, Word
from bot.vietnamese.fold import fold
from bot.vietnamese.place import Known, find_place

SAID_DATE = re.compile("|".join(DATES))
COUNTED = re.compile(r"(\w+) (?:ngay|tuan|thang|nam|days?|weeks?|months?) (?:truoc|nua|nay|qua|ago)")
NUMBER = re.compile(r"\d{1,2}[a-z]?")
NAMED = frozenset({"thon", "xom", "ban", "lang", "khu pho", "khom"})
"""Kinds of hamlets that have names and not only numbers."""
TO = re.compile(r"\b(?:to|in)\b", re.IGNORECASE)
"""In English no word for a group of houses (tổ)."""
LONGEST_DATE = 6
"""Words."""


def date(sentence: Sentence) -> str:
    """The first day or time that is said, without the «ngày» or «hôm» before a date or a weekday."""
    for begin, end in sentence.spans(LONGEST_DATE, _may_begin):
        said = sentence.joined(begin, end)
        if SAID_DATE.fullmatch(said) and _is_date(sentence, begin, end, said):
            sentence.take(begin, end, "date")
            return sentence.typed(begin, end)
    return ""


def _may_begin(word: Word) -> bool:
    return word.number or word.folded in DATE_WORDS or word.folded in BEGIN_DATES


def _is_date(sentence: Sentence, begin: int, end: int, said: str) -> bool:
    for at in range(begin, end):
        if sentence.folded[at] in DATE_WORDS and not DATE_WORDS.find(sentence, at, at + 1):
            return False  # «mái», «mãi» and «chú nhặt» are no days
    before = sentence.folded[begin - 1] if begin else ""
    if any(HOW_OFTEN.find(sentence, end, end + n) for n in (1, 2)) or HOW_OFTEN.find(sentence, begin - 1, begin):
        return False
    if sentence.folded[end : end + 1] == ("nao",):
        return False
    if found := COUNTED.fullmatch(said):
        return figures.number(found[1]) is not None or (found[1] in ("may", "vai") and said.endswith(("truoc", "nay")))
    if said == "mai":
        funeral = sentence.folded[end : end + 1] == ("tang",)
        return not funeral and (not sentence.words[begin].capital or begin == 0)
    return not (said[0].isdigit() and before in ("so", "ngo", "duong"))


def hamlet(sentence: Sentence, communes: Sequence[Known]) -> str:
    """A hamlet with its word: «thôn 3», «bản 5», «thôn Đông», «khu phố 3»."""
    words = sentence.words
    for begin, end in HAMLETS.spans(sentence):
        if end >= len(words) or words[end - 1].last or end in sentence.taken:
            continue
        if NUMBER.fullmatch(sentence.folded[end]):
            stop = end + 1
        elif sentence.joined(begin, end) not in NAMED:
            continue
        else:
            stop = end
            while stop < min(end + 2, len(words)) and words[stop].capital and len(words[stop].folded) > 1:
                stop += 1
                if words[stop - 1].last:
                    break
            while stop > end and _names_commune(sentence, end, stop, communes):
                stop -= 1
            if stop == end or find_place(sentence.typed(end, min(end + 2, len(words))), communes):
                continue
        sentence.take(begin, stop, "hamlet")
        return sentence.typed(begin, stop)
    return ""


def _names_commune(sentence: Sentence, begin: int, end: int, communes: Sequence[Known]) -> bool:
    return bool(find_place(sentence.typed(begin, end), communes))


def commune(sentence: Sentence, communes: Sequence[Known]) -> Known | None:
    """The commune of today that is meant, if it is one."""
    found = find_place(sentence.text, communes) or find_place(TO.sub(",", sentence.text), communes)
    if len({match.known.id for match in found}) != 1:
        return None
    meant = found[0]
    names = {fold(meant.matched or meant.known.name), fold(meant.known.name).removeprefix("xa ")}
    for begin, end in sentence.spans(4, lambda word: any(name.startswith(word.folded) for name in names)):
        if sentence.joined(begin, end) in names:
            sentence.take(begin, end, "place")
    return meant.known
