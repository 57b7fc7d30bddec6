"""What follows a command, such as «12», «DC-0007», «c12 p2»: the arguments that buttons carry and people type."""

from __future__ import annotations

import re
from collections.abc import Sequence

A_PAGE, A_NUMBER = re.compile(r"(p[0-9]{1,4})?"), re.compile(r"[0-9]{0,4}")
"""What may follow a command that shows pages."""
A_CODE = re.compile(r"\S*")
"""What may follow a command that acts on one thing."""
LONGEST = 36
"""Bytes of words, which are without marks, so that a search fits into a button of any platform (64 bytes)."""


def read_number(word: str, *, digits: int = 9) -> int | None:
    """The number that a word is, of at most so many ASCII digits; None if it is none."""
    word = word.strip()
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= digits else None


def read_code(rest: str) -> str:
    """The code that comes first, in capital letters; empty if nothing follows."""
    return rest.partition(" ")[0].upper()


def read_page(rest: str) -> int:
    """The page that «p2» asks for, from 1; the first one if none is named."""
    return max(_marked("p", 4, rest) or 1, 1)


def without_page(rest: str) -> str:
    """What stands before the page that «p2» asks for."""
    return re.sub(r"(^|\s+)p[0-9]{1,4}$", "", rest).strip()


def read_unit(rest: str) -> int | None:
    """The id of the unit that «c12» names, if it names one."""
    return _marked("c", 9, rest)


def fitting(words: Sequence[str]) -> tuple[str, ...]:
    """As many of these words as a button can carry, whole; of one that is too long, its beginning."""
    kept: list[str] = []
    for word in words:
        if len(" ".join([*kept, word]).encode()) > LONGEST:
            break
        kept.append(word)
    return tuple(kept) or tuple(word[: LONGEST // 4] for word in words[:1])


def _marked(letter: str, digits: int, rest: str) -> int | None:
    found = re.search(rf"\b{letter}([0-9]{{1,{digits}}})\b", rest)
    return int(found[1]) if found else None
