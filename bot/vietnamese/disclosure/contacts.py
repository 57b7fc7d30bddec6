"""Account numbers, phone numbers and links in a text that many people will read: what leads them to somebody."""

from __future__ import annotations

import re

from msgspec import Struct

from bot.vietnamese.disclosure.figures import YEAR, as_figures, may_be_figures
from bot.vietnamese.disclosure.links import LINK, find_links, may_be_link, with_dots
from bot.vietnamese.fold import fold
from bot.vietnamese.phone import numbers_in, show_phone

BAR = "¦"
"""In place of what is no such number, and between texts: nothing is read together across it."""
DONG = r"\s?(?:₫|đ|đồng|vnđ|vnd|dong)(?![^\W\d_])"
SUM = re.compile(
    r"(?<![\d.,])(?:[1-9]\d?(?:[.,]\d{3}){1,3}|[1-9]\d\d(?:[.,]\d{3}){1,2}|[1-9]\d\d[.,]\d{3}(?:[.,]000){2})" + DONG,
    re.IGNORECASE,
)
"""In groups of three, and in đồng: no account is written so, whatever is said before it."""
MONEY = re.compile(
    r"(?<![\d.,])[1-9]\d{0,2}(?:(?:[.,]\d{3}){1,2}|(?:[.,]\d{3}){2}[.,]000)(?![\d]|[.,]\d)"
    r"|(?<![\d.,])(?<!\d )[1-9]\d{0,2}(?: \d{3})* 000(?! ?\d)|(?<![\d.,])[1-9]\d{0,5}0{5}(?![\d]|[.,]\d)"
)
"""In groups of three, or round."""
COUNTED = re.compile(
    r"(?<!\d)(?<!\d[ .,])(?:\d{1,3}(?: \d{3})+|\d+(?:[.,]\d+)*)"
    r"(?=\s?(?:₫|đ|đồng|vnđ|vnd|dong|nghìn|ngàn|triệu|trieu|tr|tỷ|tỉ|k|kg|%)(?![^\W\d_]))",
    re.IGNORECASE,
)
"""What a measure follows."""
D, M, Y = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
DAY = re.compile(
    rf"(?<!\d){D}\s?[./-]\s?{M}(?:\s?[./-]\s?{Y}(?!\d)|(?!\d|[.-]\d))|(?<!\d){D} {M} {Y}(?!\d)"
    rf"|(?<!\d){Y}[./-]{M}[./-]{D}(?!\d)"
)
YEARS = re.compile(rf"(?<!\d)(?:\d{{1,5}}\s?/|{Y}\s?[-–])\s?{Y}(?!\d)")
"""«2020-2026», and what has a number within its year: «5/2026», «Quyết định 1505/2026»."""
HOUR = re.compile(
    r"(?<!\d)(?:(?:[01]?\d|2[0-4])\s?(?:h|g|giờ|:)\s?(?:[0-5]?\d)?(?!\d)|(?:[01]?\d|2[0-3])\.[0-5]\d(?!\d|[.,]\d))",
    re.IGNORECASE,
)
HOTLINE = re.compile(r"1[89]00\d{4,6}")
"""Numbers of companies, which have no area."""
BETWEEN = rf"(?:[^\w,;{BAR}]{{0,4}}|[^\w,;{BAR}]{{0,2}}_{{1,3}}[^\w,;{BAR}]{{0,2}}|[,;](?=\d{{3}}(?!\d)))"
RUN = re.compile(rf"(?:\+\s?)?\(?\d(?:{BETWEEN}\d)*")
"""Figures in a row, also with signs between them that are to keep them from being read together."""
APART = re.compile(r"\s*\n\s*|\s+[-–—/|]\s+|\s*/\s*")
"""Between two numbers of a list."""
SAYS_ACCOUNT = re.compile(
    r"\b(?:stk|tk|so tai khoan|tai khoan|account(?: number| no)?|momo|zalopay|cccd|cmnd|can cuoc|so the)"
    rf"\b[^\d{BAR}]{{0,24}}$"
)
MANY, FEW, MOST = 8, 5, 11
"""So many figures in a row are no number of anything; fewer are enough after «tài khoản», and more are no sum, whatever
follows them."""


class Contacts(Struct, frozen=True):
    """What was found, as it was typed; phone numbers as +84…."""

    accounts: tuple[str, ...] = ()
    """Figures in a row that may be an account, or an identity card."""
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.accounts or self.phones or self.links)

    @property
    def shown(self) -> list[str]:
        """All of them as people read them."""
        return [*self.accounts, *map(show_phone, self.phones), *self.links]


def find_contacts(*texts: str) -> Contacts:
    """All of them, each once, in their order. Sums, days and hours are none."""
    plain = with_dots(f" {BAR} ".join(texts))
    if not may_be_link(plain) and not may_be_figures(plain):  # most of what people write
        return Contacts()
    said = SUM.sub(BAR, as_figures(LINK.sub(f" {BAR} ", plain)))
    for none in (MONEY, COUNTED, DAY, YEARS, HOUR):
        said = none.sub(_apart, said)
    accounts: list[str] = []
    phones: list[str] = []
    for run in RUN.finditer(said):
        digits = _digits(run[0])
        named = _is_named(said, run.start())
        if not named and (called := _phones(run[0])):
            phones += called
            continue
        years = not named and all(YEAR.fullmatch(group) for group in re.findall(r"\d+", run[0]))
        if len(digits) >= (FEW if named else MANY) and not years:
            accounts.append(run[0].strip())
    return Contacts(*(tuple(dict.fromkeys(found)) for found in (accounts, phones, find_links(plain))))


def _digits(said: str) -> str:
    return re.sub(r"\D", "", said)


def _phones(said: str) -> list[str]:
    """The phone numbers that these figures are; among several in a list there may be a short one («115»)."""
    if found := numbers_in(said):
        return found
    parts = [(digits, numbers_in(part)) for part in APART.split(said) if (digits := _digits(part))]
    found = [one for digits, numbers in parts for one in numbers or ([digits] if HOTLINE.fullmatch(digits) else [])]
    strange = "".join(digits for digits, numbers in parts if not numbers and not HOTLINE.fullmatch(digits))
    return found if len(strange) < FEW else []


def _apart(found: re.Match[str]) -> str:
    """A bar in place of what is no such number, unless the words before it say that it is one, it is too long, or begins
    like no sum."""
    digits = _digits(found[0])
    is_one = len(digits) > MOST or (digits.startswith("0") and len(digits) >= MANY and not DAY.fullmatch(found[0]))
    return found[0] if is_one or _is_named(found.string, found.start()) else BAR


def _is_named(said: str, at: int) -> bool:
    """Whether the words before this place say that an account's number follows."""
    return bool(SAYS_ACCOUNT.search(fold(f"{said[max(at - 60, 0) : at]}|").rstrip("|")))
