"""Take courtesy and corrections out of an answer, once, before any reader sees it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.vietnamese.fold import one_line
from bot.vietnamese.spelling import has_marks

LONGEST = 400
"""Longer texts are stories, and no courtesy is sought in them."""
KIN = (
    "các em|em|anh chị|anh|chị|chi|cô chú|cô|co|chú|bác|bac|dì|o|mệ|mạ|mụ|con|cháu|chau|ông|bà|mợ|cậu|thím|các bạn|bạn|ban|"
    "cán bộ|ad|admin|mọi người"
)
PARTICLE = "tề|ạ|nhé|nhe|nhá|nha|nghe|nghen|nhen|hen|hỉ|hí|nì|nờ|nè|á|đó|đấy|hí|hầy|hề"
HE = "(?<!đến )(?<!tới )(?<!mùa )(?<!nghỉ )(?<!hết )(?<!dịp )hè"
"""A particle, but for the summer («đến hè»)."""
BARE_PARTICLE = "a|ah|nhe|nha|nghe|nghen|nhen|hen|nhen|ne|do"
"""Typed without marks; looked for only where nothing else bears any."""
THANKS = (
    r"(?:(?:xin|em|con|cháu|tôi|tui|mình) )?(?:cảm ơn|cám ơn|cam on|cảm on|thanks|thank you|tks|thks)"
    rf"(?: (?:{KIN}|nhiều|nhieu|lắm|rất nhiều))*"
)
HEAD = re.compile(
    rf"^(?:(?:dạ|dạ thưa|thưa|da thua|thua|alo|a lô|xin chào|chào|hello|hi)(?: (?:{KIN}))?(?: (?:ạ|nhé))?|(?:{KIN}) ơi"
    rf"|(?:{KIN}) oi)"
    r"(?:[\s,.:;!]+|$)"
)
BARE_HEAD = re.compile(r"^da\s+")
TAIL = re.compile(
    rf"(?:^|[\s,.;!]+)(?:(?:{PARTICLE}|{HE})(?: (?:{KIN}))?|(?:{KIN}) (?:{PARTICLE}|ơi|oi|à)|(?:anh|em) ơi|{THANKS}"
    r"|please|pls)$"
)
PARTICLE_TAIL = re.compile(rf"[\s,.;!]+(?:{PARTICLE})(?: (?:{KIN}))?$")
"""Behind a name that ends like a word for a person: «Vân Anh ạ»."""
BARE_TAIL = re.compile(rf"[\s,.;!]+(?:(?:{BARE_PARTICLE})(?: (?:{KIN}))?|(?:{KIN}) (?:{BARE_PARTICLE}|oi))$")
ONLY_PARTICLE = re.compile(BARE_PARTICLE)
"""Left alone, it was not courtesy around an answer: «a a a»."""
THANKED = re.compile(THANKS)
MAY_BE_SIGN = re.compile(r"[^\w\s,.;:!?'\"()-]")
"""What is neither a letter nor a figure, nor one of the commonest marks."""
EDGE = " \t,.;:!?…\"'“”‘’*_~"
BRACKETS = {"(": ")", "[": "]", "{": "}", "«": "»", "<": ">", "‹": "›", "“": "”"}
NOT = r"(?:không|ko|k|hông|nỏ|chẳng|khong|no) (?:phải|phai)(?: là| la)?"
MISTAKE = (
    r"(?:à|a|ah|ý|í|y|ủa|ui|úi|chết)(?: mà)? (?:nhầm|nham|lộn|lon|quên|quen|không phải|khong phai|không|khong|thôi|thoi)"
    r"(?: rồi| roi)?|(?:viết|gõ|ghi|bấm|nói|nhắn)? ?(?:nhầm|lộn)(?: rồi)?|à mà có|à có|sửa lại(?: là)?|đúng ra(?: là)?"
    r"|i mean|no wait|sorry"
)
MISTAKEN = re.compile(rf"(?:^|[\s,.;:(]+)(?:{MISTAKE})[\s,.;:!]+(?:là |phải là |mới đúng )?(?=\S)")
RATHER = re.compile(
    rf"^(?:{NOT}|not) (?P<not>.+?)(?:(?: đâu| dau)?[\s,]+(?:mà là|mà|ma la|ma|but)\s+|(?: đâu)?\s*[,;:]\s*"
    r"|\s+đâu\s+)(?P<but>.+)$"
)
NOT_THAT = re.compile(rf"^(?P<but>.+?)[\s,]+(?:chứ|chớ|chu) {NOT} .+$")
ECHOED = re.compile(r"^.+?\s(?:hả|hở)[\s,?]+(?P<but>.+)$")
RIGHT = re.compile(r"\s+(?:mới|moi) (?:đúng|dung|phải|phai)$")


@lru_cache(maxsize=512)
def courteous(text: str, *, kin: bool = True) -> str:
    """One line without pictograms, and without dạ, ạ, nhé, «em ơi», thanks, brackets and signs around it.

    Never everything: «dạ» alone stays. Words that are typed with a capital letter are names and stay too.
    Without ``kin`` a word for a person at the end stays, which may belong to a name: «trường em ạ».
    """
    line = _without_signs(one_line(text))
    if len(line) > LONGEST:
        return line
    loud = line == line.upper()
    whole = _trimmed(line)
    while True:
        shorter = _trimmed(line)
        if shorter and (found := _courtesy(shorter, loud=loud, kin=kin)):
            start, end = found.span()
            rest = _trimmed(shorter[end:] if start == 0 else shorter[:start])
            if rest:
                line = rest
                continue
        return whole if ONLY_PARTICLE.fullmatch(shorter.lower()) else shorter or line


def _courtesy(line: str, *, loud: bool, kin: bool) -> re.Match[str] | None:
    low = line.lower()
    heads, tails = [HEAD], [TAIL, PARTICLE_TAIL] if kin else [PARTICLE_TAIL]
    if not has_marks(line):
        heads, tails = [HEAD, BARE_HEAD], [TAIL, BARE_TAIL]
    for pattern in heads:
        if found := pattern.match(low):
            return found
    for pattern in tails:
        found = pattern.search(low)
        if found and found.start() and (loud or line[found.start() :] == low[found.start() :]):
            return found
    return None


def _without_signs(line: str) -> str:
    """Without pictograms; the sign for a letter that was lost (U+FFFD) stays, so that it is seen."""
    if line.isascii() or not MAY_BE_SIGN.search(line):
        return line
    return " ".join("".join(" " if _is_pictogram(c) else c for c in line).split())


def _is_pictogram(c: str) -> bool:
    return c == "\ufe0f" or (c != "\ufffd" and unicodedata.category(c) in ("So", "Sk"))


def _trimmed(line: str) -> str:
    """Without signs at the ends, and brackets around the whole."""
    while True:
        line = line.strip(EDGE)
        if len(line) > 1 and line[-1] == BRACKETS.get(line[0]) and line.find(line[-1]) == len(line) - 1:
            line = line[1:-1]
        else:
            return line


@lru_cache(maxsize=512)
def corrected(text: str, *, kin: bool = True) -> str:
    """The last word of somebody who corrects herself: «500k à nhầm 300k», «không phải 2 mà 3», «3, chứ không phải 2»."""
    line = courteous(text, kin=kin)
    if len(line) > LONGEST:
        return line
    low = line.lower()
    if len(low) != len(line):  # a letter whose small form is longer
        return line
    mistakes = [found for found in MISTAKEN.finditer(low) if found.end() < len(low)]
    if mistakes:
        return corrected(line[mistakes[-1].end() :], kin=kin)
    for pattern in (RATHER, NOT_THAT, ECHOED):
        if found := pattern.match(low):
            return RIGHT.sub("", corrected(line[found.start("but") : found.end("but")], kin=kin))
    return line


def thanks(text: str) -> bool:
    """Whether somebody said thank you."""
    return THANKED.search(one_line(text).lower()) is not None
