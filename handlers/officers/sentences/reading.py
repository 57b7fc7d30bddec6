"""Read what officers say to each other of a thing: that they take it, let go of it, give it to somebody, note something on it.
Every word is known, or it is none of these."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from bot.vietnamese.fold import fits, fold
from locales import phrases

LONGEST = 200
"""Letters of a sentence; a note may be longer."""
WORD = re.compile(r"\w+")
CODE = re.compile(r"(?<!\w)(?:TND[0-9]{2}|DC)-[0-9A-Z]{4,5}(?!\w)", re.IGNORECASE)
COLON = re.compile(r"\s*[:–-]\s*")


class Wish(Struct, frozen=True):
    """What is to be done, and of what if that is said."""

    act: str
    code: str = ""
    words: tuple[str, ...] = ()
    """What follows «giao», the name of a colleague among it."""
    named: bool = False
    """Whether it speaks of a thing for officers («việc», a code), so that nothing else can be meant."""


def read_wish(text: str) -> Wish | None:
    """What a sentence asks for: every word of it is known, but for whom something is given to."""
    if len(text) > LONGEST:
        return None
    code, rest = _take_code(text)
    words = WORD.findall(rest)
    named = bool(code) or without(words, "thing") is not None
    for act in ("mine", "release", "take"):
        left = without(words, act)
        if left is not None and not unknown(left, "idle"):
            return Wish(act, code, named=named or act == "mine")
    while words and not unknown(words[:1], "idle"):
        words = words[1:]
    given = without(words, "assign", begins=True)
    return None if given is None else Wish("assign", code, tuple(given), named)


def read_note(text: str) -> tuple[str, str] | None:
    """The code on whose card something is noted, if it is named, and what, as it was typed; None if this is no note, and
    nothing to be noted if it is not clear where it begins."""
    begins = next((n for n in range(4, 0, -1) if _begins_note(text, n)), 0)
    if not begins or text.rstrip().endswith("?"):
        return None
    rest = text.split(maxsplit=begins)[begins:]
    said = rest[0].strip() if rest else ""
    if text.split()[begins - 1][-1] in ":–-":
        return "", said
    code, around = _take_code(said[: said.find(":")] if ":" in said else said)
    if ":" in said and not unknown(WORD.findall(around), "idle"):
        return code, said.partition(":")[2].strip()
    if opens := CODE.match(said):
        return opens[0].upper(), COLON.sub("", said[opens.end() :], count=1).strip()
    return "", said if said and unknown(WORD.findall(said)[:1], "idle") else ""


def says_only(text: str, label: str) -> bool:
    """Whether a sentence is what a button says, with words around it that change nothing."""
    words, meant = WORD.findall(text[:LONGEST]), WORD.findall(label)
    at = next((at for at in range(len(words)) if meant and _stands(meant, words, at)), None)
    return at is not None and not unknown([*words[:at], *words[at + len(meant) :]], "idle", "people")


def begins(text: str, kind: str) -> bool:
    """Whether a sentence begins so, behind words that change nothing."""
    words = WORD.findall(text[:LONGEST])
    while words and not unknown(words[:1], "idle", "people"):
        words = words[1:]
    return without(words, kind, begins=True) is not None


def may_be_named(words: Sequence[str]) -> bool:
    """Whether these words hold nothing but somebody's name."""
    return not unknown([word for word in words if not word[0].isupper()], "idle", "people")


def named_by(words: Sequence[str], names: Mapping[int, str]) -> list[int]:
    """Whose names these words hold, whole or from a later word on, besides words that mean nothing; the longest ones."""
    found: dict[int, int] = {}
    for id, name in names.items():
        parts = name.split()
        length = next((n for n in range(len(parts), 0, -1) if _holds(words, parts[-n:])), 0)
        if length:
            found[id] = length
    return [id for id, length in found.items() if length == max(found.values())]


def _holds(words: Sequence[str], name: Sequence[str]) -> bool:
    """A word for people, such as «anh», is a name only with a capital letter."""
    for at in range(len(words) - len(name) + 1):
        typed, around = words[at : at + len(name)], [*words[:at], *words[at + len(name) :]]
        if _stands(name, words, at) and not unknown(around, "idle", "people"):
            return any(word[0].isupper() or unknown([word], "idle", "people") for word in typed)
    return False


def _take_code(text: str) -> tuple[str, str]:
    """The one code in a text, and the text without it."""
    codes = CODE.findall(text)
    return (codes[0].upper(), CODE.sub(" ", text)) if len(codes) == 1 else ("", text)


def without(words: Sequence[str], kind: str, *, begins: bool = False) -> list[str] | None:
    """The words without the first of these phrases that is among them, or that they begin with; None if there is none."""
    for phrase in _phrases(kind):
        for at in range(1 if begins else len(words)):
            if _stands(phrase, words, at):
                return [*words[:at], *words[at + len(phrase) :]]
    return None


def unknown(words: Sequence[str], *kinds: str) -> bool:
    """Whether these words are more than those that change nothing."""
    known = [phrase for kind in kinds for phrase in _phrases(kind)]
    at = 0
    while at < len(words):
        fitting = (len(phrase) for phrase in known if _stands(phrase, words, at))
        length = next(fitting, 0)
        if not length:
            return True
        at += length
    return False


def _begins_note(text: str, n: int) -> bool:
    typed = [word.rstrip(":–-") for word in text.split()[:n]]
    return any(len(phrase) == n and _stands(phrase, typed, 0) for phrase in _phrases("note"))


def _stands(phrase: Sequence[str], words: Sequence[str], at: int) -> bool:
    """Whether this phrase stands at this place; marks may be missing, but none may be wrong."""
    typed = words[at : at + len(phrase)]
    return len(typed) == len(phrase) and all(map(_same, typed, phrase))


@cache
def _phrases(kind: str) -> Sequence[tuple[str, ...]]:
    """What people say for it, the longest first."""
    return sorted({tuple(phrase.split()) for phrase in phrases(f"desk.said.{kind}.words")}, key=len, reverse=True)


def _same(typed: str, meant: str) -> bool:
    return fold(typed) == fold(meant) and fits(typed, meant)
