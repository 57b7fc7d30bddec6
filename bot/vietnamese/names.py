"""Names of people, hamlets and organisations, taken out of the sentence around them and kept as they were typed."""

from __future__ import annotations

import re

from bot.vietnamese.courtesy import corrected, courteous
from bot.vietnamese.fold import fold
from bot.vietnamese.none import says_none
from bot.vietnamese.reading import Reading, ask, refuse, sure
from bot.vietnamese.yes_no import yes_or_no

SELF = (
    r"(?:tôi|tui|tao|mình|minh|em|con|cháu|chau|anh|chị|chi|cô|chú|bác|bac|đây|day|mạ|mệ|ông|bà|toi|bọn em|tụi em"
    r"|chúng tôi|chúng em|bên em|bên tôi|bên mình|ben em)"
)
NAME_IS = re.compile(
    rf"^(?:(?:thì )?(?:họ (?:và )?tên|ho (?:va )?ten|tên|ten|{SELF} tên|{SELF} ten)(?: (?:đầy đủ|giấy tờ|trong giấy tờ"
    rf"|khai sinh|thật|của|cua|{SELF}))*(?: (?:là|la))?\s*[:=]?\s+"
    rf"|(?:họ (?:và )?tên|ho (?:va )?ten|tên|ten|name|full name)\s*[:=]\s*|{SELF} (?:là|la)\s+|(?:my (?:full )?name(?: "
    r"is|'s)|i am|i'm|this is|it's|call me)\s+)"
    r"|^là\s+"  # «dạ em» was taken for courtesy; unmarked it is a surname
)
HONORIFIC = re.compile(
    r"^(?:ông|bà|anh|chị|cô|chú|bác|cụ|mệ|mẹ|mạ|bố|cha|o|em|thầy|cháu|dì|cậu|mợ|thím|dượng|ong|mr|mrs|ms)\.? (?=\S)"
)
SENTENCE = re.compile(
    r"(?:^|\s)(?:không|khong|ko|khỏi|khoi|kệ|bí mật|ẩn danh|an danh|giấu|được|biết|chi|gì|sao|người|ở|nhà|là|con (?:ông|bà|anh"
    r"|chị|o|cô)|ghi|nói|hỏi|cần|đừng|quên|nhớ|chưa|thôn|xã|bản|anonymous|no|not|"
    r"tên|số|cho|làm|đi|để|cứ|xem|rồi|vì|nên|thì|mà|nếu|có)(?:\s|$)"
)
KIN_BEHIND = re.compile(r"(?<=\w) (?:em|anh|chị|cô|chú|bác|con|cháu|o|dì)$")
"""Somebody is spoken to; in a name it bears a capital."""
TWO = re.compile(r"\s(?:và|va|với|voi|hoặc|hoac|hay|and|or|cùng|&)\s|^(?:hai |2 )?(?:vợ chồng|vo chong)")
APART = re.compile(r"\s*[,;(|]\s*|\s*(?:(?<!\d)/|/(?!\d))\s*|\s+[-–—]\s+|\s*\)\s*")
ASIDE = re.compile(
    r"^(?:(?:sinh(?: năm| ngày)?|sn|năm sinh|born(?: in)?)?\s*(?:\d{1,2}[/-]\d{1,2}[/-])?\d{4}|(?:sinh(?: năm)?|sn)\s*\d{2}"
    r"|\d{2,3}\s*(?:tuổi|tuoi)|\+?\d[\d .]{7,14}|(?:hay |thường |ở nhà |trong làng |tên )*(?:gọi|kêu|goi|keu)(?: là)?\s.+"
    r"|(?:tên thường gọi|tên ở nhà|biệt danh)\s.+"
    r"|(?:già làng|trưởng (?:thôn|bản|xóm|khu phố)|bí thư|giáo viên|học sinh|sinh viên|nông dân|ngư dân)(?:\s.+)?"
    rf"|(?:{SELF} )?(?:ở|nhà ở|quê|thôn|bản|xã|khu phố)\s.+)$"
)
"""What is said about somebody beside the name: year, age, telephone, nickname, office, home."""
NO_NAME = re.compile(r"^(?:ẩn danh|an danh|anonymous|giấu tên|vô danh)$")
YES_AND_NAMES = frozenset({"thuận", "ưng", "chuẩn", "thuan", "ung", "chuan"})
"""Given names that also say yes."""
LINK = re.compile(r"\w://|^www\.")
LONGEST_NAME = 8
"""Words; who has more is asked."""

KINDS = {"kp": "khu phố", "tdp": "tổ dân phố", "kdc": "khu dân cư", "tk": "tiểu khu", "t": "thôn", "x": "xóm"}
HAMLET = re.compile(
    r"(?:^|(?<=\s))(?:tổ dân phố|to dan pho|khu dân cư|khu phố|khu pho|tiểu khu|cụm|chòm|thôn|thon|bản|ban|xóm|xom"
    r"|khóm|khom|tổ|to|đội|doi|ấp|ap|làng|lang|khối|khoi|buôn|sóc|kp|tdp|kdc|tk|ngõ|"
    r"hamlet|village)(?=[\s.]*\S)"
)
ANOTHER = re.compile(
    r"\s(?:xã|xa|phường|thị trấn|tt|huyện|huyen|tỉnh|tinh|cạnh|gần|gan|sau|trước|đối diện|bên cạnh|chỗ|của|thuộc)\s.*$"
)
LIVES = re.compile(
    rf"^(?:(?:{SELF}|nhà|nha|gia đình|nhà {SELF}|hiện|đang|thường)\s+)*(?:(?:ở|o|sống|sống ở|tại|là|la|thuộc|trong|live in|at"
    r"|in)\s+)+"
)
NO_HAMLET = re.compile(
    r"(?:^|\s)(?:không|khong|ko|gần|gan|cạnh|trạm|chợ|quên|biết|hỏi|chi|gì|nhớ|sau|trước|near|chịu|khỏi)(?:\s|$)"
)

STANDS_FOR = re.compile(
    rf"^(?:(?:{SELF}|xin)\s+)?(?:(?:thay mặt|thay mat|đại diện|dai dien|nhân danh|đại diện cho|thay mặt cho|cho|on "
    r"behalf of|for|we are|it's|it is|i'm from|from)\s+(?:cho\s+)?)+"
    r"|^(?:có|co|vâng|yes)\s*[,:]\s*|^(?:chỉ|chi)?\s*(?:là|la)?\s*(?:hội viên|hoi vien|đoàn viên|thành viên|cán "
    r"bộ)\s+(?=\S+\s\S)"
    rf"|^(?:tên|ten|{SELF})(?: (?:đơn vị|tổ chức|nhóm|của|{SELF}))*\s*(?:là|la|:)\s+"
    rf"|^{SELF} (?:tên|ten) (?:là )?(?=\S)|^(?:đơn vị|tổ chức|nhóm em"
    r"|organisation|organization)\s*:\s*|^(?:chỉ|là)\s+"
)
OWN = re.compile(
    r"^(?:cá nhân|ca nhan|một mình|tự)\b|^(?:một )?mình(?: (?:tôi|tui|em))?(?: thôi)?$|^(?:tôi|tui|mình|em)(?: thôi)?$"
)
SHORTENED = re.compile(r"\s+\((?:[^\W\d_]{2,10}|mới (?:thành )?lập)\)$")
"""Its initials behind the whole name, or how old it is."""

FREE = re.compile(
    rf"^(?:(?:{SELF}|i am|i'm)\s+)?(?:(?:thường|hay|chỉ|usually|only)\s+)?(?:rảnh|ranh|free)\s+"
    r"(?:(?:vào|lúc|on|at|in)\s+)?(?=\S)"
)


def read_free_time(text: str) -> Reading[str]:
    """When somebody has time, in her own words."""
    return sure(_after(FREE, courteous(text)))


def read_name(text: str) -> Reading[str]:
    """A person's name without introduction and honorific, as it was typed.

    Two people are asked about, and so is what stands beside the name and was not understood.
    """
    line = corrected(text, kin=False)
    low = _low(line)
    if NO_NAME.match(low) or says_none(text) or LINK.search(low):
        return refuse("not_a_name")
    if _says_yes_or_no(line):  # «đúng» confirms, and «Đúng» may be a name
        one = len(line.split()) == 1 and (line != low or low in YES_AND_NAMES)
        return ask("name_sure", [line]) if one else refuse("not_a_name")
    line = _after(NAME_IS, line)
    line = _after(HONORIFIC, line)
    parts = [part for part in APART.split(line) if any(c.isalnum() for c in part)]
    if not parts or sum(c.isdecimal() for c in parts[0]) > 0:
        return refuse("not_a_name")
    parts = [KIN_BEHIND.sub("", part) for part in parts]
    name = next((part for part in parts[1:] if _fuller(part, parts[0])), parts[0]).strip(" .:")
    small = _low(name)
    if TWO.search(small):
        return ask("one_name")
    if SENTENCE.search(small if small == name or len(name.split()) > LONGEST_NAME else _small_words(name)) or not all(
        map(_of_a_name, name.split())
    ):
        return refuse("not_a_name")
    if len(name.split()) > LONGEST_NAME:
        return ask("one_name", [name])
    beside = [part for part in parts if not _is_known_beside(name, part)]
    if all(_of_a_name(word) for part in beside for word in part.split()):
        return ask("one_name", [name]) if beside else sure(name)
    return refuse("not_a_name")


def read_hamlet(text: str) -> Reading[str]:
    """A hamlet, a village, a quarter or a group of houses, without the commune and the way there.

    What was not understood beside it is kept as it was typed.
    """
    line = _after(LIVES, corrected(text, kin=False))
    if says_none(text) or LINK.search(_low(line)) or _says_yes_or_no(line):
        return refuse("not_a_hamlet")
    parts = [part.strip() for part in re.split(r"[,;()]", line) if part.strip()]
    named = [part for part in parts if HAMLET.search(_low(part))]
    if not named:
        bare = line if any(not _is_way(part) for part in parts[1:]) else parts[0] if parts else ""
        if bare.isdecimal() and len(bare) < 3:
            return ask("which_hamlet", [f"{kind} {bare}" for kind in ("thôn", "khu phố", "bản")])
        if not bare or NO_HAMLET.search(_low(bare)) or len(bare.split()) > 4 or sum(c.isdecimal() for c in bare) > 2:
            return refuse("not_a_hamlet")
        return sure(bare)
    for part in named:
        kinds = [kind[0] for kind in HAMLET.finditer(_low(part))]
        if len(set(kinds)) < len(kinds):  # «trước thôn 2 chừ thôn 5»
            return ask("which_hamlet", [_hamlet(part[kind.start() :]) for kind in HAMLET.finditer(_low(part))][1:])
    found = [_hamlet(part) for part in named]
    low = _low(" ".join(found))
    if re.search(r"\s(?:hay|hoặc|hoac|hay là|or)\s", low):
        choices = re.split(r"\s(?:hay là|hoặc là|hay|hoặc|hoac|or)\s", found[0], flags=re.IGNORECASE)
        return ask("which_hamlet", [_hamlet(choice) for choice in choices if HAMLET.search(_low(choice))])
    beside = [HAMLET.split(_low(part), maxsplit=1)[0].strip() for part in named]
    if any(beside) or not all(part in named or _is_way(part) for part in parts):
        return sure(line)
    return sure(", ".join(found))


def read_organisation(text: str) -> Reading[str]:
    """A group, a company or a society, as it calls itself."""
    line = corrected(text, kin=False)
    while (shorter := _after(STANDS_FOR, line)) != line:
        line = shorter
    line = SHORTENED.sub("", line).strip(" .,:;")
    low = _low(line)
    if not any(c.isalpha() for c in line) or says_none(line) or OWN.search(low) or _says_yes_or_no(line):
        return refuse("not_an_organisation")
    if choices := re.search(r"^(.+?)\s(?:hay là|hoặc là|hay|hoặc|hoac|or)\s(.+)$", low):
        return ask("one_organisation", [line[: choices.end(1)], line[choices.start(2) :]])
    return sure(line)


def _says_yes_or_no(line: str) -> bool:
    """Whether this answers another question, and nothing stands beside it."""
    return "," not in line and len(line.split()) <= 3 and yes_or_no(line) is not None


def _low(text: str) -> str:
    low = text.lower()
    return low if len(low) == len(text) else text


def _after(pattern: re.Pattern[str], line: str) -> str:
    """The text behind what the pattern finds at its beginning, unless nothing is left."""
    found = pattern.match(_low(line))
    return line[found.end() :].strip() or line if found else line


def _fuller(name: str, first: str) -> bool:
    """«Thuý, Đinh Thị Thuý»: the second is the whole name."""
    return len(first.split()) == 1 and len(name.split()) > 1 and fold(name).split()[-1] == fold(first)


def _is_known_beside(name: str, part: str) -> bool:
    """Whether nothing is lost if only the name is kept: the name itself, part of it, or something else about her."""
    said = fold(part)
    return f" {said} " in f" {fold(name)} " or ASIDE.match(_low(part)) is not None


def _small_words(name: str) -> str:
    """The words that were not written as names are."""
    return " ".join(word for word in name.split() if word == word.lower())


def _of_a_name(word: str) -> bool:
    return len(word) <= 20 and (word.isalpha() or all(c.isalpha() or c in ".'’-" for c in word))


def _is_way(part: str) -> bool:
    """Whether this says only in which commune, or how to find it."""
    return ANOTHER.match(f" {_low(part)}") is not None


def _hamlet(part: str) -> str:
    """From the word for its kind on, which is written in full."""
    found = HAMLET.search(_low(part))
    begun = part[found.start() :] if found else part
    begun = ANOTHER.sub("", begun) if _low(begun) == begun or ANOTHER.search(begun) else begun
    kind, _, rest = begun.partition(" ")
    return f"{KINDS[kind.lower()]} {rest}" if kind.lower() in KINDS and rest else begun
