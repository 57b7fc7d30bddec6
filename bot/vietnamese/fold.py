"""Clean what comes in, and fold it for comparing; what people wrote is kept as they wrote it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Soft hyphens, zero-width, direction and filler characters: good only for deceiving in a name."""
EDGES = " \t\n.,;:!?…\"'«»“”‘’()[]{}-–—*_☐☑‹›"
TONES = "\u0300\u0301\u0303\u0309\u0323"
TELEX = (("dd", "d"), ("aa", "a"), ("aw", "a"), ("ee", "e"), ("oo", "o"), ("ow", "o"), ("uw", "u"))
LOOKS_LIKE_D = "đðɖ"
"""đ does not decompose in Unicode, and the Icelandic and the African letter look the same."""
USUAL = re.compile("[\t\n -~\u00a0-\u00ac\u00ae-\u024f\u1ea0-\u1ef9–—‘’“”…]*")
"""Nearly everything that anybody types: of these nothing is to be removed, and each is one letter already, as NFC wants it."""

MANY_MARKS = re.compile(r"[^\w\s\x00-\x7f]{31,}")
MOST_MARKS = 30
"""Normalising takes time with the square of the marks on one letter; Unicode's Stream-Safe Text Format (UAX 15) breaks
such piles with a joiner after thirty, and nothing is lost."""
SHORT = 64
"""Only short texts are remembered folded: names and commands come again, stories do not."""


def clean(text: str) -> str:
    """What every incoming text passes first: NFC, without NUL, lone surrogates and control characters."""
    if USUAL.fullmatch(text):
        return text
    kept = CONTROLS.sub("", BREAKS.sub("\n", text))
    return unicodedata.normalize("NFC", MANY_MARKS.sub(_stream_safe, kept))


def _stream_safe(run: re.Match[str]) -> str:
    said: list[str] = []
    marks = 0
    for c in run[0]:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks > MOST_MARKS:
            said.append("\u034f")
            marks = 1
        said.append(c)
    return "".join(said)


def one_line(text: str) -> str:
    """Cleaned, on one line, without anything invisible: for names and short answers."""
    if USUAL.fullmatch(text):
        return " ".join(text.split())
    return clean(" ".join(INVISIBLE.sub("", clean(text)).split()))


def fold(text: str) -> str:
    """For comparing and finding: no case, no diacritics, no punctuation at the ends. «Vĩnh  Thuỷ!» → «vinh thuy»."""
    return _remembered(text) if len(text) <= SHORT else _fold(text)


def _fold(text: str) -> str:
    flat = unicodedata.normalize("NFKD", one_line(text)).casefold()
    return " ".join(unicodedata.normalize("NFKD", flat).translate(PLAIN).split()).strip(EDGES)


_remembered = lru_cache(maxsize=4096)(_fold)


class Plain(dict[int, str]):
    """Of a small character the one that it is without marks, as ``str.translate`` asks for it: nothing for what nobody sees,
    and digits of every script become ours."""

    KEPT = 0x2000
    """Those of Europe's scripts are worked out once; others are too many to keep."""

    def __missing__(self, point: int) -> str:
        plain = _plain(chr(point))
        if point < self.KEPT:
            self[point] = plain
        return plain


PLAIN = Plain()


def _plain(c: str) -> str:
    if c in LOOKS_LIKE_D:
        return "d"
    if INVISIBLE.match(c) or unicodedata.category(c) in ("Mn", "Me"):
        return ""
    return str(unicodedata.decimal(c)) if c.isdecimal() else c


def exact(text: str) -> str:
    """For orders, which must be typed exactly: no case, but diacritics count; «hủy» and «huỷ» are one.

    The tone may stand on either vowel of oa, oe, uy: it is moved to the end of its word for comparing.
    """
    return _exact_again(text) if len(text) <= SHORT else _exact(text)


def _exact(text: str) -> str:
    return " ".join(_tone_last(word) for word in one_line(text).casefold().split())


_exact_again = lru_cache(maxsize=4096)(_exact)
"""As many as all commands have words, in every language."""


def _tone_last(word: str) -> str:
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word)
    tones = [c for c in apart if c in TONES]
    if len(tones) != 1:
        return unicodedata.normalize("NFC", word)
    bare = unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES))
    return unicodedata.normalize("NFC", bare + tones[0])


def fits(typed: str, meant: str) -> bool:
    """Whether ``typed`` may stand for ``meant``, which folds alike: marks may be missing, but none may be wrong.

    «co», «dong y» and «đông y» fit «có» and «đồng ý»; «đừng» (do not) does not fit «đúng» (right), nor «bà» «ba».
    """
    if typed == meant:
        return True
    pairs = zip(_words(typed), _words(meant), strict=False)
    return all(_marks(one) <= _marks(other) for one, other in pairs)


def one_hook(text: str) -> str:
    """Ngã as hỏi: in Quảng Trị they sound alike, and many write one for the other («đở đầu»)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).replace("\u0303", "\u0309"))


def _words(text: str) -> list[str]:
    return [word for word in one_line(text).casefold().split() if fold(word)]


def _marks(word: str) -> set[str]:
    marks = {c for c in unicodedata.normalize("NFD", word) if unicodedata.combining(c)}
    return marks | {"đ"} if "đ" in word or "ð" in word else marks


def without_telex(text: str) -> str:
    """A folded text in which doubled letters of an unfinished keyboard («ddang ky») are one."""
    for typed, meant in TELEX:
        text = text.replace(typed, meant)
    return text
