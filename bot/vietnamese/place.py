"""Find the commune somebody means among those we know, by its present name or an old one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.vietnamese.fold import fold, without_telex

KINDS = re.compile(r"^(?:xa|x|phuong|p|thi tran|tt|thi xa|tx|dac khu)[\s.]+")
TAIL = re.compile(r"[,;-]?\s*\b(?:huyen|h\.|tinh|t\.|tp|thanh pho|viet nam|vn)\b.*$")


class Known(NamedTuple):
    """A unit that exists today, and the names it went by."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()


class Match(NamedTuple):
    """A unit that somebody named; ``matched`` is the old name that was used, empty for the present one."""

    known: Known
    matched: str


def find_place(text: str, known: Sequence[Known]) -> list[Match]:
    """The units that these words may mean: none, one, or several to choose from.

    «Vĩnh Kim», «xa vinh kim», «thôn 3, xã Vĩnh Kim, huyện Vĩnh Linh» all mean the unit that Vĩnh Kim belongs to now.
    """
    said = fold(text[:300])
    if not said:
        return []
    for candidate in (said, TAIL.sub("", said).strip(" ,;-")):
        if found := _named(candidate, known):
            return found
    parts = [part.strip() for part in re.split(r"[,;\n]|\s-\s", TAIL.sub("", said)) if part.strip()]
    for part in reversed(parts):
        if found := _named(part, known):
            return found
    return _within(TAIL.sub("", said), known)


def bare(name: str) -> str:
    """A folded name without the word for its kind."""
    return KINDS.sub("", fold(name))


def _named(said: str, known: Sequence[Known]) -> list[Match]:
    """Units whose whole name this is; a present name wins over an old one of another unit."""
    said = bare(said)
    for form in dict.fromkeys((said, without_telex(said))):
        present = [Match(unit, "") for unit in known if form in (bare(unit.name), without_telex(bare(unit.name)))]
        if present:
            return present
        old = [Match(unit, alias) for unit in known for alias in unit.aliases if bare(alias) == form]
        if old:
            return list({match.known.id: match for match in old}.values())
    return []


def _within(said: str, known: Sequence[Known]) -> list[Match]:
    """Units whose name stands somewhere in a longer sentence; the longest names count."""
    found: list[tuple[int, Match]] = []
    for unit in known:
        for name, old in ((unit.name, ""), *((alias, alias) for alias in unit.aliases)):
            if re.search(rf"(?<!\w){re.escape(bare(name))}(?!\w)", said):
                found.append((len(bare(name)), Match(unit, old)))
    if not found:
        return []
    longest = max(length for length, _ in found)
    return list({match.known.id: match for length, match in reversed(found) if length == longest}.values())
