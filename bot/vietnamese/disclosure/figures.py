"""Figures however they are written: in another script or in circles, one by one in words, with letters that pass for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.vietnamese.fold import INVISIBLE, fold
from bot.vietnamese.phone import LETTER_O, SPOKEN

MARKED = re.compile(r"(?<=\d)[\u0300-\u036f\ufe0e\ufe0f\u20e3]+")
"""What makes a key or a circle of a figure."""
ALIKE = re.compile(r"\b[\dOoIl]{8,}\b")
"""Letters that pass for figures among them."""
AS_FIGURES = str.maketrans("OoIl", "0011")
ENOUGH = 5
"""So many real figures among such letters make figures of all."""
WORDS = {fold(word): figure for word, figure in SPOKEN.items()}
TOKEN = re.compile(r"[^\W_]+")
GAP = re.compile(r"[\s,.–-]{1,3}")
YEAR = re.compile(r"(?:19|20)\d\d")
LEAST_WORDS, LEAST_FIGURES = 4, 8
"""So many words that are figures, and figures in all, are not said by chance."""


def as_figures(text: str) -> str:
    """The text with plain figures for all that are read as such."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    plain = MARKED.sub("", "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in plain))
    return _without_words(LETTER_O.sub("0", ALIKE.sub(_read_alike, plain)))


def may_be_figures(text: str) -> bool:
    """A quick look, whether there may be any: one figure at least, or as many words for them as a number needs."""
    return any(map(str.isdigit, text)) or sum(word in WORDS for word in TOKEN.findall(fold(text))) >= LEAST_WORDS


def _read_alike(found: re.Match[str]) -> str:
    enough = sum(c.isdecimal() for c in found[0]) >= ENOUGH
    return found[0].translate(AS_FIGURES) if enough else found[0]


def _without_words(text: str) -> str:
    """«không chín 1 hai ba …» in figures."""
    for run in reversed(list(_runs(text))):
        said = "".join(WORDS.get(fold(token[0]), token[0]) for token in run)
        words = sum(not token[0].isdecimal() for token in run)
        if words >= LEAST_WORDS and len(said) >= LEAST_FIGURES:
            text = text[: run[0].start()] + said + text[run[-1].end() :]
    return text


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Figures and words for them that stand together; in «năm 2026» the word is none."""
    run: list[re.Match[str]] = []
    tokens = list(TOKEN.finditer(text))
    for token, after in zip(tokens, [*tokens[1:], None], strict=False):
        is_year = fold(token[0]) == "nam" and after is not None and YEAR.fullmatch(after[0])
        is_figure = token[0].isdecimal() or (fold(token[0]) in WORDS and not is_year)
        if run and not (is_figure and GAP.fullmatch(text, run[-1].end(), token.start())):
            yield run
            run = []
        if is_figure:
            run.append(token)
    if run:
        yield run
