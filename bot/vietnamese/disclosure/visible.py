"""Show what deceives the eye: signs that nobody sees, that turn the direction of writing, letters that look like others."""

from __future__ import annotations

import re
import unicodedata

from bot.vietnamese.fold import INVISIBLE

UNSEEN = re.compile(
    INVISIBLE.pattern[:-1] + "\ufe00-\ufe0f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0100-\U000e01ef]"
)
"""With what chooses how a picture looks, which on a letter is good for nothing, and what groups notes of music."""
LOOKS_LATIN = re.compile(
    "[\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13ff\u2c80-\u2cff\ua4d0-\ua4ff"
    "\u0131\u0237\u0250-\u02af\u1d00-\u1dbf\u2100-\u214f\u2160-\u2188\uff21-\uff5a\U00010280-\U000118ff\U0001d400-\U0001d7ff]"
)
"""Letters of the Greek, Cyrillic, Armenian, Cherokee, Coptic and Lisu scripts, of ancient ones, of phonetic and of mathematical
writing, of which many look like ours."""
TWINS = re.compile(
    "[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυϲϳАВЕЅІЈКМНОРСТУХҮҺԀԌԚԜаеѕіјкорсухүһԁԛԝѵՕՍՏօոսհցքզյ\u13a0-\u13ff\ua4d0-\ua4ff\U0001d400-\U0001d7ff]+"
)  # letters that cannot be told from ours are what this is about
"""Of these even a word without any of ours reads as one: «Ноа» in Cyrillic."""
WORD = re.compile(r"[^\W\d_]+")
JOINER = "\u200d"
"""Between two pictures it makes one of them: a family, a flag, a profession."""


def visible(text: str) -> str:
    """The text with each invisible sign as its number, such as [U+202E], and each foreign letter in a word of Latin ones, or
    that reads like one, followed by it: «Hà Nộі[U+0456]». What deceives nobody comes back as it is."""
    if UNSEEN.search(text):
        text = UNSEEN.sub(_sign, text)
    return WORD.sub(_word, text) if LOOKS_LATIN.search(text) else text


def _sign(found: re.Match[str]) -> str:
    sign, text = found[0], found.string
    around = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    if "\ufe00" <= sign <= "\ufe0f" and (around[0] == "ℹ" or not (around[0] or "a").isalpha()):
        return sign
    if sign == JOINER and all(one and unicodedata.category(one) in ("So", "Sk", "Mn") for one in around):
        return sign
    return _number(sign)


def _word(found: re.Match[str]) -> str:
    word = found[0]
    foreign = LOOKS_LATIN.findall(word)
    if not foreign or (len(foreign) == len(word) and not TWINS.fullmatch(word)):
        return word
    return LOOKS_LATIN.sub(lambda letter: letter[0] + _number(letter[0]), word)


def _number(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"
