"""Account numbers, phone numbers and links in a text that many people will read: what leads them to somebody."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.vietnamese.fold import EDGES, INVISIBLE, fold
from bot.vietnamese.phone import figures, numbers_in, show_phone

MONEY = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[.,]\d{3})+(?![\d]|[.,]\d)")
"""In groups of three."""
COUNTED = re.compile(
    r"\d[\d., ]*(?=\s?(?:₫|đ|đồng|vnđ|vnd|dong|nghìn|ngàn|triệu|trieu|tr|tỷ|tỉ|k|kg|%)(?![^\W\d_]))", re.IGNORECASE
)
"""What a measure follows."""
DAY = re.compile(r"(?<!\d)\d{1,2}\s?[./-]\s?\d{1,2}(?:\s?[./-]\s?\d{4})?(?!\d|[.-]\d)")
YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d(?!\d)")
HOTLINE = re.compile(r"1[89]00\d{4,6}")
"""Numbers of companies, which have no area."""
HOUR = re.compile(r"(?<!\d)(?:[01]?\d|2[0-4])\s?(?:h|g|giờ|:)\s?(?:[0-5]?\d)?(?!\d)", re.IGNORECASE)
RUN = re.compile(r"(?:\+\s?)?\(?\d(?:(?:[\s.()\u2010-\u2015-]{0,3}|\s?[_*/|:·•~]{1,3}\s?)\d)*")
"""Figures in a row, also with signs between them that are to keep them from being read together."""
ALIKE = re.compile(r"\b[\dOoIl]{8,}\b")
"""Letters that pass for figures among them."""
AS_FIGURES = str.maketrans("OoIl", "0011")
SAYS_ACCOUNT = re.compile(
    r"\b(?:stk|tk|so tai khoan|tai khoan|account(?: number| no)?|momo|cccd|cmnd|can cuoc)\b[^\d]{0,24}$"
)
MANY, FEW, MOST = 8, 5, 11
"""So many figures in a row are no number of anything; fewer are enough after «tài khoản», and more are no sum, whatever
follows them."""
ENDS = (
    "com|vn|net|org|info|xyz|site|online|shop|store|asia|biz|club|top|io|cc|link|live|app|dev|vip|icu|click|buzz|work|ru"
    "|cn|hk"
)
DOT = re.compile(r"[\[(]\.[\])]|。")
"""How a dot is written that is not to be one."""
BAR = "¦"
"""In place of what is no such number: nothing is read together across it."""
LINK = re.compile(
    rf"(?:https?://|www\.)\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:{ENDS})\b(?:/\S*)?|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{{2,6}}/\S+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Contacts:
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


def find_contacts(text: str) -> Contacts:
    """All of them, each once, in their order. Sums, days and hours are none."""
    plain = DOT.sub(".", INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    links = [found[0].rstrip(EDGES) for found in LINK.finditer(plain)]
    said = figures(ALIKE.sub(_as_figures, LINK.sub(f" {BAR} ", plain)))
    for none in (MONEY, COUNTED, DAY, YEARS, HOUR):
        said = none.sub(_apart, said)
    accounts: list[str] = []
    phones: list[str] = []
    for run in RUN.finditer(said):
        digits = re.sub(r"\D", "", run[0])
        named = _is_named(said, run.start())
        if not named and (called := numbers_in(run[0])):
            phones += called
        elif not named and HOTLINE.fullmatch(digits):
            phones.append(digits)
        elif len(digits) >= (FEW if named else MANY):
            accounts.append(run[0].strip())
    return Contacts(*(tuple(dict.fromkeys(found)) for found in (accounts, phones, links)))


def _apart(found: re.Match[str]) -> str:
    """A bar in place of what is no such number, unless the words before it say that it is one, or it is too long."""
    is_one = _is_named(found.string, found.start()) or len(re.sub(r"\D", "", found[0])) > MOST
    return found[0] if is_one else BAR


def _as_figures(found: re.Match[str]) -> str:
    enough = sum(c.isdecimal() for c in found[0]) >= FEW
    return found[0].translate(AS_FIGURES) if enough else found[0]


def _is_named(said: str, at: int) -> bool:
    """Whether the words before this place say that an account's number follows."""
    return bool(SAYS_ACCOUNT.search(fold(f"{said[max(at - 60, 0) : at]}|").rstrip("|")))
