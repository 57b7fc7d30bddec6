"""The units as a table, to be kept, mended and brought in again: every row is read and checked before one is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from bot.message import SheetRow, Text
from bot.vietnamese.days.day import read_day
from bot.vietnamese.fold import fold, one_line
from bot.vietnamese.place import bare
from handlers.admins.units import INSIDE
from locales import Speech, phrases
from storage.campaign import country, units
from storage.campaign.units import Unit
from storage.database import Tx

COLUMNS = ("code", "kind", "name", "inside", "since", "old")
KINDS = ("province", "district", "commune", "hamlet", "branch")
MOST_NAME = 80


class NewUnit(Struct, frozen=True):
    """A row that is not among the units yet."""

    inside: str
    """The code or the name of the unit that contains it, as it is known by then."""
    kind: str
    name: str
    code: str
    since: date
    old: tuple[str, ...]


class Plan(Struct, frozen=True):
    """What a table would bring, how many of its rows are here already, or what is wrong, a line for each mistake."""

    new: Sequence[NewUnit]
    known: int
    wrong: Sequence[Text]


def write_rows(tree: Sequence[Unit], speech: Speech) -> list[list[str]]:
    """The units as rows under their heads, each after the one that contains it."""
    by_id = {unit.id: unit for unit in tree}
    rows = [[speech.say(f"units.column.{name}") for name in COLUMNS]]
    for unit in sorted(tree, key=lambda unit: (KINDS.index(unit.kind), unit.id)):
        parent = by_id.get(unit.parent_id or 0)
        kind = speech.say(f"units.kind.{unit.kind}")
        inside = (parent.code or parent.name) if parent else ""
        old = "; ".join(f"{name} ({code})" if code else name for name, code in unit.aliases)
        rows.append([unit.code, kind, unit.name, inside, f"{unit.valid_from_on:%d/%m/%Y}", old])
    return rows


def read_rows(table: Sequence[SheetRow], tree: Sequence[Unit], today: date) -> Plan:
    """What a table says beside the units that are here. Pure but for the country's data."""
    heads = {fold(head): name for name in COLUMNS for head in phrases(f"units.column.{name}")}
    at = next((n for n, row in enumerate(table) if len({fold(cell) for cell in row.cells} & heads.keys()) > 2), None)
    if at is None:
        return Plan((), 0, [Text("units.import.no_head")])
    head = [heads.get(fold(cell), "") for cell in table[at].cells]
    reading = _Reading(list(tree), today)
    for row in table[at + 1 :]:
        if any(cell.strip() for cell in row.cells):
            cells = [one_line(cell) for cell in [*row.cells, *[""] * len(head)]]
            reading.row(row.number, dict(zip(head, cells, strict=False)))
    if not reading.new and not reading.known and not reading.wrong:
        reading.wrong.append(Text("units.import.empty"))
    return Plan(reading.new, reading.known, reading.wrong)


async def bring(tx: Tx, plan: Plan, today: date, now: datetime) -> None:
    """Write every new row, in its order. Audited one by one."""
    for row in plan.new:
        tree = await units.tree(tx, today)
        (parent,) = _named(row.inside, list(tree.values()))
        made = await units.add(tx, parent.id, row.kind, row.name, row.code, row.since, "operator", now)
        assert made is not None  # the table was checked against what is here, in this transaction
        await units.remember(tx, made, [_old(name) for name in row.old])


class _Reading:
    """Reads row after row; a row may stand inside one before it."""

    def __init__(self, tree: list[Unit], today: date) -> None:
        self.tree, self.today = tree, today
        self.new: list[NewUnit] = []
        self.wrong: list[Text] = []
        self.known = 0

    def row(self, n: int, given: dict[str, str]) -> None:
        code, name = given.get("code", ""), given.get("name", "")
        there = country.load().communes.get(code)
        name = name or (there.name if there else "")
        if any(unit.code == code for unit in self.tree if code):
            self.known += 1
            return
        parents = _named(given.get("inside", ""), self.tree)
        kind = self._kind(given.get("kind", "")) or ("commune" if there else "")
        reason = self._reason(given, name, kind, parents)
        if reason:
            self.wrong.append(Text("units.import.wrong", {"row": n, "reason": reason}))
            return
        (parent,) = parents
        if any(fold(unit.name) == fold(name) and unit.parent_id == parent.id for unit in self.tree):
            self.known += 1
            return
        old = tuple(part.strip() for part in given.get("old", "").split(";") if part.strip())
        if there and not old:
            old = tuple(f"{one.name} ({one.code})" for one in there.before)
        since = self._since(given.get("since", "")) or (there.since if there else self.today)
        self.new.append(NewUnit(given["inside"], kind, name, code, since, old))
        self.tree.append(Unit(-len(self.new), parent.id, kind, code, name, since))

    def _reason(self, given: dict[str, str], name: str, kind: str, parents: list[Unit]) -> Text | None:
        """What is wrong with a row, if anything is."""
        inside = given.get("inside", "")
        if not 2 <= len(name) <= MOST_NAME:
            return Text("units.import.no_name")
        if given.get("code") and not re.fullmatch(r"[0-9]{2,10}", given["code"]):
            return Text("wrong.not_a_unit_code")
        if not inside:
            return Text("units.import.no_inside")
        if len(parents) != 1:
            return Text("units.import.which_parent" if parents else "units.import.no_parent", {"inside": inside[:60]})
        if kind not in INSIDE[parents[0].kind]:
            return Text("units.import.no_kind", {"kind": given.get("kind", "")[:40] or "?", "inside": parents[0].name})
        if given.get("since") and self._since(given["since"]) is None:
            return Text("units.import.no_day", {"since": given["since"][:40]})
        return None

    def _kind(self, said: str) -> str:
        """Which kind is meant, by its name as we write it or by any word that people have for it."""
        named = {kind: (*phrases(f"units.kind.{kind}"), *phrases(f"units.kind.{kind}.words")) for kind in KINDS}
        return next((kind for kind, names in named.items() if fold(said) in map(fold, names)), "")

    def _since(self, said: str) -> date | None:
        try:
            return date.fromisoformat(said[:10])
        except ValueError:
            pass
        return read_day(said, self.today, toward="past").value if said else None


def _named(said: str, tree: Sequence[Unit]) -> list[Unit]:
    """The units with this code, else of this name."""
    by_code = [unit for unit in tree if unit.code == said and said]
    return by_code or [unit for unit in tree if said and fold(said) in (fold(unit.name), bare(unit.name))]


def _old(written: str) -> tuple[str, str]:
    """An old name and its code: «Thị trấn Hồ Xá (19363)»."""
    found = re.fullmatch(r"(.*?)\s*\(([0-9]{2,10})\)", written)
    return (found[1], found[2]) if found else (written, "")
