"""Clean what comes in, and fold it for comparing; what people wrote is kept as they wrote it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

KEPT_CONTROLS = "\n\t"
INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
"""Soft hyphens, zero-width and direction characters: invisible, and good only for deceiving in a name."""
EDGES = " \t\n.,;:!?…\"'«»“”‘’()[]{}-–—*_☐☑‹›"
TELEX = (("dd", "d"), ("aa", "a"), ("aw", "a"), ("ee", "e"), ("oo", "o"), ("ow", "o"), ("uw", "u"))
TONES = "\u0300\u0301\u0303\u0309\u0323"


def clean(text: str) -> str:
    """What every incoming text passes first: NFC, without NUL, lone surrogates and control characters."""
    kept = "".join(c for c in text if c in KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept)


def one_line(text: str) -> str:
    """Cleaned, on one line, without anything invisible: for names and short answers."""
    return unicodedata.normalize("NFC", " ".join(INVISIBLE.sub("", clean(text)).split()))


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """For comparing and finding: no case, no diacritics, no punctuation at the ends. «Vĩnh  Thuỷ!» → «vinh thuy».

    đ has no decomposition in Unicode, and Ð (Icelandic) looks the same, so both are replaced by hand.
    """
    flat = INVISIBLE.sub("", unicodedata.normalize("NFKD", clean(text)).casefold())
    flat = flat.translate({ord("đ"): "d", ord("ð"): "d"})
    letters = "".join(c for c in unicodedata.normalize("NFKD", flat) if not unicodedata.combining(c))
    return " ".join(letters.split()).strip(EDGES)


def exact(text: str) -> str:
    """For orders, which must be typed exactly: no case, but diacritics count; «hủy» and «huỷ» are one.

    The tone may stand on either vowel of oa, oe, uy: it is moved to the end of its word for comparing.
    """
    words = INVISIBLE.sub("", clean(text)).casefold().split()
    return " ".join(_tone_last(word) for word in words)


def _tone_last(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    tones = [c for c in apart if c in TONES]
    if len(tones) != 1:
        return unicodedata.normalize("NFC", word)
    return unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES)) + tones[0]


def without_telex(text: str) -> str:
    """A folded text in which doubled letters of an unfinished keyboard («ddang ky») are one."""
    for typed, meant in TELEX:
        text = text.replace(typed, meant)
    return text
