"""What a campaign has come to so far."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from storage.database import Tx
from storage.tables import addresses, contributions, deeds, pledges, units, volunteers

STANDING = ("new", "confirmed", "fulfilled")
"""Pledges that count."""


@dataclass(frozen=True)
class Totals:
    """Sums without any name; money in đồng. What was promised and what arrived are two figures."""

    money: int
    """That was promised."""
    pledges: int
    helped: int
    """Addresses that somebody pledged to."""
    arrived_money: int
    arrived: int
    """Pledges of which something has arrived."""
    addresses: int
    volunteers: int
    deeds: int

    @property
    def empty(self) -> bool:
        return not (self.pledges or self.volunteers or self.deeds)


async def of(tx: Tx, campaign_id: int, unit_id: int) -> Totals:
    """The sums at this moment; addresses as far as everybody may see them, and those that were helped before they closed."""
    given = sa.and_(pledges.c.campaign_id == campaign_id, pledges.c.state.in_(STANDING))
    money = sa.func.coalesce(sa.func.sum(sa.case((pledges.c.kind == "money", pledges.c.amount), else_=0)), 0)
    helped = sa.func.count(sa.distinct(pledges.c.address_id))
    row = await tx.first(
        sa.select(money.label("money"), sa.func.count().label("n"), helped.label("helped")).where(given)
    )
    assert row is not None
    came = sa.and_(contributions.c.campaign_id == campaign_id, contributions.c.voided_at.is_(None))
    value = sa.func.sum(sa.case((contributions.c.kind == "money", contributions.c.value), else_=0))
    arrived = await tx.first(
        sa.select(
            sa.func.coalesce(value, 0).label("money"), sa.func.count(sa.distinct(contributions.c.pledge_id)).label("n")
        ).where(came)
    )
    assert arrived is not None
    seen = sa.and_(addresses.c.state == "approved", addresses.c.consented)
    helped_ones = addresses.c.id.in_(sa.select(pledges.c.address_id).where(given))
    shown = sa.and_(addresses.c.campaign_id == campaign_id, sa.or_(seen, helped_ones))
    kind = sa.and_(deeds.c.campaign_id == campaign_id, deeds.c.state == "approved")
    here = sa.select(units.c.id).where(sa.or_(units.c.parent_id == unit_id, units.c.id == unit_id))
    ready = sa.and_(volunteers.c.state == "registered", volunteers.c.unit_id.in_(here))
    counts = [
        int(await tx.value(sa.select(sa.func.count()).select_from(table).where(which)))
        for table, which in ((addresses, shown), (volunteers, ready), (deeds, kind))
    ]
    return Totals(int(row["money"]), row["n"], row["helped"], int(arrived["money"]), arrived["n"], *counts)
