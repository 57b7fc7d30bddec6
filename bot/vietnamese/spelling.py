"""The ways in which typed words may be spelled with their marks: folded to find, never to decide.

A reader knows words by their right spelling only. What was typed with marks is taken as it is; what was typed without may
stand for several words («sau» for «sau» and «sáu»), and then each of them is read, and if they say different things the
person is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

from bot.vietnamese.fold import exact, fits, fold, without_telex

TOKEN = re.compile(
    r"(?a:[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|edu|gov|info|net|org|uk|vn)(?!\w))|\d+(?:[.,]\d+)*|[^\W\d_]+|[^\s\w]|_",
    re.IGNORECASE,
)
"""A name on the Web is one word: no «có» stands in «example.co.uk»."""
OTHER_FIGURE = re.compile(r"[^\D0-9]")
"""A digit of another script."""
HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010](?=[^\W\d_])")
DOUBLED = re.compile(r"([^\W\d])\1+")
MOST_WORDS = 60
MOST_SPELLINGS = 24
PLAIN = frozenset("an ba ban bay bo ca can cao co cu cung dang dao dau di em gan han hang hay lai lam lang lo mai "
    "nam ngay ngoan "
                  "nghe nha qua sang sau ta tai tam tang thu to toi tu tung trong vang xa xin y".split())  # fmt: skip
"""Words that are whole without a mark: where other words bear marks, these were meant as they stand."""

RIVALS = frozenset("sau ta tu".split())
"""Of these, typed without a mark among words without marks, neither reading is likelier."""

ALIKE = {"mươi": "mười", "rưởi": "rưỡi", "tỉ": "tỷ", "bẩy": "bảy", "kí": "ký"}
"""Two spellings of one word, of which one is enough."""
BEFORE_SCALE = {"sau": "sáu", "tu": "tư"}
SCALES = frozenset("muoi chuc tram nghin ngan trieu ty ti k tr".split())
"""«sau muoi» is sixty."""


class Vocabulary:
    """The words that a reader knows: those it reads, and ``others`` that say nothing to it."""

    def __init__(self, read: Iterable[str], others: Iterable[str] = ()) -> None:
        read = tuple(read)
        self._read = frozenset(read)
        self._exact: dict[str, str] = {}
        self._folded: dict[str, list[str]] = {}
        for word in dict.fromkeys(read):
            self._exact[exact(word)] = word
            self._folded.setdefault(fold(word), []).append(word)
        for word in dict.fromkeys(others):
            if exact(word) in self._exact:
                continue
            self._exact[exact(word)] = word
            bearers = self._folded.setdefault(fold(word), [])
            if not bearers or (fold(word) in RIVALS and word == fold(word)):
                bearers.append(word)
        self.spell = lru_cache(maxsize=4096)(self._spell)

    def spellings(self, text: str) -> Iterator[list[str]]:
        """The typed words in each way of spelling them that is known."""
        for n, spelled in enumerate(product(*self.each(text))):
            if n == MOST_SPELLINGS:
                return
            yield list(spelled)

    def each(self, text: str) -> list[tuple[str, ...]]:
        """For each typed word, the ways of spelling it that are known."""
        typed = list(tokens(text))
        marked = has_marks(text)
        for at, word in enumerate(typed[:-1]):
            if word.casefold() == "tam" and typed[at + 1][0].isdecimal():
                typed[at] = "tầm"  # «tám 20» is no number
            elif (number := BEFORE_SCALE.get(word.casefold())) and fold(typed[at + 1]) in SCALES:
                typed[at] = number
        return [self.spell(word, marked) for word in typed]

    def _spell(self, typed: str, marked: bool) -> tuple[str, ...]:
        low = typed.casefold()
        if not low[0].isalpha():
            return (low,)
        folded = fold(low)
        known = self._exact.get(exact(low))
        if known and (marked or has_marks(low)):
            return (known,)
        if marked and low == folded and folded in PLAIN and not known:
            return (low,)
        for key in (folded, without_telex(folded), DOUBLED.sub(r"\1", folded)):
            fitting = tuple(word for word in self._folded.get(key, ()) if fits(DOUBLED.sub(r"\1", low), word))
            if fitting:
                both = dict.fromkeys(
                    (*fitting, known) if known and known not in self._read else (known or fitting[0], *fitting)
                )
                return tuple(word for word in both if ALIKE.get(word) not in both)
        return (low,)


@lru_cache(maxsize=64)
def tokens(text: str) -> tuple[str, ...]:
    """Figures in plain digits, words and signs, as typed, at most so many as anybody answers with. Several readers ask it of
    the message in hand."""
    plain = unicodedata.normalize("NFKC", text)
    if OTHER_FIGURE.search(plain):
        plain = OTHER_FIGURE.sub(lambda figure: str(unicodedata.decimal(figure[0])), plain)
    return tuple(TOKEN.findall(HYPHEN.sub(" ", plain))[:MOST_WORDS])


def has_marks(text: str) -> bool:
    """Whether somebody typed with marks."""
    if text.isascii():
        return False
    return "đ" in text or "Đ" in text or len(unicodedata.normalize("NFD", text)) > len(text)
