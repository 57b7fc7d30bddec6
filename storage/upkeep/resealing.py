"""Seal all that is kept with the newest key, each value bound to its row: in small steps, in the background.

A step is one short transaction and notes how far it came, so a killed process goes on where it was. Old and new are
readable meanwhile. When nothing was left to do from the first cell to the last, bytes that are not sealed so are
refused; words in clear are still read as they stand (decision 39).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.secret import raw
from storage.database.vault import Tampered
from storage.tables.sealed import CELLS, Cell, pack, unpack
from storage.upkeep import indexing, seals

ROWS = 200
"""Looked at in one step: some milliseconds."""


class Step(Struct, frozen=True):
    """What one step came to. ``lost``: which values could not be opened, as «table.column:primary key», or
    «table:primary key» of a row whose words could not be indexed for it."""

    finished: bool
    changed: int = 0
    lost: tuple[str, ...] = ()


async def step(tx: Tx) -> Step:
    """Deal with the next rows: their words are indexed first, so that what is sealed is found."""
    await tx.exclusive("seals")
    if (indexed := await indexing.step(tx)) is not None:
        return Step(finished=False, lost=indexed.lost)
    state = await seals.read(tx)
    if state.walk is None:
        return Step(finished=True)
    number, after, changed = state.walk
    if number == len(CELLS) and changed == 0:
        await seals.finish(tx, state)
        return Step(finished=True)
    if number == len(CELLS):  # an older process may have written behind our back: look once more
        state.walk = seals.BEGINNING
        await seals.write(tx, state)
        return Step(finished=False)
    cell = CELLS[number]
    rows = await _find(tx, cell, after)
    fresh, lost = _seal_anew(tx, cell, rows)
    await _replace(tx, cell, fresh)
    changed += len(fresh)
    state.walk = (number, rows[-1]["which"], changed) if len(rows) == ROWS else (number + 1, None, changed)
    await seals.write(tx, state)
    return Step(finished=False, changed=len(fresh), lost=tuple(lost))


def _key(cell: Cell) -> sa.Column[Any]:
    (key,) = cell.column.table.primary_key
    return key


async def _find(tx: Tx, cell: Cell, after: int | str | None) -> Sequence[Mapping[Any, Any]]:
    key = _key(cell)
    found = sa.select(key.label("which"), raw(cell.column).label("kept"), *cell.by).where(cell.column.is_not(None))
    behind = found if after is None else found.where(key > after)
    return await tx.all(behind.order_by(key).limit(ROWS).with_for_update())


def _seal_anew(tx: Tx, cell: Cell, rows: Sequence[Mapping[Any, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """What is to be written, and what could not be opened."""
    fresh, lost = [], []
    for row in rows:
        sealed = unpack(cell, row["kept"])
        if not sealed or sealed.startswith(tx.vault.head):
            continue
        names = [row[column.name] for column in cell.by]
        try:
            anew = cell.seal(tx.vault, cell.open(tx.vault, sealed, *names), *names)
        except Tampered:
            lost.append(f"{cell.name}:{row['which']}")
        else:
            fresh.append({"which": row["which"], "anew": pack(cell, anew)})
    return fresh, lost


async def _replace(tx: Tx, cell: Cell, fresh: Sequence[Mapping[str, Any]]) -> None:
    this = sa.update(cell.column.table).where(_key(cell) == sa.bindparam("which"))
    await tx.run(this.values({cell.column.name: sa.bindparam("anew")}), fresh)
