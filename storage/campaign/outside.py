"""What a campaign would leave behind if it were another unit's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage.campaign.campaigns import Campaign
from storage.campaign.units import Unit, above, inside
from storage.database import Tx
from storage.tables import addresses, deeds, invitations, staff, volunteers


class Outside(Struct, frozen=True):
    """How many of each kind, and the units to which they belong."""

    counts: Mapping[str, int]
    units: frozenset[int]


async def outside(tx: Tx, campaign: Campaign, unit_id: int, tree: Mapping[int, Unit], now: datetime) -> Outside:
    """Everything of this campaign, of its people and of its officers that lies outside the unit, by kind.

    Officers of a unit around it are not outside: they serve all that their unit contains.
    """
    around = [unit.id for unit in above(tree, unit_id)]
    of_it = addresses.c.campaign_id == campaign.id
    open_ones = sa.and_(invitations.c.used_at.is_(None), invitations.c.expires_at > now)
    kinds = {
        "addresses": (addresses.c.unit_id, of_it),
        "deeds": (deeds.c.unit_id, deeds.c.campaign_id == campaign.id),
        "volunteers": (volunteers.c.unit_id, volunteers.c.state == "registered"),
        "officers": (staff.c.unit_id, staff.c.revoked_at.is_(None) & staff.c.unit_id.not_in(around)),
        "invitations": (invitations.c.unit_id, open_ones & invitations.c.unit_id.not_in(around)),
    }
    counts: dict[str, int] = {}
    where: set[int] = set()
    for kind, (unit, meant) in kinds.items():
        left = unit.in_(inside(campaign.unit_id)) & unit.not_in(inside(unit_id))
        for row in await tx.all(sa.select(unit, sa.func.count().label("n")).where(meant, left).group_by(unit)):
            counts[kind] = counts.get(kind, 0) + row["n"]
            where.add(row["unit_id"])
    return Outside(counts, frozenset(where))
