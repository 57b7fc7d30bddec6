"""Build the tables of this folder from vietnamadminunits, in an environment of its own (it pulls in shapely and geopy):

    python3 -m venv .country && .country/bin/pip install vietnamadminunits==1.0.4
    .country/bin/python storage/data/country/build.py

The package knows today's units, the old ones, and which became which; where another source differs from it,
tests/data/places-disagreements.tsv says which of the two is right, and why.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

TO = Path(__file__).resolve().parent
DISAGREEMENTS = TO.parents[2] / "tests" / "data" / "places-disagreements.tsv"
VERSION = "1.0.4"
SINCE = "2025-07-01"
"""The day from which all of today's units are what they are (resolutions 1654-1687/NQ-UBTVQH15)."""
NEW_CODES = {"23938": "23737"}
"""Codes of today that differ from the official list (1027/CTK-CSCL): xã Ia Mơ."""
ALSO = {"46": "Thừa Thiên Huế", "79": "TP HCM; TPHCM; Sài Gòn", "66": "Đắc Lắc"}
"""What else people call a province, apart from what it came from."""


def main() -> None:
    """Write the two tables."""
    package = distribution("vietnamadminunits")
    assert package.version == VERSION, f"vietnamadminunits {package.version}: this was written for {VERSION}"
    data = Path(str(package.locate_file("vietnamadminunits"))) / "data"
    with sqlite3.connect(data / "dataset.db") as source:
        today = source.execute(
            "SELECT provinceCode, province, provinceKey, wardCode, ward, wardKey FROM admin_units"
        ).fetchall()
        before = source.execute(
            "SELECT wardCode, ward, districtCode, district, province, provinceKey, districtKey, wardKey FROM admin_units_legacy"
        ).fetchall()
    codes = {(province_key, key): NEW_CODES.get(code, code) for _, _, province_key, code, _, key in today}
    became = _became(json.loads((data / "converter_2025.json").read_text(encoding="utf-8")))
    decided = _decided()

    provinces = sorted({(code, "", name, SINCE, ALSO.get(code, "")) for code, name, *_ in today})
    communes = sorted((codes[row[2], row[5]], row[0], row[4], SINCE, "") for row in today)
    old = []
    for code, name, district_code, district, province, *keys in before:
        into = {codes[new] for new in became["_".join(key or "" for key in keys)]}
        # Five islands were districts without communes.
        code, name, district = (code, name, district) if code else (district_code, district, "")
        old.append(
            (code, name.replace("Thị Trấn", "Thị trấn"), district, province, " ".join(sorted(decided.get(code, into))))
        )
    _write("units.tsv", ("code", "inside", "name", "since", "also"), [*provinces, *communes])
    _write("old_units.tsv", ("code", "name", "district", "province", "became"), sorted(old))


def _became(converter: dict[str, dict[str, dict[str, list[str | dict[str, str]]]]]) -> dict[str, set[tuple[str, str]]]:
    """Which of today's units, by keys, each old unit's key leads to."""
    found: dict[str, set[tuple[str, str]]] = {}
    for province, whole in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new, parts in whole.items():
            for part in parts:
                found.setdefault(str(part), set()).add((province, new))
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in divided.items():
            found.setdefault(old, set()).update(
                (province, part["newWardKey"]) for part in parts if isinstance(part, dict)
            )
    return found


def _decided() -> dict[str, set[str]]:
    """What the old units became about which the sources differ, as was decided."""
    with DISAGREEMENTS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        chosen = {row["old code"]: row[_source(row["likely right"])] for row in rows}
    return {
        old: {NEW_CODES.get(code, code) for code in re.findall(r"\b[0-9]{5}\b", became)}
        for old, became in chosen.items()
    }


def _source(decision: str) -> str:
    return "dvhcvn/20250701" if decision.startswith("dvhcvn") else f"vietnamadminunits {VERSION}"


def _write(name: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with (TO / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows([head, *rows])


if __name__ == "__main__":
    main()
