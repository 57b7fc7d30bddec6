"""What a sentence shows of its intent: its words in one spelling, what the readers found in it, and how it was typed."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from bot.understanding.sentence import Sentence
from bot.understanding.spellings import LONGEST, standard
from bot.vietnamese.fold import fold

REPLACED = frozenset({"phone", "code", "household", "money", "date", "name", "organisation", "place", "hamlet"})
"""Facts for which only their kind counts: who means «bà M» would say the same of «ông K»."""
MOST_WORDS = 60
BUCKETS = 1 << 16
CHARS = (3, 4)
LETTERS = crc32(b"letters ")
"""Before every stretch of letters."""


def features(sentence: Sentence) -> list[int]:
    """The numbers of all that it shows, each once. The facts must have been read before."""
    return list(dict.fromkeys(crc % BUCKETS for crc in _shown(sentence)))


def _shown(sentence: Sentence) -> Iterator[int]:
    """The checksums of all that it shows."""
    words = _in_one_spelling(sentence)[:MOST_WORDS]
    if not words:
        return
    shown = [f"first {words[0]}", f"last {words[-1]}", f"long {min(len(words) // 4, 5)}", *words]
    shown += map("{} {}".format, words, words[1:])
    shown += map("{} _ {}".format, words, words[2:])
    shown += [f"marked {word.typed.casefold()}" for word in sentence.words if word.marked]
    shown += [f"found {what}" for what in set(sentence.taken.values())]
    yield from (crc32(one.encode()) for one in shown)
    letters = f" {' '.join(words)} "
    for n in CHARS:
        yield from (crc32(letters[i : i + n].encode(), LETTERS) for i in range(len(letters) - n + 1))


def _in_one_spelling(sentence: Sentence) -> list[str]:
    """The words folded, in one spelling, with facts replaced by their kind and figures by «#»."""
    said: list[str] = []
    at, words = 0, sentence.words
    while at < len(words):
        kind = sentence.taken.get(at, "")
        if kind in REPLACED:
            if at == 0 or sentence.taken.get(at - 1) != kind:
                said.append(f"<{kind}>")
            at += 1
            continue
        meant, length = _spelled(sentence, at)
        said += fold(meant).split() if meant else ["#" if words[at].folded[0].isdigit() else words[at].folded]
        at += length
    return said


def _spelled(sentence: Sentence, at: int) -> tuple[str, int]:
    longest = LONGEST.get(sentence.words[at].typed.casefold(), 0)
    for length in range(min(longest, len(sentence.words) - at), 0, -1):
        meant = standard(sentence.typed(at, at + length).casefold())
        if meant and not any(sentence.taken.get(i) in REPLACED for i in range(at, at + length)):
            return meant, length
    return "", 1
