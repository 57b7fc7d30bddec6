"""Find words in a column, typed with marks or without, while the column keeps what people wrote."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

ACCENTED = range(0xC0, 0x1EFA)
"""Latin letters with marks, the Vietnamese ones among them."""
D_WITH_STROKE = chr(0x111)
"""It does not decompose in Unicode."""
BESIDE_WORDS = f"[^0-9A-Za-z{chr(ACCENTED.start)}-{chr(ACCENTED.stop - 1)}]"
"""What stands before a word, in a GLOB of SQLite and in a regular expression of PostgreSQL alike."""


class holds(FunctionElement[bool]):  # noqa: N801  # it stands in statements like any function
    """Whether a text holds a word; made by `written`."""

    type = sa.Boolean()
    inherit_cache = True


def written(text: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """Whether ``word``, which is without marks and in small letters, stands in this text as a whole word, as in the index."""
    spelled = "".join(map(_spellings, word))
    beside = f"{BESIDE_WORDS}{spelled}{BESIDE_WORDS}"
    return holds(sa.literal(" ").concat(text).concat(" "), f"*{beside}*", beside)


def plain(text: str) -> str:
    """A name in one form for an index: no case, no marks, one space between words."""
    flat = unicodedata.normalize("NFD", text.casefold()).replace(D_WITH_STROKE, "d")
    return " ".join("".join(c for c in flat if not unicodedata.combining(c)).split())


@compiles(holds)
def _sqlite_holds(element: Any, compiler: Any, **how: Any) -> str:
    text, glob, _ = element.clauses
    return f"({compiler.process(text, **how)} GLOB {compiler.process(glob, **how)})"


@compiles(holds, "postgresql")
def _postgresql_holds(element: Any, compiler: Any, **how: Any) -> str:
    text, _, expression = element.clauses
    return f"({compiler.process(text, **how)} ~ {compiler.process(expression, **how)})"


def _spellings(letter: str) -> str:
    """All ways to write a letter, as a class that both databases read alike; nothing else has a meaning of its own."""
    if letter.isascii() and letter.isalpha():
        return f"[{letter}{letter.upper()}{_marked().get(letter, '')}]"
    return letter if letter.isalnum() or letter == " " else f"[{letter}]" if re.match(r"[.*?+()|{}$]", letter) else "?"


@cache
def _marked() -> dict[str, str]:
    """By plain letter those with marks: «d» → «đĐ…»."""
    found: dict[str, str] = {"d": D_WITH_STROKE + D_WITH_STROKE.upper()}
    for c in map(chr, ACCENTED):
        letter = unicodedata.normalize("NFD", c)[0].lower()
        if letter.isascii() and letter.isalpha():
            found[letter] = found.get(letter, "") + c
    return found
