"""Numbers in figures and in Vietnamese or English words.

What people say is often short of a unit («2 triệu 250», «một trăm hai»), so a reading is a set of values: one where it is
clear, several where a person has to be asked, none where it is no number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

DIGITS = {
    "không": 0, "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
ENGLISH = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
}
ENGLISH_TENS = {
    word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
SCALES = {
    "trillion": 10**12, "tỷ": 10**9, "billion": 10**9, "triệu": 10**6, "million": 10**6, "vạn": 10**4, "nghìn": 10**3,
    "thousand": 10**3, "trăm": 100, "hundred": 100, "chục": 10,
}  # fmt: skip
"""Largest first."""
ENGLISH_SCALES = frozenset({"trillion", "billion", "million", "thousand", "hundred"})
OTHER_SPELLINGS = {
    "mốt": "một", "nhăm": "lăm", "bẩy": "bảy", "mươi": "mười", "tỉ": "tỷ", "ngàn": "nghìn", "linh": "lẻ", "rưởi": "rưỡi",
    "ngìn": "nghìn", "nghàn": "nghìn", "chiệu": "triệu",
}  # fmt: skip
NUMBER_WORDS = tuple(
    dict.fromkeys((*DIGITS, *ENGLISH, *ENGLISH_TENS, *SCALES, *OTHER_SPELLINGS, "mười", "lẻ", "rưỡi", "nửa", "half"))
)
FIGURES = frozenset("123456789")
FIGURE = r"\d+(?:[.,]\d+)*"
WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
NUMBER = rf"(?:(?:a|an) )?(?:{FIGURE}|(?:{WORD}))(?: (?:(?:and |a |an )*(?:{FIGURE}|(?:{WORD})))(?= |$))*"
"""One number in figures or words, where words are divided by single spaces."""
SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d.,])")
MOST_WORDS = 40


def plain(words: str) -> list[str]:
    """The words of a NUMBER, each in one spelling, figures in groups of three as one figure."""
    said = SPACED.sub(lambda spaced: spaced[0].replace(" ", "."), words).split()
    found = [OTHER_SPELLINGS.get(word, word) for word in said]
    if any(word in ENGLISH or word in ENGLISH_SCALES or word in ENGLISH_TENS or word == "half" for word in found):
        found = [word for word in found if word not in ("a", "an", "and")]
    return ["một" if word in ("a", "an") else word for word in found]


def has_odd_figures(text: str) -> bool:
    """Whether there are figures that are no plain digits, such as ², ½ or Ⅻ."""
    return not text.isascii() and any(unicodedata.category(c) in ("No", "Nl") for c in text)


def read_decimal(words: str) -> tuple[Decimal, ...]:
    """What the words of a NUMBER may mean, also with a fraction: «1,5», «nửa»; smallest first."""
    said = plain(words)
    if said in (["nửa"], ["half"]):
        return (Decimal("0.5"),)
    return tuple(sorted(_read(said))) if 0 < len(said) <= MOST_WORDS else ()


def whole(words: str) -> int | None:
    """The whole number in these words, if they can mean only one."""
    found = values(plain(words))
    return found[0] if len(found) == 1 else None


def values(said: Sequence[str], *, spoken: bool = False) -> tuple[int, ...]:
    """The whole numbers these tokens may mean, smallest first.

    ``spoken``: hundreds after a million mean thousands, as in speech («hai triệu hai trăm» is 2,200,000).
    """
    if not 0 < len(said) <= MOST_WORDS:
        return ()
    return tuple(sorted({int(value) for value in _read(said, spoken=spoken) if value == value.to_integral_value()}))


def _read(said: Sequence[str], *, times: int = 1, spoken: bool = False, first: bool = True) -> set[Decimal]:
    """Split at the largest scale; ``times`` is the scale that follows, ``first`` whether nothing stands before."""
    for name, scale in SCALES.items():
        if name not in said:
            continue
        at = said.index(name)
        if at == 0 and not first:
            return set()
        heads = _read(said[:at], times=scale) if at else {Decimal(1)}  # «triệu rưỡi»
        tails = _tail(said[at + 1 :], scale, english=name in ENGLISH_SCALES, spoken=spoken)
        return {head * scale + tail for head in heads for tail in tails}
    return _small(said, times)


def _tail(said: Sequence[str], scale: int, *, english: bool, spoken: bool) -> set[Decimal]:
    """What follows a scale: «rưỡi» is half of it, a single digit its tenths, three figures its thousandths."""
    if not said:
        return {Decimal(0)}
    if list(said) == ["rưỡi"]:
        return {Decimal(scale) / 2}
    if said[0] == "lẻ":
        return _less(_read(said[1:], first=False) if said[1:] else set(), scale)
    if english:
        return _less(_read(said, first=False), scale)
    if len(said) == 1 and scale >= 1000 and re.fullmatch(r"\d{1,3}", said[0]):
        n, tenth, thousandth = int(said[0]), Decimal(scale) / 10, Decimal(scale) / 1000
        return {1: {n * tenth}, 2: {n * thousandth, n * tenth / 10}, 3: {n * thousandth}}[len(said[0])]
    if len(said) == 1 and scale >= 100 and (digit := DIGITS.get(said[0]) or (said[0] in FIGURES and int(said[0]))):
        return {Decimal(digit * scale) / 10} | ({Decimal(digit)} if scale == 100 else set())
    if scale < 100:
        return set()
    rest = _less(_read(said, first=False), scale)
    short_of_thousands = spoken and scale >= 10**6 and all(value < 1000 for value in rest)
    return {value * scale / 1000 for value in rest} if short_of_thousands else rest


def _less(found: set[Decimal], scale: int) -> set[Decimal]:
    return {value for value in found if value < scale}


def _small(said: Sequence[str], times: int) -> set[Decimal]:
    """A figure, or words for less than a hundred."""
    if len(said) == 1 and said[0][0].isdecimal():
        return _figure(said[0], times)
    if said[-1] in ("half", "nửa") and times > 1:
        return {whole + Decimal("0.5") for whole in (_small(said[:-1], 1) if said[1:] else {Decimal(0)})}
    n = _below_hundred(tuple(said))
    return set() if n is None else {Decimal(n)}


def _below_hundred(said: tuple[str, ...]) -> int | None:
    match said:
        case ("mười",):
            return 10
        case (one,) if one in DIGITS or one in ENGLISH or one in ENGLISH_TENS:
            return (DIGITS | ENGLISH | ENGLISH_TENS)[one]
        case (ten, "mười") if DIGITS.get(ten):
            return DIGITS[ten] * 10
        case ("mười", one) if DIGITS.get(one):
            return 10 + DIGITS[one]
        case (ten, "mười", one) if DIGITS.get(ten) and DIGITS.get(one):
            return DIGITS[ten] * 10 + DIGITS[one]
        case (ten, ("một" | "tư" | "lăm") as one) if DIGITS.get(ten, 0) > 1:
            return DIGITS[ten] * 10 + DIGITS[one]  # «hai lăm»; but «hai ba» is two or three
        case (ten, one) if ten in ENGLISH_TENS and 0 < ENGLISH.get(one, 0) < 10:
            return ENGLISH_TENS[ten] + ENGLISH[one]
        case _:
            return None


def _figure(figure: str, times: int) -> set[Decimal]:
    """What a written number may mean before a scale: groups of three are thousands, otherwise the mark is a decimal one.

    «1.500 triệu» may be either; nobody means one and a half đồng or «1,5 nghìn» by «1.500» and «1.500k».
    """
    if re.fullmatch(r"0|0?[1-9]|[1-9]\d{1,15}", figure):
        return {Decimal(figure)}
    figure = re.sub(r"(?<=[.,]\d{3})(?:(?<=\.\d{3}),|(?<=,\d{3})\.)0{1,2}$", "", figure)  # «1,000,000.00»
    found: set[Decimal] = set()
    if re.fullmatch(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3}){0,4}", figure):
        found.add(Decimal(re.sub(r"[.,]", "", figure)))
        if times == 1 or (times <= 1000 and max(found) < 10_000):
            return found
    if re.fullmatch(r"(?:0|[1-9]\d{0,5})[.,]\d{1,9}", figure):
        found.add(Decimal(figure.replace(",", ".")))
    return found
