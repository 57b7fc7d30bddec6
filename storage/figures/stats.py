"""The campaign in numbers: how many people, what they did, and how far the goals are."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from msgspec import Struct

from storage.campaign.campaigns import Campaign
from storage.database import Tx
from storage.figures import figures
from storage.figures.figures import Figures, Scope
from storage.tables import accounts, broadcasts, consents, deeds, deliveries

GOALS = ("dong", "addresses", "volunteers", "deeds")
"""What a campaign may have a goal for."""


class Numbers(Struct, frozen=True):
    """Nothing in here says who."""

    people: int
    """Who wrote to us, on whichever channel."""
    taking_part: int
    subscribed: int
    channels: Mapping[str, int]
    """The accounts of each channel."""
    figures: Figures
    deeds: Mapping[str, int]
    """Reports by state."""
    broadcasts: int
    """Those that have begun to go out."""
    reached: int
    """Copies of them that were sent, in all."""

    @property
    def so_far(self) -> Mapping[str, int]:
        """How far each goal of a campaign is."""
        return {
            "dong": self.figures.promised_money,
            "addresses": self.figures.approved,
            "volunteers": self.figures.volunteers,
            "deeds": self.figures.deeds_approved,
        }


async def numbers(tx: Tx, campaign: Campaign) -> Numbers:
    """The numbers of this campaign at this moment."""
    agreed = dict(await _counted(tx, consents.c.purpose, consents.c.withdrawn_at.is_(None)))
    announced, sent = await _announced(tx, campaign.id)
    return Numbers(
        broadcasts=announced,
        reached=sent,
        people=await _count(tx, accounts.c.person_id.distinct()),
        taking_part=agreed.get("take_part", 0),
        subscribed=agreed.get("announcements", 0),
        channels=await _counted(tx, accounts.c.channel),
        figures=await figures.total(tx, Scope(campaign)),
        deeds=await _counted(tx, deeds.c.state, deeds.c.campaign_id == campaign.id),
    )


async def _announced(tx: Tx, campaign_id: int) -> tuple[int, int]:
    """How many broadcasts have begun to go out, and how many copies were sent; an ended one keeps only the outcomes."""
    begun = sa.and_(broadcasts.c.campaign_id == campaign_id, broadcasts.c.started_at.is_not(None))
    outcomes = [row["outcomes"] for row in await tx.all(sa.select(broadcasts.c.outcomes).where(begun))]
    live = sa.select(broadcasts.c.id).where(begun, broadcasts.c.outcomes.is_(None))
    sent = await _count(tx, deliveries.c.id, deliveries.c.broadcast_id.in_(live), deliveries.c.state == "sent")
    return len(outcomes), sent + sum(int(ended.get("sent", 0)) for ended in outcomes if ended is not None)


async def _count(tx: Tx, column: sa.ColumnElement[int], *where: sa.ColumnElement[bool]) -> int:
    return int(await tx.value(sa.select(sa.func.count(column)).where(*where)))


async def _counted(tx: Tx, column: sa.Column[str], *where: sa.ColumnElement[bool]) -> dict[str, int]:
    """How many rows there are with each value of a column."""
    rows = await tx.all(sa.select(column.label("value"), sa.func.count().label("n")).where(*where).group_by(column))
    return {row["value"]: int(row["n"]) for row in rows}
