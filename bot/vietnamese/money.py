"""Amounts of money as people write them, and spelled out again. Whole đồng; what is ambiguous is asked back."""

from __future__ import annotations

import re
from typing import Literal

from bot.vietnamese.lexicon import Lexicon, words
from bot.vietnamese.number import ENGLISH, ENGLISH_TENS, SCALES, is_number, tokens, values

UNITS = Lexicon({"k": "nghìn", "n": "nghìn", "ng": "nghìn", "tr": "triệu", "củ": "triệu", "mil": "million"})
"""Short for the scales; only where money is meant."""
UNCLEAR = {"t": ("triệu", "tỷ"), "m": ("triệu",)}
"""«2t» may be million or billion (or tons); «1m» a million, or a metre."""
SLANG = words("xị", "lít", "chai", "vé", "cây")
"""Differs by region, so it is asked back in plain numbers."""
CURRENCY = words("đồng", "đ", "₫", "vnđ", "vnd")
BEFORE = words(
    "khoảng", "tầm", "chừng", "xin", "em", "tôi", "mình", "con", "cháu", "gửi", "ủng", "hộ", "hỗ", "trợ", "đóng", "góp",
    "quyên", "tặng", "cam", "kết", "muốn", "sẽ", "số", "tiền", "là", "được", "about", "around", "i", "give", "pledge",
    "donate", "will", "want", "to",
)  # fmt: skip
AFTER = words("ạ", "nhé", "nha", "thôi", "chẵn", "please")
MONTHLY = words("tháng", "month", "monthly")
EACH = words("mỗi", "hàng", "hằng", "một", "1", "per", "a", "each", "every", "/")
LEAST_SPOKEN = 1000
"""Below this a bare number nearly always means thousands."""
MOST = 10**15
MOST_LETTERS = 300


class NotMoney(ValueError):
    """No amount of money is in these words."""


class AmbiguousMoney(ValueError):
    """The words may mean several amounts; ``choices`` holds the likely ones, or nothing."""

    def __init__(self, choices: tuple[int, ...] = ()) -> None:
        super().__init__("ambiguous")
        self.choices = choices


def read_money(text: str) -> int:
    """An amount in đồng, 1 to 10**15, from «500k», «1tr5», «1.500.000 đ», «hai triệu rưỡi», «1.5 million».

    Raises NotMoney, and AmbiguousMoney for what has to be asked back.
    """
    if len(text) > MOST_LETTERS:
        raise NotMoney
    if twice := re.fullmatch(r"([^()]+)\(([^()]+)\)[\s.]*", text):
        return _same(twice[1], twice[2])
    said = _without_month(_without(_without(tokens(text), AFTER, -1), BEFORE, 0))
    amount = _without(_without(said, CURRENCY, -1), CURRENCY, 0)
    return _amount([UNITS.get(word) or word for word in amount], in_dong=amount != said)


def _same(figures: str, spelled: str) -> int:
    """Figures and the same amount in words behind them, as on a receipt: «1.500.000 đ (một triệu …)»."""
    amount = read_money(figures)
    if read_money(spelled) != amount:
        raise NotMoney
    return amount


def _without(said: list[str], extra: Lexicon[bool], end: Literal[0, -1]) -> list[str]:
    """Leave out these words at one end; a number word is never one of them."""
    while said and not is_number(said[end]) and said[end] in extra:
        said = said[1:] if end == 0 else said[:-1]
    return said


def _without_month(said: list[str]) -> list[str]:
    """Leave out «mỗi tháng», «/tháng», «a month»: how often is another question."""
    if len(said) < 2 or said[-1] not in MONTHLY:
        return said
    said = said[:-1]
    while len(said) > 1 and said[-1] in EACH:
        said = said[:-1]
    return said


def _amount(said: list[str], *, in_dong: bool) -> int:
    if not said:
        raise NotMoney
    if unclear := next((word for word in said if word in UNCLEAR), None):
        meant = [
            values([scale if word == unclear else word for word in said], spoken=True) for scale in UNCLEAR[unclear]
        ]
        raise AmbiguousMoney(_possible(*meant)) if any(meant) else NotMoney()
    if said[-1] in SLANG and all(is_number(word) for word in said[:-1]):
        raise AmbiguousMoney
    found = _possible(values(said, spoken=not in_dong))
    bare = not in_dong and not any(SCALES.get(word, 0) >= LEAST_SPOKEN for word in said)
    if bare and not found and len(said) == 1 and (millions := _possible(values([*said, "triệu"]))):
        raise AmbiguousMoney(millions)  # «1,5»
    if bare and found and found[-1] < LEAST_SPOKEN:
        raise AmbiguousMoney(_possible([n * 1000 for n in found], [n * 10**6 for n in found if n < 100]))
    if len(found) > 1:
        raise AmbiguousMoney(found)
    if not found:
        raise NotMoney
    return found[0]


def _possible(*found: tuple[int, ...] | list[int]) -> tuple[int, ...]:
    return tuple(sorted({amount for amounts in found for amount in amounts if 0 < amount <= MOST}))


# -- spelling out -----------------------------------------------------------------------------------------------------

ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
VI_SCALES = ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn"))
EN_ONES, EN_TENS = tuple(ENGLISH), ("", "", *ENGLISH_TENS)
EN_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))


def in_words(amount: int, language: str) -> str:
    """An amount of đồng, 0 to 10**15, spelled out in Vietnamese or English. Raises ValueError outside these bounds."""
    if not 0 <= amount <= MOST:
        raise ValueError(f"{amount} đồng cannot be spelled out")
    return f"{_vietnamese(amount)} đồng" if language == "vi" else f"{_english(amount)} dong"


def _vietnamese(number: int) -> str:
    if number == 0:
        return ONES[0]
    parts: list[str] = []
    for scale, name in VI_SCALES:
        count, number = divmod(number, scale)
        if count:
            # Above a thousand billion the count of billions is itself a number of several parts.
            parts.append(f"{_vietnamese(count) if count > 999 else _hundreds(count, full=bool(parts))} {name}")
    if number:
        parts.append(_hundreds(number, full=bool(parts)))
    return " ".join(parts)


def _hundreds(number: int, *, full: bool) -> str:
    """1 to 999; in the middle of a longer number the hundreds are said even if there are none."""
    hundreds, rest = divmod(number, 100)
    said = [f"{ONES[hundreds]} trăm"] if hundreds or full else []
    tens, ones = divmod(rest, 10)
    if tens == 0 and ones and said:
        said.append(f"lẻ {ONES[ones]}")
    elif tens == 0 and ones:
        said.append(ONES[ones])
    elif tens:
        said.append("mười" if tens == 1 else f"{ONES[tens]} mươi")
        if ones:
            said.append(
                {1: "một" if tens == 1 else "mốt", 4: "bốn" if tens == 1 else "tư", 5: "lăm"}.get(ones, ONES[ones])
            )
    return " ".join(said)


def _english(number: int) -> str:
    if number < 20:
        return EN_ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return EN_TENS[tens] + (f"-{EN_ONES[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{EN_ONES[hundreds]} hundred" + (f" and {_english(rest)}" if rest else "")
    for scale, name in EN_SCALES:
        if number >= scale:
            count, rest = divmod(number, scale)
            return f"{_english(count)} {name}" + (f" {_english(rest)}" if rest else "")
    raise AssertionError(number)
