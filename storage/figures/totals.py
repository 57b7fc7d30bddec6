"""What a campaign has come to so far."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from storage.campaign.units import inside
from storage.database import Tx
from storage.figures.gifts import STANDING, Gifts, sum_gifts
from storage.tables import addresses, deeds, pledges, volunteers


@dataclass(frozen=True)
class Totals:
    """Sums without any name."""

    gifts: Gifts
    addresses: int
    """As far as everybody may see them, and those that were helped before they closed."""
    volunteers: int
    deeds: int
    """Approved ones."""

    @property
    def empty(self) -> bool:
        return not (self.gifts.pledges or self.volunteers or self.deeds)


async def sum_up(tx: Tx, campaign_id: int, unit_id: int) -> Totals:
    """The sums at this moment."""
    helped = sa.select(pledges.c.address_id).where(pledges.c.campaign_id == campaign_id, STANDING)
    public = sa.or_(sa.and_(addresses.c.state == "approved", addresses.c.consented), addresses.c.id.in_(helped))
    return Totals(
        gifts=await sum_gifts(tx, campaign_id),
        addresses=await _count(tx, addresses, addresses.c.campaign_id == campaign_id, public),
        volunteers=await _count(
            tx, volunteers, volunteers.c.state == "registered", volunteers.c.unit_id.in_(inside(unit_id))
        ),
        deeds=await _count(tx, deeds, deeds.c.campaign_id == campaign_id, deeds.c.state == "approved"),
    )


async def _count(tx: Tx, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return int(await tx.value(sa.select(sa.func.count()).select_from(table).where(*where)))
