"""Numbers in figures and in Vietnamese or English words, and how many people or things somebody means."""

from __future__ import annotations

import re
import unicodedata

from bot.vietnamese.fold import fold, without_telex

DIGITS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5, "sau": 6, "bay": 7,
    "tam": 8, "chin": 9,
}  # fmt: skip
SCALES = {"nghin": 10**3, "ngan": 10**3, "van": 10**4, "trieu": 10**6, "ty": 10**9, "ti": 10**9}
ENGLISH = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
ENGLISH_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
MOST = 10**15
FIGURES = re.compile(r"\d{1,3}(?:[ .,]\d{3})+|\d{1,15}")


class NotACount(ValueError):
    """No number of people or things is in these words."""


def read_count(text: str) -> int:
    """How many: «3», «ba người», «khoảng 20», «hai mươi hộ», «1.200». Raises NotACount."""
    if re.search(r"[-−–]\s*\d", text) or has_odd_figures(text):
        raise NotACount
    said = fold(text[:200])
    figures = re.findall(r"\d+(?:[ .,]\d{3})*(?![\d])", said)
    if figures:
        if len(figures) > 1 or not FIGURES.fullmatch(figures[0]) or re.search(r"\d[.,]\d{1,2}(?!\d)", said):
            raise NotACount
        return int(re.sub(r"\D", "", figures[0]))
    words = re.sub(r"^(?:khoang|tam(?= \d)|chung|hon|gan|about|around)\s+", "", said).split()
    for length in range(min(len(words), 12), 0, -1):
        found = read_words(words[:length])
        if found is not None:
            return found
    raise NotACount


def read_words(words: list[str]) -> int | None:
    """The number that these folded words spell, in Vietnamese or English; None if they spell none."""
    if not words or len(words) > 40:
        return None
    return (
        _english(words) if words[0].split("-")[0] in ENGLISH else _read_scaled([without_telex(word) for word in words])
    )


def has_odd_figures(text: str) -> bool:
    """Whether there are figures that are no plain digits, such as ², ½ or Ⅻ."""
    return any(unicodedata.category(c) in ("No", "Nl") for c in text)


def _read_scaled(words: list[str]) -> int | None:
    """Parts with falling scales: «hai triệu ba trăm nghìn năm trăm»."""
    total, part, above = 0, list[str](), MOST
    for word in words:
        if word not in SCALES:
            part.append(word)
            continue
        scale = SCALES[word]
        count = _below_thousand(part) if part else None
        if count is None or scale >= above:
            return None
        total, part, above = total + count * scale, [], scale
    if not part:
        return total
    rest = _remainder(part, above)
    return None if rest is None else total + rest


def _remainder(part: list[str], above: int) -> int | None:
    """What follows the last scale: «rưỡi» is half of it, a single digit its tenths, anything else itself."""
    if part == ["ruoi"]:
        return above // 2 if above < MOST else None
    if len(part) == 1 and part[0] in DIGITS and above < MOST and DIGITS[part[0]]:
        return DIGITS[part[0]] * above // 10
    rest = _below_thousand(part)
    return rest if rest is not None and rest < above else None


def _below_thousand(words: list[str]) -> int | None:
    """0 to 999 in Vietnamese; None if the words say something else."""
    words = [word for word in words if word not in ("linh", "le")] or words
    total, rest = 0, list(words)
    if "tram" in rest:
        at = rest.index("tram")
        if at != 1 or rest[0] not in DIGITS:
            return None
        total, rest = DIGITS[rest[0]] * 100, rest[2:]
        if rest == ["ruoi"]:
            return total + 50
    if "muoi" in rest or "chuc" in rest:
        at = rest.index("muoi" if "muoi" in rest else "chuc")
        tens = 1 if at == 0 else DIGITS.get(rest[0]) if at == 1 else None
        if tens is None or tens == 0:
            return None
        total, rest = total + tens * 10, rest[at + 1 :]
    elif len(rest) == 2 and all(word in DIGITS for word in rest) and not total:
        return DIGITS[rest[0]] * 10 + DIGITS[rest[1]]  # «hai lăm»
    if not rest:
        return total
    return total + DIGITS[rest[0]] if len(rest) == 1 and rest[0] in DIGITS else None


def _english(words: list[str]) -> int | None:
    """A number in English words."""
    total, part = 0, 0
    seen = False
    for word in " ".join(words).replace("-", " ").split():
        if word == "and" and seen:
            continue
        if word in ENGLISH:
            part += ENGLISH[word]
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in ENGLISH_SCALES and part:
            total, part = total + part * ENGLISH_SCALES[word], 0
        else:
            return None
        seen = True
    return total + part if seen and total + part < MOST else None
