"""A sentence as words, each of which can be explained once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct

from bot.understanding.figures import is_figure
from bot.vietnamese.amounts.number import DIGITS, ENGLISH, ENGLISH_TENS, OTHER_SPELLINGS, SCALES
from bot.vietnamese.fold import exact, fits, fold, one_line

MORE_NUMBERS = ("mười", "lẻ", "rưỡi", "nửa", "half")
WORD = re.compile(r"(?:(?<=\d),(?=\d)|[^\s,;:!?()\"“”«»…])+")
INNER = re.compile(r"(?<=[^\W\d_])/|/(?=[^\W\d_])|(?<=\d)(?=(?:thang|tháng)\b)")
NUMBERS = frozenset(fold(word) for word in (*DIGITS, *ENGLISH, *ENGLISH_TENS, *SCALES, *OTHER_SPELLINGS, *MORE_NUMBERS))
LETTERS = re.compile(r"[^\W_]+")
EDGES = ".,'’-–—*~_/+=<>[]{}"
BREAK = re.compile(r"[,;:!?()\n…]|\.(?:\s|$)|\s[-–—]\s")
MOST_LETTERS, MOST_WORDS = 1000, 120
"""Longer texts are stories: their beginning says what they are about."""


class Word(Struct, frozen=True, dict=True):
    """One word as it was typed, and folded; ``last`` if a comma or the like follows, so that no name runs over it."""

    typed: str
    folded: str
    last: bool

    @cached_property
    def number(self) -> bool:
        """Whether it is a number, in figures or in words, or begins with figures."""
        return self.folded[0].isdigit() or (self.folded in NUMBERS and is_figure(self.typed.casefold()))

    @property
    def capital(self) -> bool:
        return self.typed[0].isupper()

    @property
    def marked(self) -> bool:
        return self.typed.casefold() != self.folded


def letters_of(text: str) -> list[str]:
    """The runs of letters and figures in a text, folded."""
    return LETTERS.findall(fold(text))


class Phrases:
    """Known phrases. Marks may be missing, but none may be wrong, and one short word must be as marked as its sentence.

    They are folded when they are first looked for: all of them take milliseconds and a megabyte.
    """

    def __init__(self, listed: str, *, unclear: str = "") -> None:
        self._listed = listed
        self._unclear = frozenset(unclear.split())

    @cached_property
    def _known(self) -> Mapping[str, list[str]]:
        known: dict[str, list[str]] = {}
        for phrase in self._listed.split("/"):
            known.setdefault(fold(phrase), []).append(phrase.strip())
        return known

    @cached_property
    def _begins(self) -> Mapping[str, int]:
        """The words with which they begin, each with how many words the longest has."""
        begins: dict[str, int] = {}
        for folded in self._known:
            first, length = folded.partition(" ")[0], folded.count(" ") + 1
            begins[first] = max(length, begins.get(first, 0))
        return begins

    @cached_property
    def _first(self) -> Set[str]:
        return {found[0] for begin in self._begins if (found := LETTERS.search(begin))}

    def __contains__(self, folded: str) -> bool:
        return folded in self._known

    def may_be_among(self, words: Sequence[str]) -> bool:
        """A quick look, whether one of these `letters_of` a text is a word with which one of them begins."""
        return not self._first.isdisjoint(words)

    def spans(self, sentence: Sentence) -> Iterator[tuple[int, int]]:
        """Where these phrases stand among the words that are not yet explained, from the left, the longest first."""
        for begin, word in enumerate(sentence.folded):
            if longest := self._begins.get(word):
                for end in sentence.ends(begin, longest):
                    if self.find(sentence, begin, end):
                        yield begin, end

    def find(self, sentence: Sentence, begin: int, end: int) -> str:
        """The phrase that these words are; empty if none is meant."""
        folded = sentence.joined(begin, end)
        known = self._known.get(folded)
        if known is None or not 0 <= begin < end <= len(sentence.words):
            return ""
        typed = sentence.typed(begin, end)
        if end - begin == 1:
            if sentence.marked:
                return next((phrase for phrase in known if exact(phrase) == exact(typed)), "")
            if folded in self._unclear:
                return ""
        return next((phrase for phrase in known if fits(typed, phrase)), "")


@dataclass
class Sentence:
    """The words, and by position what each was taken for: «money», «household», …"""

    text: str
    words: tuple[Word, ...]
    taken: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Sentence:
        plain = one_line(text.replace("\n", " . "))[:MOST_LETTERS]
        return cls(plain, tuple(_words(plain))[:MOST_WORDS])

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(word.folded for word in self.words)

    @cached_property
    def marked(self) -> bool:
        """Whether it was typed with diacritics, so that an unmarked word means what it says."""
        return any(word.marked for word in self.words)

    def take(self, begin: int, end: int, what: str) -> None:
        self.taken.update(dict.fromkeys(range(begin, end), what))

    def free(self, begin: int, end: int) -> bool:
        """Whether none of these words is explained yet."""
        return not any(i in self.taken for i in range(begin, end))

    def typed(self, begin: int, end: int) -> str:
        return " ".join(word.typed for word in self.words[begin:end])

    def joined(self, begin: int, end: int) -> str:
        """These words folded."""
        return " ".join(self.folded[begin:end])

    def unbroken(self, begin: int, end: int) -> bool:
        """Whether no comma stands within."""
        return not any(word.last for word in self.words[begin : end - 1])

    def ends(self, begin: int, longest: int) -> range:
        """The ends of the stretches of unexplained words that begin here and run over no comma, the longest first."""
        end = begin
        while end < min(begin + longest, len(self.words)) and end not in self.taken:
            end += 1
            if self.words[end - 1].last:
                break
        return range(end, begin, -1)

    def spans(self, longest: int, begins: Callable[[Word], bool]) -> Iterator[tuple[int, int]]:
        """Every such stretch whose first word may begin it, from the left, the longest first."""
        for begin, word in enumerate(self.words):
            if begins(word):
                yield from ((begin, end) for end in self.ends(begin, longest))


def _words(text: str) -> Iterator[Word]:
    for found in WORD.finditer(text):
        parts = [part.strip(EDGES) for part in INNER.split(found[0])]
        kept = [part for part in parts if part]
        broken = bool(BREAK.match(text[found.end() - 1 :])) or bool(BREAK.match(text[found.end() :]))
        for n, part in enumerate(kept):
            folded = fold(part)
            if folded:
                yield Word(part, folded, broken and n == len(kept) - 1)
