"""One house for sums: whatever is said of a campaign in figures is counted here, in all and for each unit.

Promised and arrived are never one figure, and a person who gave in two communes is one person in every total.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from storage.aid.pledges import AWAITING
from storage.campaign import units as tree
from storage.campaign.campaigns import Campaign
from storage.campaign.within import inside
from storage.database import Tx
from storage.tables import addresses, contributions, deeds, needs, pledges, units, volunteers

STANDING = sa.and_(pledges.c.state != "cancelled", pledges.c.vouched)
"""Pledges that count: they stand, or were kept, and somebody vouches for them."""
VALID = contributions.c.voided_at.is_(None)
"""Contributions that count."""
UNVALUED = sa.and_(contributions.c.kind != "money", contributions.c.value == 0)
"""Contributions on whose value nobody agreed."""
APPROVED = addresses.c.state.in_(["approved", "paused", "closed"])
SURVEYED = sa.or_(APPROVED, addresses.c.state.in_(["surveyed", "verified"]))


class Period(Struct, frozen=True):
    """From one day to another, both included; ``since`` and ``until`` are the same as instants."""

    first: date
    last: date
    since: datetime
    until: datetime


class Scope(Struct, frozen=True):
    """What is counted of a campaign: in some of its units or in all, in a period or from the beginning until now.

    From the beginning means what was pledged or registered before its first day, too.
    """

    campaign: Campaign
    within: Collection[int] | None = None
    period: Period | None = None


class Figures(Struct, frozen=True):
    """Sums without any name. Money in đồng; goods and work by the value that both sides agreed on."""

    surveyed: int = 0
    approved: int = 0
    """Addresses that were ever approved. These three are counted as they stand now, whatever the period."""
    shown: int = 0
    """Addresses that everybody may see, and those that were adopted before they closed."""
    adopted: int = 0
    """Addresses that somebody pledged to."""
    helped: int = 0
    """Addresses at which something arrived."""
    people: int = 0
    """Who lives there."""
    times: int = 0
    """The same, once for each contribution."""
    organisations: int = 0
    individuals: int = 0
    """Givers of what arrived."""
    pledges: int = 0
    promised_money: int = 0
    awaiting: int = 0
    """Pledges that nobody vouches for yet. They are in no other figure."""
    begun: int = 0
    """Pledges of which something arrived."""
    arrived_money: int = 0
    arrived_goods: int = 0
    unvalued: int = 0
    """Receipts of goods and work on whose value nobody agreed: they are nothing in the sums of đồng."""
    volunteers: int = 0
    deeds: int = 0
    """Reports that were not withdrawn."""
    deeds_approved: int = 0

    @property
    def arrived(self) -> int:
        return self.arrived_money + self.arrived_goods

    @property
    def empty(self) -> bool:
        """Whether there is nothing yet that the public could be told."""
        return not (self.pledges or self.volunteers or self.deeds_approved)


class Goods(Struct, frozen=True):
    """Goods or work of one kind that arrived, all contributions together."""

    kind: str
    what: str
    measure: str
    amount: int
    value: int
    """Đồng, as agreed."""
    unvalued: bool = False
    """Whether nobody agreed on the value of some of it."""


class Way(Struct, frozen=True):
    """Receipts of one way that one officer wrote."""

    method: str
    seen_by: int | None
    receipts: int
    value: int
    """Đồng; goods and work as agreed."""


async def total(tx: Tx, scope: Scope) -> Figures:
    """The figures of all together."""
    counted: dict[str, int] = {}
    for _, statement in _counts(scope):
        row = await tx.first(statement)
        assert row is not None
        counted.update({str(name): int(n or 0) for name, n in row.items()})
    return Figures(**counted)


async def by_unit(tx: Tx, scope: Scope) -> dict[str, Figures]:
    """The figures of each unit in which anything happened, by its name, in the order of the units."""
    found: dict[int, dict[str, int]] = {}
    for unit, statement in _counts(scope):
        for row in await tx.all(statement.add_columns(unit.label("unit_id")).group_by(unit)):
            counted = found.setdefault(row["unit_id"], {})
            counted.update({name: int(n or 0) for name, n in row.items() if name != "unit_id"})
    names = sa.select(units.c.id, units.c.name).where(units.c.id.in_(list(found))).order_by(units.c.id)
    return {row["name"]: Figures(**found[row["id"]]) for row in await tx.all(names)}


async def organisations(tx: Tx, scope: Scope) -> Sequence[str]:
    """The names by which organisations gave what arrived, each spelling once."""
    named = sa.select(pledges.c.organisation).distinct().select_from(gifts())
    return [
        row["organisation"] for row in await tx.all(named.where(*arrived(scope), VALID, pledges.c.organisation != ""))
    ]


async def goods(tx: Tx, scope: Scope) -> Sequence[Goods]:
    """What arrived besides money, the most valuable first. Each kind stands there once, as it was written first, with a
    capital letter or without."""
    measure = sa.func.coalesce(needs.c.measure, "").label("measure")
    its = sa.select(contributions.c.kind, contributions.c.what, measure, contributions.c.amount, contributions.c.value)
    its = its.select_from(gifts()).where(*arrived(scope), VALID, contributions.c.kind != "money")
    its = its.order_by(contributions.c.id)
    sums: dict[tuple[str, str, str], Goods] = {}
    for row in await tx.all(its):  # what it is is sealed: no database can sum it up
        which = row["kind"], row["what"].casefold(), row["measure"]
        so_far = sums.get(which) or Goods(row["kind"], row["what"], row["measure"], 0, 0)
        sums[which] = replace(
            so_far,
            amount=so_far.amount + row["amount"],
            value=so_far.value + row["value"],
            unvalued=so_far.unvalued or not row["value"],
        )
    return sorted(sums.values(), key=lambda one: (-one.value, one.what))


async def ways(tx: Tx, scope: Scope) -> Sequence[Way]:
    """What the receipts that count come to, by the way in which it came and by who saw it come."""
    its = (
        sa.select(
            contributions.c.method,
            contributions.c.seen_by,
            sa.func.count().label("receipts"),
            total_of(contributions.c.value).label("value"),
        )
        .select_from(gifts())
        .where(*arrived(scope), VALID)
        .group_by(contributions.c.method, contributions.c.seen_by)
        .order_by(contributions.c.method, sa.desc("value"), contributions.c.seen_by)
    )
    return await tx.all(its, into=Way)


def total_of(column: sa.Column[int]) -> sa.ColumnElement[int]:
    """PostgreSQL's sum of whole numbers would be a decimal one."""
    return sa.cast(sa.func.sum(column), sa.BigInteger)


def gifts() -> sa.FromClause:
    """Contributions with what they were promised for."""
    joined = contributions.join(pledges, pledges.c.id == contributions.c.pledge_id)
    joined = joined.join(addresses, addresses.c.id == pledges.c.address_id)
    return joined.outerjoin(needs, needs.c.id == pledges.c.need_id)


def arrived(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """What arrived in this scope, whether it counts or not."""
    there = [contributions.c.campaign_id == scope.campaign.id, inside(addresses.c.unit_id, scope.within)]
    if scope.period:
        there.append(contributions.c.arrived_on.between(scope.period.first, scope.period.last))
    return there


def happened(at: sa.Column[Any], period: Period | None) -> sa.ColumnElement[bool]:
    """Whether this instant lies in the period."""
    return at.between(period.since, period.until) if period else sa.true()


def _counts(scope: Scope) -> Sequence[tuple[sa.Column[int], sa.Select[Any]]]:
    """One statement for each table, with the unit by which it can be split."""
    unit, campaign, period = addresses.c.unit_id, scope.campaign, scope.period
    of_campaign = [addresses.c.campaign_id == campaign.id, inside(unit, scope.within)]
    pledged = pledges.join(addresses, addresses.c.id == pledges.c.address_id)
    adopted = sa.select(pledges.c.address_id).where(pledges.c.campaign_id == campaign.id, STANDING)
    shown = sa.or_(sa.and_(addresses.c.state == "approved", addresses.c.consented), addresses.c.id.in_(adopted))
    households = sa.select(pledges.c.address_id).select_from(gifts()).where(*arrived(scope), VALID)
    organisation = sa.case((pledges.c.organisation != "", pledges.c.organisation))
    individual = sa.case((pledges.c.organisation == "", pledges.c.person_id))
    reported = [deeds.c.campaign_id == campaign.id, inside(deeds.c.unit_id, scope.within)]
    return [
        (
            unit,
            sa.select(
                count_if(SURVEYED).label("surveyed"), count_if(APPROVED).label("approved"),
                count_if(shown).label("shown"),
            ).where(*of_campaign),
        ),
        (
            unit,
            sa.select(sa.func.sum(addresses.c.people_count).label("people")).where(
                *of_campaign, addresses.c.id.in_(households)
            ),
        ),
        (
            unit,
            sa.select(
                sa.func.count(addresses.c.id.distinct()).label("helped"),
                sa.func.sum(addresses.c.people_count).label("times"),
                sa.func.count(contributions.c.pledge_id.distinct()).label("begun"),
                value_if(contributions.c.kind == "money", contributions.c.value).label("arrived_money"),
                value_if(contributions.c.kind != "money", contributions.c.value).label("arrived_goods"),
                count_if(UNVALUED).label("unvalued"),
                sa.func.count(organisation.distinct()).label("organisations"),
                sa.func.count(individual.distinct()).label("individuals"),
            )
            .select_from(gifts())
            .where(*arrived(scope), VALID),
        ),
        (
            unit,
            sa.select(
                sa.func.count().label("pledges"),
                sa.func.count(pledges.c.address_id.distinct()).label("adopted"),
                value_if(pledges.c.kind == "money", pledges.c.amount).label("promised_money"),
            )
            .select_from(pledged)
            .where(*of_campaign, STANDING, happened(pledges.c.created_at, period)),
        ),
        (
            unit,
            sa.select(sa.func.count().label("awaiting"))
            .select_from(pledged)
            .where(*of_campaign, AWAITING, happened(pledges.c.created_at, period)),
        ),
        (
            volunteers.c.unit_id,
            sa.select(sa.func.count().label("volunteers")).where(
                volunteers.c.unit_id.in_(tree.inside(campaign.unit_id)),
                inside(volunteers.c.unit_id, scope.within),
                volunteers.c.state == "registered",
                happened(volunteers.c.created_at, period),
            ),
        ),
        (
            deeds.c.unit_id,
            sa.select(sa.func.count().label("deeds")).where(
                *reported, deeds.c.state != "withdrawn", happened(deeds.c.created_at, period)
            ),
        ),
        (
            deeds.c.unit_id,
            sa.select(sa.func.count().label("deeds_approved")).where(
                *reported, deeds.c.state == "approved", happened(deeds.c.decided_at, period)
            ),
        ),
    ]  # fmt: skip


def count_if(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """How many fulfil a condition."""
    return sa.func.sum(sa.case((condition, 1), else_=0))


def value_if(condition: sa.ColumnElement[bool], value: sa.Column[int]) -> sa.ColumnElement[int]:
    """The sum of what fulfils a condition."""
    return sa.cast(sa.func.sum(sa.case((condition, value), else_=0)), sa.BigInteger)
