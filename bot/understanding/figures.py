"""Numbers, amounts and phones in a few words of a sentence, by the readers of answers; what is not clear is none."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.vietnamese.lexicon import Lexicon
from bot.vietnamese.money import AmbiguousMoney, NotMoney, read_money
from bot.vietnamese.number import is_number, tokens, values
from bot.vietnamese.phone import NotAPhone, read_phone

HALF = Lexicon({"nửa": Decimal("0.5"), "half": Decimal("0.5")})
DECIMAL = re.compile(r"\d+[.,]\d{1,2}")


def is_figure(word: str) -> bool:
    """Whether this one word is a number, in figures or in letters."""
    return is_number(word)


def amount(typed: str) -> int | None:
    """Đồng."""
    try:
        return read_money(typed)
    except (NotMoney, AmbiguousMoney):
        return None


def number(typed: str) -> Decimal | None:
    """A number above nothing: «20», «hai mươi», «2,5», «nửa»."""
    typed = typed.casefold()
    if (half := HALF.get(typed)) is not None:
        return half
    if DECIMAL.fullmatch(typed):
        return Decimal(typed.replace(",", "."))
    said = tokens(typed)
    found = values(said) if said and all(is_number(word) for word in said) else ()
    return Decimal(found[0]) if len(found) == 1 and found[0] > 0 else None


def phone(typed: str) -> str:
    """A phone number in E.164; empty if it is none."""
    try:
        return read_phone(typed)
    except NotAPhone:
        return ""
