"""Amounts of money spelled out, as receipts show them."""

from __future__ import annotations

from bot.vietnamese.amounts.number import ENGLISH, ENGLISH_TENS

MOST = 10**15
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
