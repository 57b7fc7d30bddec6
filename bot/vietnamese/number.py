"""Numbers in figures and in Vietnamese or English words, and how many people somebody means.

What people say is often short of a unit («2 triệu 250», «một trăm hai»), so a reading is a set of values: one where it is
clear, several where a person has to be asked, none where it is no number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from bot.vietnamese.fold import EDGES, exact, one_line
from bot.vietnamese.lexicon import Lexicon, words

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
}  # fmt: skip
WORDS = Lexicon(
    {word: word for word in (*DIGITS, *ENGLISH, *ENGLISH_TENS, *SCALES, "mười", "lẻ", "rưỡi", "nửa", "half")}
    | OTHER_SPELLINGS
)
FIGURES = frozenset("123456789")
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\s,.~≈]")
NEGATIVE_OR_RANGE = re.compile(r"[-\u2010-\u2015\u2212]\s*\d")
MOST_WORDS = 40
MOST_COUNTED = 10**9

BEFORE = words(
    "khoảng", "tầm", "chừng", "độ", "cỡ", "hơn", "gần", "có", "được", "giúp", "cho", "cả", "tất", "tổng", "cộng", "about",
    "around", "some", "nearly", "almost", "over", "roughly",
)  # fmt: skip
PEOPLE = words(
    "người", "hộ", "nhà", "gia", "em", "cháu", "cụ", "bạn", "bà", "ông", "anh", "chị", "cô", "chú", "bác", "bé", "trẻ", "học",
    "sinh", "đứa", "con", "mẹ", "vợ", "chồng", "cha", "bố", "bệnh", "hội", "đoàn", "tình", "thành", "khẩu", "suất", "phần",
    "ca", "trường", "ai", "people", "person", "persons", "families", "family", "households", "household", "children",
    "child", "kids", "students", "patients", "men", "women", "elderly", "of",
)  # fmt: skip
"""What may follow a number in words: «ba người» counts, «ba lô» (a rucksack) does not."""
NUMBERED = words(
    "thôn", "xóm", "bản", "tổ", "đội", "ấp", "khóm", "phố", "kp", "lớp", "ngày", "tháng", "năm", "thứ", "quý"
)
MEASURED = words(
    "h", "giờ", "g", "phút", "kg", "km", "m", "tuổi", "tháng", "năm", "ngày", "%", "đồng", "đ", "k", "tr", "/"
)


class NotACount(ValueError):
    """No number of people or things is in these words."""


def read_count(text: str) -> int:
    """How many, 0 to 10**9: «3», «ba người», «khoảng 20», «hai mươi hộ», «1.200». Raises NotACount."""
    said = tokens(text) if len(text) <= 200 else []
    begin = next((i for i, word in enumerate(said) if is_number(word)), len(said))
    end = next((i for i in range(begin, len(said)) if not is_number(said[i])), len(said))
    before, number, after = said[:begin], said[begin:end], said[end:]
    found = values(number)
    if len(found) != 1 or found[0] > MOST_COUNTED or _counted_again(after):
        raise NotACount
    if number[0][0].isdecimal():
        sensible = not (before and before[-1] in NUMBERED) and not (after and after[0] in MEASURED)
    else:
        sensible = all(word in BEFORE for word in before) and (not after or after[0] in PEOPLE)
    if not sensible:
        raise NotACount
    return found[0]


def _counted_again(after: Sequence[str]) -> bool:
    """Whether a second number follows: «hai người lớn và ba trẻ em»."""
    return any(
        word[0].isdecimal() or (is_number(word) and following in PEOPLE) for word, following in pairwise([*after, ""])
    )


def tokens(text: str) -> list[str]:
    """Figures and lower-case words, number words in one spelling; empty for negative numbers, ranges and ², ½, Ⅻ."""
    said = _figures_plain(unicodedata.normalize("NFKC", one_line(text))).casefold()
    if has_odd_figures(text) or NEGATIVE_OR_RANGE.search(said):
        return []
    said = re.sub(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d.,])", lambda spaced: spaced[0].replace(" ", "."), said)
    said = re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", " ", said.strip(EDGES))
    said = re.sub(r"\btam (?=\d)", "", said)  # «tầm 20»; «tám 20» is no number
    found = [known for word in TOKEN.findall(said) if (known := WORDS.get(word) or exact(word))]
    if any(word in ENGLISH or word in ENGLISH_SCALES for word in found):
        found = [word for word in found if word not in ("a", "an", "and")]
    return found


def _figures_plain(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def has_odd_figures(text: str) -> bool:
    """Whether there are figures that are no plain digits, such as ², ½ or Ⅻ."""
    return any(unicodedata.category(c) in ("No", "Nl") for c in text)


def is_number(token: str) -> bool:
    """Whether a token is a figure or a number word."""
    return token[0].isdecimal() or token in WORDS


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
