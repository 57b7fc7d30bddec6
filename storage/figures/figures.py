"""What a report counts, for each unit and a period. Promised and arrived are never one figure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from storage.campaign.within import inside
from storage.database import Tx
from storage.figures.gifts import ARRIVED_GOODS, ARRIVED_MONEY, PROMISED_MONEY, STANDING, VALID
from storage.tables import addresses, contributions, deeds, needs, pledges, units, volunteers


@dataclass(frozen=True)
class Period:
    """From one day to another, both included; ``since`` and ``until`` are the same as instants."""

    first: date
    last: date
    since: datetime
    until: datetime


@dataclass
class Figures:
    """One unit's figures. Money in đồng; goods and work by the value that both sides agreed on."""

    surveyed: int = 0
    approved: int = 0
    helped: int = 0
    people: int = 0
    times: int = 0
    organisations: int = 0
    individuals: int = 0
    pledges: int = 0
    promised_money: int = 0
    arrived_money: int = 0
    arrived_goods: int = 0
    volunteers: int = 0
    deeds: int = 0
    deeds_approved: int = 0

    @property
    def arrived(self) -> int:
        return self.arrived_money + self.arrived_goods

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


@dataclass(frozen=True)
class Given:
    """One receipt as a report lists it; the giver by her own choice of how to be named."""

    number: int
    arrived_on: date
    address_code: str
    unit_name: str
    kind: str
    what: str
    amount: int
    measure: str
    value: int
    organisation: str
    shown_as: str
    shown_name: str


async def by_unit(tx: Tx, campaign_id: int, within: Collection[int] | None, period: Period) -> dict[str, Figures]:
    """The figures of each unit in which anything happened, by its name, in the order of the units."""
    found: dict[int, dict[str, int]] = {}
    for select in _counts(campaign_id, within, period):
        for row in await tx.all(select):
            counted = found.setdefault(row["unit_id"], {})
            counted.update({name: int(n or 0) for name, n in row.items() if name != "unit_id"})
    names = sa.select(units.c.id, units.c.name).where(units.c.id.in_(list(found))).order_by(units.c.id)
    return {row["name"]: Figures(**found[row["id"]]) for row in await tx.all(names)}


async def receipts(tx: Tx, campaign_id: int, within: Collection[int] | None, period: Period) -> Sequence[Given]:
    """Every receipt of the period that is not void, by its number."""
    its = (
        sa.select(
            contributions.c.number,
            contributions.c.arrived_on,
            addresses.c.code.label("address_code"),
            units.c.name.label("unit_name"),
            contributions.c.kind,
            contributions.c.what,
            contributions.c.amount,
            sa.func.coalesce(needs.c.measure, "").label("measure"),
            contributions.c.value,
            pledges.c.organisation,
            pledges.c.shown_as,
            pledges.c.shown_name,
        )
        .join(pledges, pledges.c.id == contributions.c.pledge_id)
        .join(addresses, addresses.c.id == pledges.c.address_id)
        .join(units, units.c.id == addresses.c.unit_id)
        .outerjoin(needs, needs.c.id == pledges.c.need_id)
        .where(*_arrived(campaign_id, within, period))
        .order_by(contributions.c.number)
    )
    return await tx.all(its, into=Given)


def _arrived(campaign_id: int, within: Collection[int] | None, period: Period) -> list[sa.ColumnElement[bool]]:
    return [
        contributions.c.campaign_id == campaign_id,
        VALID,
        contributions.c.arrived_on.between(period.first, period.last),
        inside(addresses.c.unit_id, within),
    ]


def _counts(campaign_id: int, within: Collection[int] | None, period: Period) -> list[sa.Select[Any]]:
    """One statement for each table; addresses are counted as they stand now, the rest by the period."""
    unit = addresses.c.unit_id
    of_campaign = [addresses.c.campaign_id == campaign_id, inside(unit, within)]
    shown = addresses.c.state.in_(["approved", "paused", "closed"])
    surveyed = sa.or_(shown, addresses.c.state.in_(["surveyed", "verified"]))
    arrived = (
        sa.select(
            unit,
            sa.func.count(addresses.c.id.distinct()).label("helped"),
            sa.func.sum(addresses.c.people_count).label("times"),
            ARRIVED_MONEY.label("arrived_money"),
            ARRIVED_GOODS.label("arrived_goods"),
            sa.func.count(sa.case((pledges.c.organisation != "", pledges.c.organisation)).distinct()).label(
                "organisations"
            ),
            sa.func.count(sa.case((pledges.c.organisation == "", pledges.c.person_id)).distinct()).label("individuals"),
        )
        .select_from(contributions)
        .join(pledges, pledges.c.id == contributions.c.pledge_id)
        .join(addresses, addresses.c.id == pledges.c.address_id)
        .where(*_arrived(campaign_id, within, period))
        .group_by(unit)
    )
    households = (
        sa.select(pledges.c.address_id)
        .join(contributions, contributions.c.pledge_id == pledges.c.id)
        .where(*_arrived(campaign_id, None, period)[:3])
    )
    return [
        sa.select(
            unit,
            sa.func.sum(sa.case((surveyed, 1), else_=0)).label("surveyed"),
            sa.func.sum(sa.case((shown, 1), else_=0)).label("approved"),
        )
        .where(*of_campaign)
        .group_by(unit),
        sa.select(unit, sa.func.sum(addresses.c.people_count).label("people"))
        .where(*of_campaign, addresses.c.id.in_(households))
        .group_by(unit),
        arrived,
        sa.select(
            unit,
            sa.func.count().label("pledges"),
            PROMISED_MONEY.label("promised_money"),
        )
        .select_from(pledges)
        .join(addresses, addresses.c.id == pledges.c.address_id)
        .where(*of_campaign, STANDING, pledges.c.created_at.between(period.since, period.until))
        .group_by(unit),
        sa.select(volunteers.c.unit_id, sa.func.count().label("volunteers"))
        .where(
            inside(volunteers.c.unit_id, within),
            volunteers.c.state == "registered",
            volunteers.c.created_at.between(period.since, period.until),
        )
        .group_by(volunteers.c.unit_id),
        sa.select(deeds.c.unit_id, sa.func.count().label("deeds"))
        .where(
            deeds.c.campaign_id == campaign_id,
            inside(deeds.c.unit_id, within),
            deeds.c.state != "withdrawn",
            deeds.c.created_at.between(period.since, period.until),
        )
        .group_by(deeds.c.unit_id),
        sa.select(deeds.c.unit_id, sa.func.count().label("deeds_approved"))
        .where(
            deeds.c.campaign_id == campaign_id,
            inside(deeds.c.unit_id, within),
            deeds.c.state == "approved",
            deeds.c.decided_at.between(period.since, period.until),
        )
        .group_by(deeds.c.unit_id),
    ]
