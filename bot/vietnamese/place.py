"""Find the commune somebody means among those we know, by its present name or an old one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.vietnamese.fold import fits, fold, one_line, without_telex

COMMUNE = re.compile(r"^(?:xa|x|phuong|p|thi tran|tt|thi xa|tx|dac khu)[\s.]+(?=\S)")
SAYS_COMMUNE = frozenset({"xa", "x", "phuong", "p", "f", "tran", "tt", "tx", "khu", "commune"})
SAYS_OTHER = frozenset({"huyen", "h", "tinh", "t", "tp", "pho", "thon", "ban", "xom", "doi", "to", "khom", "ap", "kp"})
"""A district, a province, a hamlet or a street may be called like a commune: «huyện Vĩnh Linh» is not xã Vĩnh Linh."""
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


class Match(NamedTuple):
    """A unit that somebody named; ``matched`` is the old name that was used, empty for the present one."""

    known: Known
    matched: str


class Mention(NamedTuple):
    """A name in a text: the units it may mean, and whether the word «xã» or the like stands before it."""

    matches: list[Match]
    as_commune: bool


def find_place(text: str, known: Sequence[Known]) -> list[Match]:
    """The units that these words may mean: none, one, or several to choose from.

    «Vĩnh Kim», «xa vinh kim» and «thôn 3, xã Vĩnh Kim, huyện Vĩnh Linh» mean the unit that Vĩnh Kim belongs to now.
    What is called a commune counts first; otherwise the first name, for districts and provinces follow behind.
    """
    names = _names(tuple(known))
    mentions = [mention for part in _parts(text) for mention in _mentions(part, names)]
    called = [match for mention in mentions if mention.as_commune for match in mention.matches]
    found = called or (mentions[0].matches if mentions else [])
    return list({match.known.id: match for match in reversed(found)}.values())[::-1]


def bare(name: str) -> str:
    """A folded name without the word for its kind."""
    return COMMUNE.sub("", fold(name))


@lru_cache(maxsize=8)
def _names(known: tuple[Known, ...]) -> dict[str, list[tuple[str, Match]]]:
    """Every folded name, as it is spelled, and the units that bear it or bore it; the present name first."""
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
    return names


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


def _mentions(words: list[str], names: dict[str, list[tuple[str, Match]]]) -> Iterator[Mention]:
    """The names in one part of an address, the longest where they overlap."""
    longest = max((name.count(" ") + 1 for name in names), default=0)
    folded = [_sound(word) for word in words]
    at = end = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            said = " ".join(folded[at : at + length])
            if bearers := names.get(said) or names.get(without_telex(said)):
                before = folded[at - 1] if at > end else ""  # in «Hồ Xá Vĩnh Linh», «Xá» belongs to the first name
                if said.isdecimal() and before not in SAYS_COMMUNE:
                    continue  # a house's number, not phường 4
                if before not in SAYS_OTHER:
                    yield Mention(_best(words[at : at + length], bearers), before in SAYS_COMMUNE)
                end = at + length
                break
        at = max(at + 1, end)


def _best(typed: list[str], bearers: list[tuple[str, Match]]) -> list[Match]:
    """Those whose marks agree with what was typed, if any do."""
    agreeing = [match for spelled, match in bearers if fits(" ".join(typed), spelled)]
    return agreeing or [match for _, match in bearers]
