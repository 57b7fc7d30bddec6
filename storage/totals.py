"""What a campaign has come to so far."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from storage.database import Tx
from storage.tables import addresses, deeds, pledges, units, volunteers

STANDING = ("new", "confirmed", "fulfilled")
"""Pledges that count."""


@dataclass(frozen=True)
class Totals:
    """Sums without any name. ``money`` is what was promised, in đồng."""

    money: int
    pledges: int
    helped: int
    addresses: int
    volunteers: int
    deeds: int

    @property
    def empty(self) -> bool:
        return not (self.pledges or self.volunteers or self.deeds)


async def of(tx: Tx, campaign_id: int, unit_id: int) -> Totals:
    """The sums at this moment; addresses only as far as everybody may see them."""
    given = sa.and_(pledges.c.campaign_id == campaign_id, pledges.c.state.in_(STANDING))
    money = sa.func.coalesce(sa.func.sum(sa.case((pledges.c.kind == "money", pledges.c.amount), else_=0)), 0)
    helped = sa.func.count(sa.distinct(pledges.c.address_id))
    row = await tx.first(
        sa.select(money.label("money"), sa.func.count().label("n"), helped.label("helped")).where(given)
    )
    assert row is not None
    shown = sa.and_(addresses.c.campaign_id == campaign_id, addresses.c.state == "approved", addresses.c.consented)
    kind = sa.and_(deeds.c.campaign_id == campaign_id, deeds.c.state == "approved")
    here = sa.select(units.c.id).where(sa.or_(units.c.parent_id == unit_id, units.c.id == unit_id))
    ready = sa.and_(volunteers.c.state == "registered", volunteers.c.unit_id.in_(here))
    counts = [
        int(await tx.value(sa.select(sa.func.count()).select_from(table).where(which)))
        for table, which in ((addresses, shown), (volunteers, ready), (deeds, kind))
    ]
    return Totals(int(row["money"]), row["n"], row["helped"], *counts)
