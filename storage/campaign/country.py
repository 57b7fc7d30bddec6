"""Every province and commune of Việt Nam, and the old units from which they came: data that comes with the program.

Only what a campaign needs of it enters the database. ``data/country/SOURCE.md`` says where it is from.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

KINDS = [
    kind.split() for kind in ("thanh pho", "thi xa", "thi tran", "dac khu", "tinh", "huyen", "quan", "phuong", "xa")
]
"""What stands before a unit's name, without marks."""
D_WITH_STROKE = chr(0x111)
"""It has no parts in Unicode."""
LONGEST_NAME = 5
"""Words."""
FOLDER = Path(__file__).parent.parent / "data" / "country"


class Province(Struct, frozen=True):
    """A province, or a city of the same rank, as it is today."""

    code: str
    name: str
    """With its kind, such as «Tỉnh Quảng Trị»."""
    since: date
    communes: tuple[str, ...]
    """Codes, in their order."""
    before: tuple[str, ...]
    """The provinces that came together in it, by name."""
    also: tuple[str, ...]
    """What else people call it."""


class OldUnit(Struct, frozen=True):
    """A commune, ward or town as it was before July 2025."""

    code: str
    name: str
    district: str
    """Empty for an island that was a district without communes."""
    province: str
    became: tuple[str, ...]
    """The codes of today's communes; several if it was divided."""


class Commune(Struct, frozen=True):
    """A commune, ward or special zone as it is today."""

    code: str
    name: str
    """With its kind, such as «Phường Đông Hà»."""
    since: date
    province: str
    """The code of the province."""
    before: tuple[OldUnit, ...]
    """What it came from, wholly or in part, by code."""


class Country(Struct, frozen=True):
    """All of them, by code. Codes were given anew in 2025: an old unit's may be another unit's today."""

    provinces: Mapping[str, Province]
    communes: Mapping[str, Commune]
    old_units: Mapping[str, OldUnit]

    def inside(self, province: Province) -> list[Commune]:
        """The communes of a province."""
        return [self.communes[code] for code in province.communes]


@lru_cache(maxsize=1)
def load() -> Country:
    """Read the data; a few hundredths of a second, the first time."""
    old_units = {
        row["code"]: OldUnit(row["code"], row["name"], row["district"], row["province"], tuple(row["became"].split()))
        for row in _rows("old_units.tsv")
    }
    came_from: dict[str, list[OldUnit]] = {}
    for old in old_units.values():
        for code in old.became:
            came_from.setdefault(code, []).append(old)
    rows = list(_rows("units.tsv"))
    communes = {
        row["code"]: Commune(
            row["code"], row["name"], date.fromisoformat(row["since"]), row["inside"], tuple(came_from[row["code"]])
        )
        for row in rows
        if row["inside"]
    }
    inside: dict[str, list[str]] = {}
    before: dict[str, dict[str, None]] = {}
    for commune in communes.values():
        inside.setdefault(commune.province, []).append(commune.code)
        before.setdefault(commune.province, {}).update(dict.fromkeys(old.province for old in commune.before))
    provinces = {
        row["code"]: Province(
            row["code"],
            row["name"],
            date.fromisoformat(row["since"]),
            tuple(inside[row["code"]]),
            tuple(before[row["code"]]),
            tuple(filter(None, row["also"].split("; "))),
        )
        for row in rows
        if not row["inside"]
    }
    return Country(provinces, communes, old_units)


@lru_cache(maxsize=1)
def named_like_their_district() -> frozenset[str]:
    """The codes of today's communes that took the name of the district they lay in: «Vĩnh Linh» alone may be either."""
    districts: dict[str, set[str]] = {}
    for row in _rows("old_units.tsv"):
        _, _, name = row["district"].partition(" ")
        _, _, short = name.partition(" ")  # without a kind of two words
        for code in row["became"].split():
            districts.setdefault(code, set()).update((name, short))
    communes = ((row["code"], row["name"].partition(" ")[2]) for row in _rows("units.tsv") if row["inside"])
    return frozenset(code for code, name in communes if name in districts.get(code, ()))


def province_of(place: str) -> str:
    """Today's province of a place as somebody writes it, with its kind; empty unless every unit that bears or bore one of
    its names lies in one province."""
    words, named = _words(place), _provinces_by_name()
    found: list[set[str]] = []
    while words:
        n = next((n for n in range(min(len(words), LONGEST_NAME), 0, -1) if " ".join(words[:n]) in named), 0)
        if n:
            found.append(named[" ".join(words[:n])])
        words = words[n or 1 :]
    common = set.intersection(*found) if found else set()
    return load().provinces[common.pop()].name if len(common) == 1 else ""


@lru_cache(maxsize=1)
def _provinces_by_name() -> dict[str, set[str]]:
    """The codes of the provinces in which units of this name lie, by the words of the name without its kind."""
    country = load()
    found: dict[str, set[str]] = {}

    def add(name: str, code: str, *, short: bool = False) -> None:
        words = _words(name)
        kind = next((kind for kind in KINDS if _words(_unmarked(name))[: len(kind)] == kind), [])
        words = words[len(kind) :] or words
        if short or len(words) > 1:  # many a word is somebody's only name, too
            found.setdefault(" ".join(words), set()).add(code)

    for province in country.provinces.values():
        for name in (province.name, *province.before, *province.also):
            add(name, province.code, short=True)
    for commune in country.communes.values():
        for name in (commune.name, *(part for old in commune.before for part in (old.name, old.district) if part)):
            add(name, commune.province)
    return found


def _words(text: str) -> list[str]:
    """The words of a name, without case and with their marks."""
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())


def _unmarked(text: str) -> str:
    """The text without case and marks."""
    parts = unicodedata.normalize("NFD", text.casefold()).replace(D_WITH_STROKE, "d")
    return "".join(c for c in parts if not unicodedata.combining(c))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")
