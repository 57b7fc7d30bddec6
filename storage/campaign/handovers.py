"""Where, when and to whom people hand over what they pledged: as the officers of a unit have set it, or of one above it."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from storage.database import Tx
from storage.database.rows import build
from storage.tables import handovers, units


class Handover(Struct, frozen=True):
    """A place, its hours, and who is there; in the officers' own words."""

    place: str
    hours: str
    receiver: str


async def find(tx: Tx, unit_id: int) -> Handover | None:
    """What holds for a unit: its own, or that of the nearest unit which contains it and has one."""
    up = sa.select(units.c.id, units.c.parent_id, sa.literal(0).label("steps")).where(units.c.id == unit_id)
    chain = up.cte(recursive=True)
    wider = sa.select(units.c.id, units.c.parent_id, chain.c.steps + 1).join(chain, chain.c.parent_id == units.c.id)
    chain = chain.union_all(wider)
    nearest = sa.select(handovers).join(chain, chain.c.id == handovers.c.unit_id)
    # Two of one unit: another one became part of it. What was set last holds.
    return await tx.one(nearest.order_by(chain.c.steps, handovers.c.id.desc()).limit(1), into=Handover)


async def of_units(tx: Tx, unit_ids: Collection[int]) -> dict[int, Handover]:
    """What each of these units has set for itself, by unit."""
    found = sa.select(handovers).where(handovers.c.unit_id.in_(list(unit_ids))).order_by(handovers.c.id)
    return {row["unit_id"]: build(Handover, row) for row in await tx.all(found)}


async def set_for(tx: Tx, unit_id: int, handover: Handover | None) -> None:
    """From now on this holds for a unit; None: what the units above it say."""
    await tx.run(sa.delete(handovers).where(handovers.c.unit_id == unit_id))
    if handover is not None:
        await tx.run(sa.insert(handovers).values(unit_id=unit_id, **asdict(handover)))
