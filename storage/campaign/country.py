"""Every province and commune of Việt Nam, and the old units from which they came: data that comes with the program.

Only what a campaign needs of it enters the database. ``data/country/SOURCE.md`` says where it is from.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "data" / "country"


@dataclass(frozen=True)
class Province:
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


@dataclass(frozen=True)
class OldUnit:
    """A commune, ward or town as it was before July 2025."""

    code: str
    name: str
    district: str
    """Empty for an island that was a district without communes."""
    province: str
    became: tuple[str, ...]
    """The codes of today's communes; several if it was divided."""


@dataclass(frozen=True)
class Commune:
    """A commune, ward or special zone as it is today."""

    code: str
    name: str
    """With its kind, such as «Phường Đông Hà»."""
    since: date
    province: str
    """The code of the province."""
    before: tuple[OldUnit, ...]
    """What it came from, wholly or in part, by code."""


@dataclass(frozen=True)
class Country:
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


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")
