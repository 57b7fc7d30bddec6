"""Numbers, amounts and phones in a few words of a sentence, by the readers of answers; what is not clear is none."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.vietnamese.amounts.money import read_money
from bot.vietnamese.amounts.number import NUMBER_WORDS, read_decimal
from bot.vietnamese.phone import read_phone
from bot.vietnamese.spelling import Vocabulary, has_marks

NUMBERS = Vocabulary(NUMBER_WORDS)
DECIMAL = re.compile(r"\d+[.,]\d{1,2}")


def is_figure(word: str) -> bool:
    """Whether this one word is a number, in figures or in letters."""
    return word[0].isdecimal() or any(spelled in NUMBER_WORDS for spelled in NUMBERS.spell(word, has_marks(word)))


def amount(typed: str) -> int | None:
    """Đồng."""
    return read_money(typed).value


def number(typed: str) -> Decimal | None:
    """A number above nothing: «20», «hai mươi», «2,5», «nửa»."""
    if DECIMAL.fullmatch(typed):
        return Decimal(typed.replace(",", "."))
    found = {n for spelled in NUMBERS.spellings(typed) for n in read_decimal(" ".join(spelled))}
    return found.pop() if len(found) == 1 and max(found) > 0 else None


def phone(typed: str) -> str:
    """A phone number in E.164; empty if it is none."""
    return read_phone(typed).value or ""
