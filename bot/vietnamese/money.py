"""Amounts of money as people write them, and spelled out again. Whole đồng; what is ambiguous is asked back."""

from __future__ import annotations

import re

from bot.vietnamese.fold import fold
from bot.vietnamese.number import MOST, has_odd_figures, read_words

UNITS = {
    "d": 1, "dong": 1, "vnd": 1, "₫": 1, "": 1,
    "k": 10**3, "n": 10**3, "ng": 10**3, "nghin": 10**3, "ngan": 10**3, "thousand": 10**3,
    "tr": 10**6, "trieu": 10**6, "cu": 10**6, "million": 10**6,
    "ty": 10**9, "ti": 10**9, "billion": 10**9,
}  # fmt: skip
UNCLEAR_UNITS = {"t": (10**6, 10**9), "m": (10**6,)}
"""«2t» may be million or billion (or tons); «1m» a million, or a metre."""
SLANG = frozenset({"xi", "lit", "chai", "ve", "cay"})
"""Differs by region, so it is asked back in plain numbers."""
AMOUNT = re.compile(r"(\d[\d., ]*)\s*([a-z₫]*(?: dong)?)\s*(\d{1,3}|ruoi)?(?:\s*(?:k|nghin|ngan))?\s*(?:vnd|dong|d|₫)?")
LEAST_SPOKEN = 1000
"""Below this a bare number nearly always means thousands."""


class NotMoney(ValueError):
    """No amount of money is in these words."""


class AmbiguousMoney(ValueError):
    """The words may mean several amounts; ``choices`` holds the likely ones, or nothing."""

    def __init__(self, choices: tuple[int, ...] = ()) -> None:
        super().__init__("ambiguous")
        self.choices = choices


def read_money(text: str) -> int:
    """An amount in đồng from «500k», «1tr5», «1.500.000 đ», «hai triệu rưỡi». Raises NotMoney, AmbiguousMoney."""
    if len(text) > 300 or re.search(r"[-−–]\s*\d|%|\de\d", text) or has_odd_figures(text):
        raise NotMoney
    said = _without_talk(fold(text))
    if not said:
        raise NotMoney
    if said[0].isdigit():
        return _figures(said)
    words = [word for word in said.split() if word not in ("dong", "vnd", "chan", "vietnam", "viet")]
    amount = read_words(words)
    if amount is None or amount <= 0:
        raise _slang(words) or NotMoney()
    if amount < LEAST_SPOKEN and "dong" not in said.split():
        raise AmbiguousMoney((amount * 1000, amount * 10**6) if amount < 100 else (amount * 1000,))
    return amount


def _without_talk(said: str) -> str:
    """Leave out what is said around an amount."""
    said = re.sub(
        r"^(?:(?:khoang|tam(?= \d)|chung|xin|em|toi|minh|gui|ung ho|ho tro|gop|about|around|so tien|la)\s+)+", "", said
    )
    return re.sub(r"(?:\s+(?:a|nhe|thoi|nha|chan))+$", "", said)


def _slang(words: list[str]) -> AmbiguousMoney | None:
    return AmbiguousMoney() if words and words[-1] in SLANG else None


def _figures(said: str) -> int:
    """An amount that begins with figures."""
    found = AMOUNT.fullmatch(said)
    if found is None:
        raise _slang(said.split()) or NotMoney()
    number, unit, tail = found[1].strip(" .,"), found[2].removesuffix(" dong").strip(), found[3]
    if unit in SLANG:
        raise AmbiguousMoney
    if unit in UNCLEAR_UNITS and not tail:
        raise AmbiguousMoney(tuple(_times(number, scale) for scale in UNCLEAR_UNITS[unit]))
    if unit not in UNITS:
        raise NotMoney
    scale = UNITS[unit]
    amount = _times(number, scale)
    if tail:
        amount += _tail(tail, amount, scale)
    if not 0 < amount < MOST:
        raise NotMoney
    if scale == 1 and not unit and amount < LEAST_SPOKEN:
        raise AmbiguousMoney((amount * 1000, amount * 10**6) if amount < 100 else (amount * 1000,))
    return amount


def _tail(tail: str, amount: int, scale: int) -> int:
    """What stands behind the unit: one digit is tenths of it («1tr5»), three are thousandths («2tr250»)."""
    if scale < 10**6 and tail != "ruoi":
        raise NotMoney
    if tail == "ruoi":
        return scale // 2
    if len(tail) == 2:
        tenths, thousandths = int(tail) * scale // 100, int(tail) * scale // 1000
        raise AmbiguousMoney((amount + thousandths, amount + tenths))
    return int(tail) * scale // (10 if len(tail) == 1 else 1000)


def _times(number: str, scale: int) -> int:
    """A written number times a scale: groups of three are thousands, otherwise the last mark is the decimal one."""
    number = number.replace(" ", "." if re.fullmatch(r"\d{1,3}(?: \d{3})+", number) else " ")
    if re.fullmatch(r"\d{1,15}", number):
        return int(number) * scale
    if re.fullmatch(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", number) and (
        scale == 1 or number.count(".") + number.count(",") > 1
    ):
        return int(re.sub(r"[.,]", "", number)) * scale
    if (parts := re.fullmatch(r"(\d{1,12})[.,](\d{1,3})", number)) and scale > 1:
        return int(parts[1]) * scale + int(parts[2]) * scale // int("1" + "0" * len(parts[2]))
    raise NotMoney


# -- spelling out -----------------------------------------------------------------------------------------------------

ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
VI_SCALES = ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn"))
EN_ONES = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)
EN_TENS = tuple("_ _ twenty thirty forty fifty sixty seventy eighty ninety".split())
EN_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))


def in_words(amount: int, language: str) -> str:
    """An amount of đồng, 0 to 10**15, spelled out in Vietnamese or English."""
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
