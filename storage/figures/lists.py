"""What a report lists line by line, in the very scope in which `figures` counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from storage.campaign import units as tree
from storage.campaign.within import inside
from storage.database import Tx
from storage.database.rows import build_all
from storage.database.written import plain
from storage.figures.figures import UNVALUED, VALID, Scope, arrived, count_if, gifts, happened, total_of, value_if
from storage.tables import addresses, contributions, deeds, needs, pledges, units, volunteers
from storage.talk.consents import doer_of, name_of


class Given(Struct, frozen=True):
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
    voided: bool
    """Written by mistake: it keeps its number, and counts for nothing."""


class Household(Struct, frozen=True):
    """An address as everybody may call it, and what came to it."""

    code: str
    unit_name: str
    shown_name: str
    state: str
    people_count: int
    arrived: int
    """Đồng, goods and work as agreed."""
    receipts: int


class Told(Struct, frozen=True):
    """A deed that was told of; without the doer's name if it is who told of it and does not agree to be named."""

    code: str
    done_on: date
    unit_name: str
    doer_name: str
    what: str
    state: str


class Helper(Struct, frozen=True):
    """A registered volunteer; without a name if she does not agree to be named."""

    person_id: int
    full_name: str
    unit_name: str
    activities: list[str]


class Worked(Struct, frozen=True):
    """How much work of one measure somebody gave."""

    person_id: int
    measure: str
    amount: int


class Arrived(Struct, frozen=True):
    """What arrived on one day: receipts that count, and đồng."""

    arrived_on: date
    receipts: int
    money: int
    goods: int
    """Goods and work, as agreed."""
    unvalued: int
    """Receipts on whose value nobody agreed."""


async def by_day(tx: Tx, scope: Scope) -> Sequence[Arrived]:
    """What arrived on each day on which anything did."""
    its = (
        sa.select(
            contributions.c.arrived_on,
            sa.func.count().label("receipts"),
            value_if(contributions.c.kind == "money", contributions.c.value).label("money"),
            value_if(contributions.c.kind != "money", contributions.c.value).label("goods"),
            count_if(UNVALUED).label("unvalued"),
        )
        .select_from(gifts())
        .where(*arrived(scope), VALID)
        .group_by(contributions.c.arrived_on)
        .order_by(contributions.c.arrived_on)
    )
    return await tx.all(its, into=Arrived)


async def receipts(tx: Tx, scope: Scope) -> Sequence[Given]:
    """Every receipt, by its number; no number is missing."""
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
            name_of(pledges.c.person_id, pledges.c.shown_name),
            contributions.c.voided_at.is_not(None).label("voided"),
        )
        .select_from(gifts().join(units, units.c.id == addresses.c.unit_id))
        .where(*arrived(scope))
        .order_by(contributions.c.number)
    )
    return await tx.all(its, into=Given)


async def households(tx: Tx, scope: Scope) -> Sequence[Household]:
    """Every address that was surveyed, as it stands now, with what arrived there in the scope's days."""
    came = (
        sa.select(
            pledges.c.address_id, total_of(contributions.c.value).label("value"), sa.func.count().label("receipts")
        )
        .select_from(gifts())
        .where(*arrived(scope), VALID)
        .group_by(pledges.c.address_id)
        .subquery()
    )
    its = (
        sa.select(
            addresses.c.code,
            units.c.name.label("unit_name"),
            addresses.c.shown_name,
            addresses.c.state,
            addresses.c.people_count,
            sa.func.coalesce(came.c.value, 0).label("arrived"),
            sa.func.coalesce(came.c.receipts, 0).label("receipts"),
        )
        .join(units, units.c.id == addresses.c.unit_id)
        .outerjoin(came, came.c.address_id == addresses.c.id)
        .where(
            addresses.c.campaign_id == scope.campaign.id,
            inside(addresses.c.unit_id, scope.within),
            addresses.c.state.in_(["surveyed", "verified", "approved", "paused", "closed"]),
        )
        .order_by(addresses.c.unit_id, addresses.c.id)
    )
    return await tx.all(its, into=Household)


async def told(tx: Tx, scope: Scope) -> Sequence[Told]:
    """Every deed that was told of, or approved, in the scope's days and not withdrawn, the oldest first."""
    approved = sa.and_(deeds.c.state == "approved", happened(deeds.c.decided_at, scope.period))
    its = (
        sa.select(
            deeds.c.code,
            deeds.c.done_on,
            units.c.name.label("unit_name"),
            doer_of(deeds),
            deeds.c.what,
            deeds.c.state,
        )
        .join(units, units.c.id == deeds.c.unit_id)
        .where(
            deeds.c.campaign_id == scope.campaign.id,
            inside(deeds.c.unit_id, scope.within),
            deeds.c.state != "withdrawn",
            sa.or_(happened(deeds.c.created_at, scope.period), approved),
        )
        .order_by(deeds.c.done_on, deeds.c.id)
    )
    return await tx.all(its, into=Told)


async def helpers(tx: Tx, scope: Scope) -> Sequence[Helper]:
    """Who is registered as a volunteer, by unit and name."""
    its = (
        sa.select(
            volunteers.c.person_id,
            name_of(volunteers.c.person_id, volunteers.c.full_name),
            units.c.name.label("unit_name"),
            volunteers.c.activities,
        )
        .join(units, units.c.id == volunteers.c.unit_id)
        .where(
            volunteers.c.unit_id.in_(tree.inside(scope.campaign.unit_id)),
            inside(volunteers.c.unit_id, scope.within),
            volunteers.c.state == "registered",
            happened(volunteers.c.created_at, scope.period),
        )
        .order_by(volunteers.c.unit_id, volunteers.c.id)
    )
    rows = await tx.all(its.add_columns(volunteers.c.unit_id))
    by_name = sorted(rows, key=lambda row: (row["unit_id"], plain(row["full_name"])))
    return build_all(Helper, by_name)


async def worked(tx: Tx, scope: Scope) -> Sequence[Worked]:
    """The work that arrived, by who gave it and by its measure."""
    measure = sa.func.coalesce(needs.c.measure, "").label("measure")
    its = (
        sa.select(pledges.c.person_id, measure, total_of(contributions.c.amount).label("amount"))
        .select_from(gifts())
        .where(*arrived(scope), VALID, contributions.c.kind == "work")
        .group_by(pledges.c.person_id, measure)
        .order_by(pledges.c.person_id, measure)
    )
    return await tx.all(its, into=Worked)
