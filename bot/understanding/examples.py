"""What people write for each intent: the examples that stand beside the commands' words in every language."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from bot.understanding.features import BUCKETS, CHARS
from bot.understanding.spellings import SPELLINGS
from bot.vietnamese.place import Known
from locales import LANGUAGES, catalogue, phrases

END = ".examples"
FEWEST = 20
"""Examples of an intent in Vietnamese, below which nothing is learned well."""


@cache
def examples(language: str) -> Mapping[str, Sequence[str]]:
    """The examples by intent, from «command.<intent>.examples» and «intent.<intent>.examples»."""
    return {
        key.removesuffix(END).partition(".")[2]: [line.strip() for line in str(said).splitlines() if line.strip()]
        for key, said in catalogue(language).items()
        if key.endswith(END)
    }


def everything() -> list[tuple[str, str]]:
    """Every example with its intent, as it stands and without diacritics, for many write without."""
    found = [(said, intent) for one in LANGUAGES for intent, lines in examples(one).items() for said in lines]
    return found + [(bare(said), intent) for said, intent in found if bare(said) != said]


@cache
def places() -> tuple[Known, ...]:
    """The places that the examples name; each of them stands for any place."""
    return tuple(Known(n, name) for n, name in enumerate(sorted(phrases("examples.places"))))


def bare(text: str) -> str:
    """The text without diacritics, in its own case."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def digest() -> str:
    """Changes whenever what is learned would."""
    return hashlib.sha256(repr((everything(), SPELLINGS, BUCKETS, CHARS)).encode()).hexdigest()
