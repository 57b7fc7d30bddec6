"""Find the commune somebody means among those we know, by its present name or an old one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.vietnamese.fold import exact, fits, fold, one_line, without_telex

COMMUNE = re.compile(r"^(?:xa|x|phuong|p|thi tran|tt|thi xa|tx|dac khu)[\s.]+(?=\S)")
SAYS_COMMUNE = frozenset({"xa", "x", "phuong", "p", "f", "tran", "tt", "tx", "khu", "commune"})
SAYS_OTHER = frozenset({"huyen", "h", "tinh", "t", "tp", "pho", "thon", "ban", "xom", "doi", "to", "khom", "ap", "kp"})
"""A district, a province, a hamlet or a street may be called like a commune: «huyện Vĩnh Linh» is not xã Vĩnh Linh."""
FAMILY = frozenset(
    "nguyễn nguyen trần phạm pham hoàng hoang huỳnh huynh phan đặng dang bùi bui đỗ ngô dương duong đinh đoàn trịnh "
    "trinh văn van đức quốc "
    "hữu võ vũ lê".split()
)
"""Family and middle names: what follows is a person's."""
WORD = re.compile(r"[^\s./:!?«»“”\"'’_-]+")
APOSTROPHE = re.compile("['’]")
DASH = re.compile(r"\s[-–]\s")
NUMBERED = re.compile(r"\b([pf])(?=[0-9]{1,2}\b)", re.IGNORECASE)
"""«P4» and «F4» are short for phường 4."""
I_OR_Y = re.compile(r"(?<=^[bhklmstv])y$|(?<=^qu)y$")
"""«Mỹ» and «Mĩ», «Quý» and «Quí» are one."""
MOST_LETTERS = 4000


class Known(NamedTuple):
    """A unit that exists today, and the names it went by."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    district: bool = False
    """Whether a district of before bore its name: «Vĩnh Linh» alone may be either."""


class Match(NamedTuple):
    """A unit that somebody named; ``matched`` is the old name that was used, empty for the present one."""

    known: Known
    matched: str


class Mention(NamedTuple):
    """A name in a text: the units it may mean, and whether the word «xã» or the like stands before it."""

    matches: list[Match]
    as_commune: bool
    begin: int
    end: int
    """Its words in the part of the address."""


class Names(NamedTuple):
    """Every folded name with its bearers, each as it is spelled, and how many words those have at most that begin with one."""

    bearers: dict[str, list[tuple[str, Match]]]
    longest: dict[str, int]


def find_place(text: str, known: Sequence[Known]) -> list[Match]:
    """The units that these words may mean: none, one, or several to choose from.

    «Vĩnh Kim», «xa vinh kim» and «thôn 3, xã Vĩnh Kim, huyện Vĩnh Linh» mean the unit that Vĩnh Kim belongs to now.
    What is called a commune counts first; otherwise the first name, for districts and provinces follow behind.
    """
    mentions = [mention for _, found in mentioned(text, known) for mention in found]
    called = [match for mention in mentions if mention.as_commune for match in mention.matches]
    found = called or (mentions[0].matches if mentions else [])
    return list({match.known.id: match for match in reversed(found)}.values())[::-1]


def mentioned(text: str, known: Sequence[Known]) -> Sequence[tuple[list[str], list[Mention]]]:
    """The words of each part of a text, and the names in it."""
    return _mentioned(text, tuple(known))


@lru_cache(maxsize=16)
def _mentioned(text: str, known: tuple[Known, ...]) -> Sequence[tuple[list[str], list[Mention]]]:
    """The same; of an answer it is asked once for the commune, once for the hamlet beside it, once for what to remark."""
    names = _names(known)
    return [(part, list(_mentions(part, names))) for part in _parts(text)]


def bare(name: str) -> str:
    """A folded name without the word for its kind."""
    return COMMUNE.sub("", fold(name))


@lru_cache(maxsize=8)
def _names(known: tuple[Known, ...]) -> Names:
    """The names that these units bear or bore; the present name first."""
    names: dict[str, list[tuple[str, Match]]] = {}
    for unit in known:
        for said, spelled in _spellings(unit.name).items():
            names.setdefault(said, []).append((spelled, Match(unit, "")))
    for unit in known:
        for alias in unit.aliases:
            for said, spelled in _spellings(alias).items():
                bearers = names.setdefault(said, [])
                if all(match.known.id != unit.id for _, match in bearers):
                    bearers.append((spelled, Match(unit, alias)))
    names.pop("", None)
    longest: dict[str, int] = {}
    for name in names:
        first = name.partition(" ")[0]
        longest[first] = max(name.count(" ") + 1, longest.get(first, 0))
    return Names(names, longest)


def _spellings(name: str) -> dict[str, str]:
    """The ways to write a name without the word for its kind, by how they fold.

    «Xã Cư M'gar» is «Cư M gar» and «Cư Mgar»; each half of «Phường Xuân Hương - Đà Lạt» stands for it, too.
    """
    ways = [name, APOSTROPHE.sub("", name), *DASH.split(name)]
    spelled = [_words_of_a_name(way) for way in ways]
    return {" ".join(map(_sound, words)): " ".join(words) for words in reversed(spelled)}


def _words_of_a_name(name: str) -> list[str]:
    words = WORD.findall(one_line(name))
    return words[len(words) - len(WORD.findall(bare(name))) :]


def _sound(word: str) -> str:
    """A folded word, spelled in the one way of several that sound alike."""
    folded = fold(word)
    return folded.lstrip("0") if folded.isdecimal() else I_OR_Y.sub("i", folded)


def _parts(text: str) -> list[list[str]]:
    """The words of each part of an address, for a name does not run over a comma."""
    parts = re.split(rf"[,;()\n]|{DASH.pattern}", NUMBERED.sub(r"\1 ", text[:MOST_LETTERS]))
    return [WORD.findall(one_line(part)) for part in parts]


def _mentions(words: list[str], names: Names) -> Iterator[Mention]:
    """The names in one part of an address, the longest where they overlap."""
    folded = [_sound(word) for word in words]
    at = end = 0
    while at < len(words):
        length, bearers = _longest(folded, at, names)
        said = words[at : at + length]
        if folded[at] in SAYS_COMMUNE and length:
            # «phường Định Công» is not Phương Đình
            other, borne = _longest(folded, at + 1, names)
            mark = _agreeing(words[at + 1 : at + 1 + other], borne) and not _agreeing(said, bearers)
            if other and (other + 1 > length or mark):
                length = 0
        before = folded[at - 1] if at > end else ""  # in «Hồ Xá Vĩnh Linh», «Xá» belongs to the first name
        town = before == "xa" and folded[max(at - 2, 0)] == "thi"  # thị xã was a district
        number = "".join(folded[at : at + length]).isdecimal()  # a house's, not phường 4
        if length and not (number and before not in SAYS_COMMUNE):
            person = (
                at > end and words[at - 1].casefold() in FAMILY and words[at - 1][0].isupper()
            )  # «anh Nguyễn Trung Nam»
            if before not in SAYS_OTHER and not town and not person:
                units = _agreeing(said, bearers) or [m for _, m in bearers]
                yield Mention(units, before in SAYS_COMMUNE, at, at + length)
            end = at + length
        at = max(at + 1, end)


def _longest(folded: list[str], at: int, names: Names) -> tuple[int, list[tuple[str, Match]]]:
    """How many words from here on are a name, and whose; 0 if none begins here."""
    first = folded[at] if at < len(folded) else ""
    longest = max(names.longest.get(first, 0), names.longest.get(without_telex(first), 0))
    for length in range(min(longest, len(folded) - at), 0, -1):
        said = " ".join(folded[at : at + length])
        if bearers := names.bearers.get(said) or names.bearers.get(without_telex(said)):
            return length, bearers
    return 0, []


def _agreeing(typed: list[str], bearers: list[tuple[str, Match]]) -> list[Match]:
    """Those whose marks agree with what was typed; who types marks and means Văn Lang does not mean Văn Lăng."""
    said = " ".join(typed)
    fitting = [(spelled, match) for spelled, match in bearers if fits(said, spelled)]
    same = [match for spelled, match in fitting if exact(spelled) == exact(said)]
    return same if same and not said.isascii() else [match for _, match in fitting]
