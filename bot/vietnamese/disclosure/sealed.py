"""What a public text tells of a household that is to stay sealed: its names in any spelling, its telephone, where it lives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from bot.vietnamese.disclosure.contacts import find_contacts
from bot.vietnamese.fold import fits, fold

WORD = re.compile(r"[^\W_]+")
KIN = "ông bà anh chị cô chú bác cụ mệ mẹ mạ o em cháu con dì cậu mợ thím dượng mr mrs ms".split()
"""Words before a given name: «bà Mai»."""
NAMED = "tên là nhà đình hộ".split()
"""Words before a name, and before much else."""
HOUSE = re.compile(
    r"\b(?:số nhà|nhà số|so nha|nha so|kiệt|kiet|hẻm|hem|ngõ|ngo|ngách|ngach)\s*\d+\w*(?:/\d+\w*)*", re.IGNORECASE
)
SHORTEST = 8
"""Letters of a name that is found also where it is written in one word, or with other signs between its letters."""


@dataclass(frozen=True)
class Sealed:
    """Who and where a household is."""

    full_name: str
    house: str = ""
    guardian: str = ""


@dataclass(frozen=True)
class _Word:
    said: str
    folded: str
    begin: int
    end: int


def find_disclosed(text: str, sealed: Sealed, *, public: Iterable[str] = ()) -> list[str]:
    """The words of a text that tell who or where a household is, or lead to somebody, as they stand there; each once.

    ``public`` are names that may be told although they are among what is sealed, such as the commune's.
    """
    words = [_Word(found[0], fold(found[0]), *found.span()) for found in WORD.finditer(text)]
    found = [(begin, text[begin:end]) for name in _names(sealed) for begin, end in _told(text, words, name)]
    told = {fold(name) for name in public}
    for part in re.split(r"[,;\n–]| - ", sealed.house):
        place = fold(part)
        if len(place.split()) > 1 and not any(place in name or name in place for name in told):
            found += [(begin, text[begin:end]) for begin, end in _places(words, place.split())]
    found += [(number.start(), number[0]) for number in HOUSE.finditer(text)]
    shown = [said for _, said in sorted(found)]
    return list(dict.fromkeys([*shown, *find_contacts(text).shown]))


def _names(sealed: Sealed) -> list[list[str]]:
    """The names, word by word: the household's, and of whoever speaks for it."""
    words = WORD.findall(sealed.guardian)
    capital = [list(run) for is_name, run in groupby(words, key=lambda word: word[0].isupper()) if is_name]
    return [name for name in (sealed.full_name.split(), *capital) if len(name) > 1]


def _told(text: str, words: list[_Word], name: list[str]) -> Iterator[tuple[int, int]]:
    """Where a name is told: all of it however it is spelled; its end, or the given name alone, as a name."""
    folded = [fold(word) for word in name]
    whole = list(_places(words, folded))
    yield from whole
    if (
        not whole
        and len(squeezed := "".join(folded)) >= SHORTEST
        and squeezed in "".join(word.folded for word in words)
    ):
        yield _squeezed(words, squeezed)
    for most in range(len(name) - 1, 0, -1):
        for n in range(len(words) - most + 1):
            here = words[n : n + most]
            is_it = all(_is(word, meant) for word, meant in zip(here, name[-most:], strict=True))
            if is_it and _as_name(words, n, most) and not any(begin <= here[0].begin < end for begin, end in whole):
                whole.append((here[0].begin, here[-1].end))
                yield whole[-1]


def _as_name(words: list[_Word], n: int, most: int) -> bool:
    """Whether so many words stand here as somebody's name."""
    before = words[n - 1] if n else None
    if before is not None and any(_is(before, title) for title in KIN):
        return True
    capital = all(word.said[0].isupper() for word in words[n : n + most])
    return capital and (most > 1 or (before is not None and any(_is(before, word) for word in NAMED)))


def _is(word: _Word, meant: str) -> bool:
    """Whether a word may stand for this one: its marks may be missing, but none may be wrong."""
    return word.folded == fold(meant) and fits(word.said, meant)


def _places(words: list[_Word], wanted: list[str]) -> Iterator[tuple[int, int]]:
    """Where these folded words stand one after the other."""
    for n in range(len(words) - len(wanted) + 1):
        if [word.folded for word in words[n : n + len(wanted)]] == wanted:
            yield words[n].begin, words[n + len(wanted) - 1].end


def _squeezed(words: list[_Word], wanted: str) -> tuple[int, int]:
    """Where the words stand that hold this when nothing is between them."""
    joined, begins = "", []
    for word in words:
        begins += [word] * len(word.folded)
        joined += word.folded
    at = joined.index(wanted)
    return begins[at].begin, begins[at + len(wanted) - 1].end
