"""What a public text tells of a household that is to stay sealed: its names in any spelling, its telephone, where it lives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from bot.vietnamese.disclosure.contacts import find_contacts
from bot.vietnamese.disclosure.naming import COUNTED, KIN, NAMED, PLACES, SIDE, STARTS, SUBJECT, SURNAMES, WORDS
from bot.vietnamese.disclosure.spots import HOUSE, spots
from bot.vietnamese.disclosure.visible import visible
from bot.vietnamese.fold import INVISIBLE, fits, fold, one_hook

WORD = re.compile(
    r"(?<![^\W_])[^\W\d_](?:[.·*_-][^\W\d_])+(?![^\W_])|(?<![^\W_])[^\W\d_](?: [^\W\d_]){2,}(?![^\W_])|[^\W_]+"
)
"""A word, also one that is spelled letter by letter."""
WHOLE = re.compile(r"[^\W_]+")
BOTH = re.compile(r"[,;/&()\n–]| - |\s(?:và|va|hoặc|tức|gọi là)\s", re.IGNORECASE)
"""Between two names of a household."""
SHORT_I = re.compile(r"(?<=[bcdghklmnpqrstvx])y$|(?<=qu)y$")
ONE_WORD, SHORTEST = 7, 8
"""Letters of a name that is found also where it is written in one word, which no other word is as long as, or with other
signs between its letters."""


Span = tuple[int, int]
"""Where something begins in a text, and ends."""


class Sealed(Struct, frozen=True):
    """Who and where a household is."""

    full_name: str
    house: str = ""
    guardian: str = ""


class _Word(Struct, frozen=True):
    said: str
    key: str
    begin: int
    end: int
    joined: bool
    """Whether nothing but spaces or a comma is between it and the word before."""
    alone: bool
    """Whether nothing but initials stands beside it in its line."""


def find_disclosed(text: str, sealed: Sealed, *, public: Iterable[str] = ()) -> list[str]:
    """The words of a text that tell who or where a household is, or lead to somebody, as they stand there; each once.

    ``public`` are names that may be told although they are among what is sealed, such as the commune's.
    """
    text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    words = list(_words(text))
    found = [span for name in _names(sealed) for span in _told(words, name)]
    for place, is_name in spots(sealed.house, public):
        here = _places(words, [_key(word) for word in place])
        found += [_span(run) for run in here if not is_name or _is_capital(run)]
    found += [number.span() for number in HOUSE.finditer(text)]
    if visible(text) != text:
        found += [_span([word]) for word in words if visible(word.said) != word.said]
    widest = [one for one in found if not any(_is_within(one, other) for other in found)]
    shown = [text[begin:end] for begin, end in sorted(widest)]
    return list(dict.fromkeys([*shown, *find_contacts(text).shown]))


def _words(text: str) -> Iterator[_Word]:
    after = at = 0
    for line in text.split("\n"):
        alone = sum(len(word) > 1 for word in WHOLE.findall(line)) < 2
        for found in WORD.finditer(line):
            begin, end = at + found.start(), at + found.end()
            joined = after > 0 and not text[after:begin].strip(" ,")
            yield _Word(found[0], _key(found[0]), begin, end, joined, alone)
            after = end
        at += len(line) + 1


def _key(word: str) -> str:
    """By which words are compared: folded, one spelling for «Mỹ» and «Mĩ», and without signs within."""
    return SHORT_I.sub("i", "".join(WHOLE.findall(fold(word))))


def _names(sealed: Sealed) -> Iterator[list[str]]:
    """The names, word by word: the household's, and of whoever speaks for it. One word is a name by which she is called."""
    for part in BOTH.split(sealed.full_name):
        words = WHOLE.findall(part)
        while len(words) > 1 and words[0].casefold() in KIN | SIDE:
            words = words[1:]
        if words and not words[0].isdecimal() and words[0].casefold() not in KIN:
            yield words
    for part in BOTH.split(sealed.guardian):
        words = WHOLE.findall(part)
        capital = [list(run) for is_name, run in groupby(words, key=lambda word: word[0].isupper()) if is_name]
        for name in capital or [words]:
            kept = [word for word in name if word.casefold() not in KIN | SIDE | NAMED and not word.isdecimal()]
            is_name = bool(capital) or len(kept) == 1 or (bool(kept) and fold(kept[0]) in SURNAMES)
            if kept and is_name and (len(kept) > 1 or capital or kept[0] not in WORDS):
                yield kept


def _told(words: list[_Word], name: Sequence[str]) -> Iterator[Span]:
    """Where a name is told: all of it however it is spelled; its end, or the given name alone, as a name."""
    keys = [_key(word) for word in name]
    here = (
        [] if len(keys) < 2 else [_span(run) for run in _places(words, keys)] or list(_squeezed(words, "".join(keys)))
    )
    yield from here
    bare = all(word.isascii() for word in name) and len(name) > 1
    for most in range(max(len(name) - 1, 1), 0, -1):
        for n in range(len(words) - most + 1):
            run = words[n : n + most]
            if [word.key for word in run] != keys[-most:]:
                continue
            is_it = bare or all(_fits(word, meant) for word, meant in zip(run, name[-most:], strict=True))
            if is_it and not any(begin <= run[0].begin < end for begin, end in here) and _as_name(words, n, most, name):
                here.append(_span(run))
                yield here[-1]


def _as_name(words: list[_Word], n: int, most: int, name: Sequence[str]) -> bool:
    """Whether so many words stand here as somebody's name."""
    here, given = words[n : n + most], words[n + most - 1]
    before = words[n - 1] if n and here[0].joined else None
    after = words[n + most] if n + most < len(words) and words[n + most].joined else None
    tells = after is not None and _among(after, SUBJECT)
    capital = _is_capital(here)
    if _follows_kin(words, n):
        is_word = most == 1 and not capital and given.said in WORDS
        return not is_word or tells or all(word.said.isascii() for word in words)
    if not capital or (before is not None and _among(before, PLACES)):
        return False
    if most > 1 or given.alone or (before is not None and (_among(before, NAMED) or _begins(before, name))):
        return True
    if after is not None and after.said[0].isupper():
        return False
    if before is None:
        return tells and given.said.casefold() not in COUNTED
    return before.said[0].islower() or _among(before, STARTS)


def _follows_kin(words: list[_Word], n: int) -> bool:
    """«bà Mai», «bà ngoại Mai»."""
    if n == 0 or not words[n].joined:
        return False
    if _among(words[n - 1], SIDE):
        return n > 1 and _among(words[n - 2], KIN)
    return _among(words[n - 1], KIN)


def _begins(before: _Word, name: Sequence[str]) -> bool:
    """Whether a name begins so, or its words before the given one: «Nguyễn Mai», «N.T. Mai»."""
    keys = [_key(word) for word in name[:-1]]
    begins = {*keys[:1], "".join(key[:1] for key in keys), *(key[:1] for key in keys)}
    return before.said[0].isupper() and before.key in begins


def _among(word: _Word, known: Iterable[str]) -> bool:
    return any(word.key == _key(one) and fits(word.said, one) for one in known)


def _is_capital(here: Sequence[_Word]) -> bool:
    return all(word.said[0].isupper() for word in here)


def _fits(word: _Word, meant: str) -> bool:
    """Whether a word of the same letters may stand for this one: its marks may be missing, but none may be wrong."""
    return fits(_one_i(word.said), _one_i(meant))


def _one_i(word: str) -> str:
    """«Mỹ», «Mĩ» and «Mỷ» alike."""
    return one_hook("".join(WHOLE.findall(word)))


def _places(words: list[_Word], wanted: list[str]) -> Iterator[list[_Word]]:
    """Where these words stand one after the other."""
    for n in range(len(words) - len(wanted) + 1):
        if [word.key for word in words[n : n + len(wanted)]] == wanted:
            yield words[n : n + len(wanted)]


def _span(run: Sequence[_Word]) -> Span:
    return run[0].begin, run[-1].end


def _is_within(one: Span, other: Span) -> bool:
    """Whether one is a part of the other, and not the same."""
    return one != other and other[0] <= one[0] and one[1] <= other[1]


def _squeezed(words: list[_Word], wanted: str) -> Iterator[Span]:
    """Where words hold this when nothing is between them."""
    for n in range(len(words)):
        joined = ""
        for m in range(n, len(words)):
            joined += words[m].key
            if len(joined) < len(wanted):
                continue
            inside = m == n and len(wanted) >= SHORTEST and wanted in joined
            if inside or (joined == wanted and len(wanted) >= (ONE_WORD if m == n else SHORTEST)):
                yield words[n].begin, words[m].end
            break
