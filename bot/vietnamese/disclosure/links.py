"""Addresses on the web in a text, also those that are written so that no program takes them for one."""

from __future__ import annotations

import re
import unicodedata

from bot.vietnamese.fold import EDGES, INVISIBLE

ENDS = (
    "com|vn|net|org|info|xyz|site|online|shop|store|asia|biz|club|top|io|cc|link|live|app|dev|vip|icu|click|buzz|work|ru"
    "|cn|hk|edu|gov|pro|tech|website|bet|vin|win|sbs|cfd"
)
"""None of them is also a Vietnamese word: «kho khan.Me gia» is a space that was forgotten."""
HOSTS = r"(?:zalo|m|t|wa|youtu|fb|telegram|linktr|bit|tinyurl|cutt|rebrand|goo|is)\.(?:me|be|ly|gl|gd|ee|gg)"
DOT = re.compile(
    r"(?<!\s)\s*[\[({]\s*(?:\.|chấm|cham|dot)\s*[\])}]\s*|。|(?<!\s)\s+(?:chấm|cham|dot|\.)\s+(?=(?:com|vn|net|org|info|me|ly|edu)\b)",
    re.IGNORECASE,
)
"""How a dot is written that is not to be one."""
BEGIN = r"(?<![\w.-])(?=[\w-])"
"""An address is looked at once, from its beginning, however many dots it has."""
PAIR = r"(?:anh|chị|chi|ông|ong|bà|ba|cô|co|chú|chu|em|cháu|chau|nam|nữ|nu)/"
"""«giúp đỡ.Anh/chị»."""
LINK = re.compile(
    rf"(?:h(?:tt|xx)ps?\s?:\s?//|www\.)\S+|\b{HOSTS}\b(?:/\S*)?|{BEGIN}[\w.-]*?\.(?:{ENDS})\b[\w.-]*(?:/\S*)?"
    rf"|{BEGIN}[\w.-]+\.(?!{PAIR})[a-z]{{2,6}}/\S+|(?<![\w.])@[a-z]\w{{4,31}}",
    re.IGNORECASE,
)
"""An address with or without its beginning, or somebody's name on Telegram."""


def with_dots(text: str) -> str:
    """The text with real dots where something stands for one in an address."""
    return DOT.sub(".", INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))


def may_be_link(plain: str) -> bool:
    """A quick look, whether there may be any in a text ``with_dots``: every one has one of these signs."""
    return "." in plain or "@" in plain or "//" in plain


def find_links(text: str) -> list[str]:
    """All of them in a text ``with_dots``, in their order."""
    return [found[0].rstrip(EDGES) for found in LINK.finditer(text)]
