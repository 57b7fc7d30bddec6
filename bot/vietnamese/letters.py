"""Letters that are not what was meant: of fonts from before Unicode, or broken on the way from one program to another."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

TCVN3 = re.compile(
    "[a-z][¨©ª¬\xad®¸µ¶·¹¼½¾ÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïñöøûüþÿ]"
    "|[¨©ª¬®¸µ¶¹¼½¾ÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïñöøûüþÿ§¡¢£¤¥¦][a-z]|[a-z][«»·][a-z]",
    re.IGNORECASE,
)
"""Beside a letter, what no Vietnamese word has in Unicode, and every third one in the fonts of TCVN 5712 («NguyÔn V¨n»)."""
VNI = re.compile("[aeouyôö][ùõ]|[aeiouyôö][øûïåäëü]|a[âêáàã]|e[âáàã]|o[âäå]|ñ[aeiouyôö]|[öô][ùøûõï]", re.IGNORECASE)
"""A vowel followed by what stands for its mark in the fonts of VNI («Nguyeãn Vaên»), and follows none in Unicode."""
UNICODE_ONLY = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
"""Where these stand, the text is Unicode, whatever foreign name is in it."""
LOST = re.compile(r"[\ufffd\x80-\x9f]|[^\W\d_]\?(?![A-ZĐÀ-Ỹ][a-zđà-ỹ])[^\W\d_]")
"""A letter that could not be kept, or a question mark that a program put in its place («Nguy?n»)."""


def find_fault(text: str) -> Literal["", "old_font", "broken_letters"]:
    """What is wrong with the letters of a text, if anything is."""
    if LOST.search(text) or _was_utf8(text):
        return "broken_letters"
    if UNICODE_ONLY.search(text):
        return ""
    whole = unicodedata.normalize("NFC", text)
    return "old_font" if TCVN3.search(whole) or VNI.search(whole) else ""


def _was_utf8(text: str) -> bool:
    """Whether it is UTF-8 that a program took for the letters of western Windows («Nguyá»…n»)."""
    for encoding in ("cp1252", "cp1258", "latin-1"):
        try:
            meant = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if meant != text:
            return True
    return False
