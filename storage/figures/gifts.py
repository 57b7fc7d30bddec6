"""What a campaign was promised and what arrived of it, as sums. They are two figures, and never one."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from storage.aid.pledges import AWAITING
from storage.database import Tx
from storage.tables import contributions, pledges

STANDING = sa.and_(pledges.c.state != "cancelled", pledges.c.vouched)
"""Pledges that count: they stand, or were kept, and somebody vouches for them."""
VALID = contributions.c.voided_at.is_(None)
"""Contributions that count."""
PROMISED_MONEY = sa.func.sum(sa.case((pledges.c.kind == "money", pledges.c.amount), else_=0))
ARRIVED_MONEY = sa.func.sum(sa.case((contributions.c.kind == "money", contributions.c.value), else_=0))
ARRIVED_GOODS = sa.func.sum(sa.case((contributions.c.kind == "money", 0), else_=contributions.c.value))
"""In đồng; goods and work by the value that both sides agreed on."""


@dataclass(frozen=True)
class Gifts:
    """The sums over a campaign's pledges and receipts, without any name; in đồng."""

    pledges: int
    helped: int
    """Addresses that somebody pledged to."""
    promised_money: int
    begun: int
    """Pledges of which something has arrived."""
    arrived_money: int
    arrived_goods: int
    """What goods and work were worth."""
    awaiting: int
    """Pledges that nobody vouches for yet. They are in no other figure."""


async def sum_gifts(tx: Tx, campaign_id: int) -> Gifts:
    """The sums of a campaign at this moment."""
    promised = await tx.first(
        sa.select(
            sa.func.count().label("pledges"),
            sa.func.count(pledges.c.address_id.distinct()).label("helped"),
            sa.func.coalesce(PROMISED_MONEY, 0).label("promised_money"),
        ).where(pledges.c.campaign_id == campaign_id, STANDING)
    )
    awaiting = sa.select(sa.func.count(pledges.c.id)).where(pledges.c.campaign_id == campaign_id, AWAITING)
    arrived = await tx.first(
        sa.select(
            sa.func.count(contributions.c.pledge_id.distinct()).label("begun"),
            sa.func.coalesce(ARRIVED_MONEY, 0).label("arrived_money"),
            sa.func.coalesce(ARRIVED_GOODS, 0).label("arrived_goods"),
        ).where(contributions.c.campaign_id == campaign_id, VALID)
    )
    assert promised is not None and arrived is not None
    return Gifts(
        **{str(name): int(value) for name, value in [*promised.items(), *arrived.items()]},
        awaiting=int(await tx.value(awaiting)),
    )
