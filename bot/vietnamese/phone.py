"""Phone numbers: as people write them, with the prefixes of before 2018, and masked for screens."""

from __future__ import annotations

import re
import unicodedata

from bot.vietnamese.fold import one_line
from bot.vietnamese.number import has_odd_figures

OLD = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78", "123": "83", "124": "84", "125": "85", "127": "81",
    "129": "82", "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip
"""Eleven-digit mobile prefixes and what they became in 2018 (the Ministry of Information's plan of that year)."""
SHAPE = re.compile(r"(?:\+\s?)?[\d\s.()/-]{7,40}")
TALK = re.compile(
    r"(?:s[dđ]t|số|so|[dđ]t|tel|phone|zalo|di động|di dong|điện thoại|dien thoai|của|cua|tôi|toi|em|mình|minh|con|là|la|"
    r"my|number|is)\b\s*[:.]?\s*",
    re.IGNORECASE,
)
COURTESY = re.compile(r"\s*\b(?:ạ|a|nhé|nhe|nha)\W*$", re.IGNORECASE)


class NotAPhone(ValueError):
    """This is no phone number, or none that exists."""


def read_phone(text: str) -> str:
    """A number as +84… (E.164), a mobile or a landline; foreign ones with + and country code. Raises NotAPhone."""
    if len(text) > 100 or has_odd_figures(text):
        raise NotAPhone
    said = unicodedata.normalize("NFKC", one_line(text))
    while found := TALK.match(said):
        said = said[found.end() :]
    said = re.sub(r"(?!^)[\u2010-\u2015]", "-", COURTESY.sub("", said))
    if not SHAPE.fullmatch(said):
        raise NotAPhone
    digits = "".join(str(unicodedata.decimal(c)) for c in said if c.isdecimal())
    foreign = said.startswith(("+", "00"))
    if foreign:
        digits = digits.removeprefix("00")
    if digits.startswith("84") and (foreign or len(digits) >= 11):
        return _vietnamese(digits[2:].removeprefix("0"))
    if foreign:
        return _checked(f"+{digits}")
    if not digits.startswith("0"):
        raise NotAPhone
    return _vietnamese(digits[1:])


def _vietnamese(number: str) -> str:
    if len(number) == 10 and number[:3] in OLD:
        number = OLD[number[:3]] + number[3:]
    return _checked(f"+84{number}")


def _checked(e164: str) -> str:
    import phonenumbers  # a megabyte, wanted only when somebody types a number

    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        raise NotAPhone from None
    kinds = phonenumbers.PhoneNumberType
    reachable = (kinds.MOBILE, kinds.FIXED_LINE, kinds.FIXED_LINE_OR_MOBILE)
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) not in reachable:
        raise NotAPhone
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def show_phone(e164: str) -> str:
    """«0912 345 678» for Vietnamese numbers, others as they are."""
    if not e164.startswith("+84"):
        return e164
    local = "0" + e164[3:]
    return f"{local[:4]} {local[4:7]} {local[7:]}"


def mask_phone(e164: str) -> str:
    """«0912 ••• 678»: enough to recognise one's own."""
    shown = show_phone(e164)
    return f"{shown[:4]} ••• {shown[-3:]}"
