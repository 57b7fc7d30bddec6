"""Who is spoken of in a sentence: a household, a person, an organisation, a phone number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.understanding import figures
from bot.understanding.lists import (
    BEFORE_HOUSEHOLD,
    BESIDE_DOER,
    ENDS_A_NAME,
    HELPS,
    HONORIFICS,
    NEVER_INITIALS,
    ORGANISATIONS,
    SUFFERS,
    SURNAMES,
    TELLS_OF,
    WITHIN_ORGANISATION,
)  # fmt: skip
from bot.understanding.sentence import Sentence
from bot.vietnamese.place import Known, find_place

CODE = re.compile(r"dc[-.]?0*(\d{1,4})")
LONG_CODE = re.compile(r"dc[-.]?((?=[a-z]*\d)[2-9a-hj-km-np-tv-z]{5})|DC-([A-HJ-KM-NP-TV-Z]{5})")
"""As the program makes them up; apart from «dc» it may be something else («dc 225kg»), and so may small letters alone."""
NUMBERED = re.compile(r"dia chi (?:nhan dao )?so (\w+(?: \w+)?)")
DIGITS = re.compile(r"\+?\d[\d.()-]*")
CLASS = re.compile(r"\d{1,2}[a-z]\d?")
MOST_CODES = 10_000
LONGEST_NAME, LONGEST_GROUP = 5, 9
"""Words."""


def phone(sentence: Sentence) -> str:
    """The first phone number, in E.164."""
    for begin, end in sentence.spans(5, lambda word: bool(DIGITS.fullmatch(word.typed))):
        if not all(DIGITS.fullmatch(word.typed) for word in sentence.words[begin:end]):
            continue
        if number := figures.phone(sentence.typed(begin, end)):
            sentence.take(begin, end, "phone")
            return number
    return ""


def household(sentence: Sentence) -> str:
    """A household's code, or the initial it is shown by: «DC-0003», «DC-7K3PQ», «dc 3», «địa chỉ số 3», «nhà bà M»."""
    folded = sentence.folded
    for at, word in enumerate(folded):
        if made_up := LONG_CODE.fullmatch(word) or LONG_CODE.fullmatch(sentence.words[at].typed):
            sentence.take(at, at + 1, "code")
            return f"DC-{(made_up[1] or made_up[2]).upper()}"
        pair = f"dc{folded[at + 1]}" if word == "dc" and at + 1 < len(folded) else word
        if found := CODE.fullmatch(pair):
            sentence.take(at, at + 1 + (word == "dc"), "code")
            return f"DC-{int(found[1]):04d}"
    for begin, end in sentence.spans(7, lambda word: word.folded == "dia"):
        if NUMBERED.fullmatch(sentence.joined(begin, end)):
            after = sentence.joined(begin, end).split(" so ")[0].count(" ") + 2
            number = figures.number(sentence.typed(begin + after, end))
            if number is not None and number == int(number) and number < MOST_CODES:
                sentence.take(begin, end, "code")
                return f"DC-{int(number):04d}"
    return _initial(sentence)


def _initial(sentence: Sentence) -> str:
    for at in _initials(sentence):
        sentence.take(at - 1, at + 1, "household")
        return sentence.words[at].typed.upper()
    return ""


def households(sentence: Sentence) -> set[str]:
    """The initials of all households that are named by one."""
    return {sentence.words[at].typed.upper() for at in _initials(sentence)}


def _initials(sentence: Sentence) -> Iterator[int]:
    """Where an initial stands behind what somebody is called."""
    for at, word in enumerate(sentence.words):
        if len(word.folded) != 1 or not word.typed[0].isalpha() or at == 0 or len(word.typed) > 1:
            continue
        if sentence.words[at - 1].last or not HONORIFICS.find(sentence, at - 1, at):
            continue
        if word.typed.isupper() or _small_initial(sentence, at):
            yield at


def _small_initial(sentence: Sentence, at: int) -> bool:
    """Whether a small letter after an honorific is an initial: after «nhà em», or in no abbreviation."""
    letter = sentence.folded[at]
    called = any(BEFORE_HOUSEHOLD.find(sentence, at - 1 - n, at - 1) for n in (1, 2))
    at_home = at > 1 and sentence.folded[at - 2] in ("nha", "ho")
    return (at_home and letter not in ("k", "e")) or (called and letter not in NEVER_INITIALS)


def organisation(sentence: Sentence) -> str:
    """A group with a name of its own: «nhóm Nắng Mai», «lớp 8B», «Công ty TNHH Ví Dụ»."""
    words = sentence.words
    for begin, end in ORGANISATIONS.spans(sentence):
        if sentence.folded[end - 1] == "lop" and end < len(words) and CLASS.fullmatch(sentence.folded[end]):
            if begin == 0 or sentence.folded[begin - 1] not in ("hoc", "sinh", "hs"):
                return _taken(sentence, begin, _further(sentence, end + 1), "organisation")
            continue
        stop = _further(sentence, end)
        while stop > end and not words[stop - 1].capital:
            stop -= 1
        if stop > end and any(word.capital for word in words[end:stop]):
            group = sentence.joined(begin, stop)
            if not _red_cross(group):
                return _taken(sentence, begin, stop, "organisation")
    return ""


def _further(sentence: Sentence, at: int) -> int:
    """Where a group's name ends: it goes on with capitals and the words that link them."""
    words = sentence.words
    first = at
    while at < len(words) and at < first + LONGEST_GROUP and not (at and words[at - 1].last):
        if sentence.taken.get(at, "hamlet") != "hamlet":
            break
        word = words[at]
        if not (word.capital or WITHIN_ORGANISATION.find(sentence, at, at + 1) or CLASS.fullmatch(word.folded)):
            break
        at += 1
    return at


def _red_cross(group: str) -> bool:
    return "chu thap do" in group or "red cross" in group or group.endswith(" hoi") or "hoi chu" in group


def name(sentence: Sentence, communes: Sequence[Known]) -> str:
    """A person's name, without honorific: capitals after «bà», «anh», «bạn», after «tên», or beginning with a surname."""
    words = sentence.words
    for at, word in enumerate(words):
        if not sentence.free(at, at + 1):
            continue
        before = sentence.folded[at - 1] if at and not words[at - 1].last else ""
        two = sentence.joined(max(at - 2, 0), at)
        named = (before in ("ten", "named") and two != "ghi ten") or two in ("ten la", "name is")
        end = _name_ends(sentence, at, small=named)
        if end == at:
            continue
        said = sentence.typed(at, end)
        surnamed = bool(SURNAMES.find(sentence, at, at + 1)) and end - at >= 2
        called = named or (before != "" and bool(HONORIFICS.find(sentence, at - 1, at)))
        if (surnamed or (called and len(word.folded) > 1)) and not _a_place(said, communes):
            return _taken(sentence, at, end, "name")
    return ""


def _name_ends(sentence: Sentence, at: int, *, small: bool) -> int:
    """The end of the name that begins here; with ``small`` a surname's words may be typed without capitals."""
    words = sentence.words
    small = small and bool(SURNAMES.find(sentence, at, at + 1))
    end = at
    while end < len(words) and end < at + LONGEST_NAME and sentence.free(end, end + 1):
        word = words[end]
        named = word.typed.isalpha() and (word.capital or (small and end < at + 4))
        if (
            not named
            or ENDS_A_NAME.find(sentence, end, end + 1)
            or (word.typed.isupper() and len(word.typed) == 1 and end == at)
        ):
            break
        end += 1
        if word.last:
            break
    return end


def _a_place(said: str, communes: Sequence[Known]) -> bool:
    return bool(find_place(said, communes))


def is_doer(sentence: Sentence, what: str) -> bool:
    """Whether who was named, as a ``name`` or an ``organisation``, stands where the doer does.

    That is at the beginning, behind a day or a place, or behind words that tell of somebody; anywhere else it may be
    somebody to whom it is done: «giúp bà Hoa sửa mái nhà», «nấu cháo ở chùa An Cư».
    """
    named = sorted(at for at, taken in sentence.taken.items() if taken == what)
    if not named or any(SUFFERS.find(sentence, named[-1] + 1, named[-1] + 1 + n) for n in (1, 2)):
        return False
    first = named[0]
    while beside := _called_before(sentence, first):
        first -= beside
    if first == 0 or sentence.words[first - 1].last:
        return not any(end <= first for _, end in HELPS.spans(sentence))
    told = any(TELLS_OF.find(sentence, first - n, first) for n in (1, 2))
    return told or sentence.taken.get(first - 1) in ("date", "hamlet", "place")


def _called_before(sentence: Sentence, at: int) -> int:
    """How many words directly before a name only say how somebody is called, or with whom; 0 if none does."""
    if at == 0 or sentence.words[at - 1].last:
        return 0
    called = (n for n in (2, 1) for calls in (HONORIFICS, BESIDE_DOER) if calls.find(sentence, at - n, at))
    return next(called, 0)


def _taken(sentence: Sentence, begin: int, end: int, what: str) -> str:
    sentence.take(begin, end, what)
    return sentence.typed(begin, end)
