"""The tree of units: what they are called and were called, by which code from which day, and what contains what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.campaign.staff import revoke_doubles
from storage.database import Tx
from storage.tables import broadcasts, campaign_messages, metadata, unit_aliases, units


class Unit(Struct, frozen=True):
    """One unit as it is on some day, with the names and codes it went by."""

    id: int
    parent_id: int | None
    kind: str
    code: str
    name: str
    valid_from_on: date
    aliases: tuple[tuple[str, str], ...] = ()
    """Each an old name and its code; the code may be unknown."""


def valid(today: date) -> sa.ColumnElement[bool]:
    """Whether a unit exists on this day."""
    return sa.and_(units.c.valid_from_on <= today, sa.or_(units.c.valid_to_on.is_(None), units.c.valid_to_on >= today))


def inside(unit_id: int) -> sa.Select[Any]:
    """The ids of a unit and of all that it contains, however deep."""
    found = sa.select(units.c.id).where(units.c.id == unit_id).cte(recursive=True)
    found = found.union(sa.select(units.c.id).join(found, units.c.parent_id == found.c.id))
    return sa.select(found.c.id)


async def tree(tx: Tx, today: date) -> dict[int, Unit]:
    """Every unit that exists on this day, by id, in the order they were entered."""
    old: dict[int, list[tuple[str, str]]] = {}
    for row in await tx.all(sa.select(unit_aliases).order_by(unit_aliases.c.id)):
        old.setdefault(row["unit_id"], []).append((row["name"], row["code"]))
    rows = await tx.all(sa.select(units).where(valid(today)).order_by(units.c.id))
    return {row["id"]: _unit(row, tuple(old.get(row["id"], ()))) for row in rows}


async def name(tx: Tx, unit_id: int | None) -> str:
    """What a unit is called; empty for none."""
    return await tx.value(sa.select(units.c.name).where(units.c.id == unit_id)) or ""


async def names(tx: Tx, ids: Iterable[int]) -> list[str]:
    """What these units are called, in alphabetical order."""
    if not (ids := list(ids)):
        return []
    found = await tx.all(sa.select(units.c.name).where(units.c.id.in_(sorted(set(ids)))).order_by(units.c.name))
    return [row["name"] for row in found]


async def add(
    tx: Tx, parent_id: int, kind: str, name: str, code: str, since: date, by: str, now: datetime
) -> int | None:
    """A new unit inside another; returns its id, or None if the code is another unit's on that day or later. Audited."""
    await tx.exclusive("units")
    later = sa.or_(units.c.valid_to_on.is_(None), units.c.valid_to_on >= since)
    if code and await tx.first(sa.select(units.c.id).where(units.c.code == code, later)):
        return None
    values = {"parent_id": parent_id, "kind": kind, "name": name, "code": code, "valid_from_on": since}
    unit_id = int(await tx.value(sa.insert(units).values(**values).returning(units.c.id)))
    details = {"parent": parent_id, "kind": kind, "code": code, "since": since.isoformat()}
    await audit.add(tx, now, by, "add_unit", f"unit:{unit_id}", details)
    return unit_id


async def rename(tx: Tx, unit_id: int, name: str, by: str, now: datetime) -> None:
    """Give a unit another name; the old one still finds it. Audited."""
    await tx.exclusive("units")
    row = await tx.first(sa.select(units).where(units.c.id == unit_id))
    assert row is not None
    await _remember(tx, unit_id, row["name"], row["code"])
    await tx.run(sa.update(units).where(units.c.id == unit_id).values(name=name))
    await audit.add(tx, now, by, "rename_unit", f"unit:{unit_id}", {"from": row["name"], "to": name})


async def recode(tx: Tx, unit_id: int, code: str, today: date, by: str, now: datetime) -> bool:
    """Correct a unit's code, as if it had never been another; False if it is another unit's today. Audited."""
    await tx.exclusive("units")
    row = await tx.first(sa.select(units).where(units.c.id == unit_id))
    assert row is not None
    taken = sa.select(units.c.id).where(units.c.code == code, units.c.id != unit_id)
    if await tx.first(taken.where(sa.or_(valid(today), units.c.valid_from_on == row["valid_from_on"]))):
        return False
    await tx.run(sa.update(units).where(units.c.id == unit_id).values(code=code))
    await audit.add(tx, now, by, "recode_unit", f"unit:{unit_id}", {"from": row["code"], "to": code})
    return True


async def remove(tx: Tx, unit_id: int, by: str, now: datetime) -> int:
    """Take out a unit that was entered by mistake, with its old names; returns how much hangs on it, 0 if it is gone.

    What hangs on it is every row that names it: units inside, staff, people, households, campaigns. Audited.
    """
    await tx.exclusive("units")
    hanging = [
        int(await tx.value(sa.select(sa.func.count()).select_from(column.table).where(column == unit_id)))
        for column in _naming()
        if column.table is not unit_aliases
    ]
    hanging += [len(await _audiences(tx, table, unit_id)) for table in AUDIENCES]
    if any(hanging):
        return sum(hanging)
    row = await tx.first(sa.select(units).where(units.c.id == unit_id))
    assert row is not None
    await tx.run(sa.delete(unit_aliases).where(unit_aliases.c.unit_id == unit_id))
    await tx.run(sa.delete(units).where(units.c.id == unit_id))
    details = {"name": row["name"], "code": row["code"], "parent": row["parent_id"]}
    await audit.add(tx, now, by, "remove_unit", f"unit:{unit_id}", details)
    return 0


async def merge(tx: Tx, gone_id: int, into_id: int, since: date, code: str, by: str, now: datetime) -> bool:
    """From this day on the one unit is part of the other, with all that belonged to it; its names and codes still find
    the place. ``code`` is the other's new code from that day, empty if it keeps its own: codes were given anew in 2025.

    Returns False, and changes nothing, if one of them is gone by then or the code is a third unit's. Audited.
    """
    await tx.exclusive("units")
    both = sa.select(units).where(units.c.id.in_([gone_id, into_id]), valid(since)).order_by(units.c.id)
    # Locked, so that whoever writes a row that names one of them is waited for, and its row moves.
    rows = await tx.all(both.with_for_update())
    found = {row["id"]: row for row in rows}
    taken = sa.select(units.c.id).where(units.c.code == code, units.c.id.not_in([gone_id, into_id]), valid(since))
    if len(found) < 2 or (code and await tx.first(taken)):
        return False
    gone, into = found[gone_id], found[into_id]
    await tx.run(sa.update(units).where(units.c.id == gone_id).values(valid_to_on=since - timedelta(days=1)))
    await _move_everything(tx, gone_id, into_id)
    await _remember(tx, into_id, gone["name"], gone["code"])
    if code and code != into["code"]:
        await _remember(tx, into_id, into["name"], into["code"])
        await tx.run(sa.update(units).where(units.c.id == into_id).values(code=code, valid_from_on=since))
    await revoke_doubles(tx, now)
    details = {"into": f"unit:{into_id}", "since": since.isoformat(), "code": code or into["code"]}
    await audit.add(tx, now, by, "merge_units", f"unit:{gone_id}", details)
    return True


def above(tree: Mapping[int, Unit], unit_id: int) -> list[Unit]:
    """The units that contain this one, the widest first."""
    chain: list[Unit] = []
    parent = tree[unit_id].parent_id
    while parent is not None and parent in tree:
        chain.insert(0, tree[parent])
        parent = tree[parent].parent_id
    return chain


def below(tree: Mapping[int, Unit], unit_id: int) -> list[Unit]:
    """The units that this one directly contains."""
    return [unit for unit in tree.values() if unit.parent_id == unit_id]


async def _move_everything(tx: Tx, gone_id: int, into_id: int) -> None:
    """Whatever names the one unit names the other from now on, in whichever table."""
    for column in _naming():
        await tx.run(sa.update(column.table).where(column == gone_id).values({column: into_id}))
    for table in AUDIENCES:
        for id, audience in (await _audiences(tx, table, gone_id)).items():
            moved = _renamed(audience, gone_id, into_id)
            await tx.run(sa.update(table).where(table.c.id == id).values(audience=moved))


AUDIENCES = (broadcasts, campaign_messages)
"""The tables whose rows are for communes."""


async def _audiences(tx: Tx, table: sa.Table, unit_id: int) -> dict[int, dict[str, Any]]:
    """By its row, each audience that names a unit."""
    some = sa.cast(table.c.audience, sa.Text).contains('"communes"')
    rows = await tx.all(sa.select(table.c.id, table.c.audience).where(some))
    return {row["id"]: row["audience"] for row in rows if _renamed(row["audience"], unit_id, 0) != row["audience"]}


def _renamed(audience: dict[str, Any], gone_id: int, into_id: int) -> dict[str, Any]:
    """The audience with one unit in the place of another."""
    found = dict(audience)
    if gone_id in found.get("communes", ()):
        found["communes"] = sorted({into_id if id == gone_id else id for id in found["communes"]})
    if "unless" in found:
        found["unless"] = [_renamed(other, gone_id, into_id) for other in found["unless"]]
    return found


def _naming() -> list[sa.Column[Any]]:
    """Every column, in whichever table, that names a unit."""
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.column is units.c.id for key in column.foreign_keys)
    ]


async def remember(tx: Tx, unit_id: int, names: Iterable[tuple[str, str]]) -> None:
    """Old names of a unit, each with its code or none; they find it, too."""
    await tx.exclusive("units")
    for name, code in names:
        await _remember(tx, unit_id, name, code)


async def _remember(tx: Tx, unit_id: int, name: str, code: str) -> None:
    known = sa.select(unit_aliases.c.id).where(
        unit_aliases.c.unit_id == unit_id, unit_aliases.c.name == name, unit_aliases.c.code == code
    )
    if await tx.first(known) is None:
        await tx.run(sa.insert(unit_aliases).values(unit_id=unit_id, name=name, code=code))


def _unit(row: Mapping[Any, Any], aliases: tuple[tuple[str, str], ...]) -> Unit:
    names = ("id", "parent_id", "kind", "code", "name", "valid_from_on")
    return Unit(**{name: row[name] for name in names}, aliases=aliases)
