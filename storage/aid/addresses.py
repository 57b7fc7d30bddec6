"""Humanitarian addresses: verified households in hardship, what they need, and how much is still missing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.campaign.within import inside
from storage.database import Tx
from storage.database.rows import build
from storage.tables import addresses, needs, units

MOST_ALIKE = 8
"""So many households of one initial are told apart by buttons."""
LACKING = sa.and_(needs.c.promised < needs.c.amount, needs.c.ended_at.is_(None))
"""Something of a need is missing."""

CALLED = sa.type_coerce(
    sa.case((addresses.c.shown_name == "", addresses.c.story), else_=addresses.c.shown_name), addresses.c.story.type
)
"""How a household is called; as long as nobody surveyed it, what was told of it."""


class Need(Struct, frozen=True):
    """One thing that is needed: đồng for money, otherwise ``measure`` says what is counted."""

    id: int
    kind: str
    what: str
    measure: str
    amount: int
    promised: int
    awaiting: int
    """What people pledged for whom nobody vouches yet."""
    arrived: int
    ended_at: datetime | None
    """Since when nothing more is to be promised for it."""

    @property
    def missing(self) -> int:
        return 0 if self.ended_at else max(self.amount - self.promised, 0)


class Address(Struct, frozen=True):
    """A household as everybody may see it: never its full name, phone or house."""

    id: int
    code: str
    unit_id: int
    unit_name: str
    category: str
    shown_name: str
    people_count: int
    story: str
    picture: str
    needs: tuple[Need, ...]


def _shown() -> Any:
    """Only those that were approved and agreed to be shown."""
    return sa.and_(addresses.c.state == "approved", addresses.c.consented)


async def page(
    tx: Tx, campaign_id: int, *, unit_id: int | None, kind: str, first: int, most: int, near: int | None = None
) -> tuple[list[Address], int]:
    """A page of addresses, those first that were helped least, before them those of the unit ``near``, and how many there
    are in all.

    Helped least: the smallest share of what is needed is promised, averaged over the needs, so that đồng and sacks of
    rice count alike.
    """
    wanted = [_shown(), addresses.c.campaign_id == campaign_id]
    if unit_id is not None:
        wanted.append(addresses.c.unit_id == unit_id)
    if kind:
        of_kind = sa.select(needs.c.address_id).where(needs.c.kind == kind, LACKING)
        wanted.append(addresses.c.id.in_(of_kind))
    found = await tx.all(
        sa.select(addresses.c.id)
        .outerjoin(needs, needs.c.address_id == addresses.c.id)
        .where(*wanted)
        .group_by(addresses.c.id)
        .order_by(sa.case((addresses.c.unit_id == near, 0), else_=1), _share(), addresses.c.created_at, addresses.c.id)
        .offset(first)
        .limit(most)
    )
    total = int(await tx.value(sa.select(sa.func.count()).select_from(addresses).where(*wanted)))
    loaded = await _load(tx, [row["id"] for row in found])
    return [loaded[row["id"]] for row in found], total


async def communes(tx: Tx, campaign_id: int) -> set[int]:
    """The units in which there are addresses to be shown."""
    wanted = sa.select(addresses.c.unit_id).where(_shown(), addresses.c.campaign_id == campaign_id).distinct()
    return {row["unit_id"] for row in await tx.all(wanted)}


async def least_helped(
    tx: Tx, campaign_id: int, besides: Collection[int], within: Collection[int] | None = None
) -> Address | None:
    """The address that was helped least and still needs something, besides these, in these communes or anywhere; None if
    there is no other."""
    lacking = sa.select(needs.c.address_id).where(LACKING)
    found = await tx.value(
        sa.select(addresses.c.id)
        .join(needs, needs.c.address_id == addresses.c.id)
        .where(
            _shown(),
            addresses.c.campaign_id == campaign_id,
            addresses.c.id.in_(lacking),
            addresses.c.id.not_in(list(besides)),
            inside(addresses.c.unit_id, within),
        )
        .group_by(addresses.c.id)
        .order_by(_share(), addresses.c.created_at, addresses.c.id)
        .limit(1)
    )
    return None if found is None else (await _load(tx, [found]))[found]


def _share() -> sa.Function[Any]:
    """How much of what an address needs is promised, averaged over its needs."""
    part = needs.c.promised * 1.0 / needs.c.amount
    return sa.func.avg(sa.case((LACKING, part), else_=1.0))


async def find(tx: Tx, code: str, *, hold: bool = False) -> Address | None:
    """The address with this code, if everybody may see it. ``hold``: it stays as it is until this transaction ends."""
    wanted = sa.select(addresses.c.id).where(addresses.c.code == code.upper(), _shown())
    found = await tx.value(wanted.with_for_update(read=True) if hold else wanted)
    return None if found is None else (await _load(tx, [found]))[found]


async def shown_as(tx: Tx, campaign_id: int, initial: str, unit_id: int | None) -> list[Address]:
    """The addresses whose household is shown by this initial («Bà M.»), in one commune or in all."""
    wanted = [_shown(), addresses.c.campaign_id == campaign_id, addresses.c.shown_name.like(f"% {initial}.%")]
    if unit_id is not None:
        wanted.append(addresses.c.unit_id == unit_id)
    found = await tx.all(sa.select(addresses.c.id).where(*wanted).order_by(addresses.c.id).limit(MOST_ALIKE))
    loaded = await _load(tx, [row["id"] for row in found])
    return [loaded[row["id"]] for row in found]


async def need(tx: Tx, need_id: int) -> Need | None:
    """One need, as it stands at this moment."""
    return await tx.one(sa.select(needs).where(needs.c.id == need_id), into=Need)


async def needs_of(tx: Tx, address_id: int) -> list[Need]:
    """What an address needs, as it stands at this moment."""
    return await tx.all(sa.select(needs).where(needs.c.address_id == address_id).order_by(needs.c.id), into=Need)


async def _load(tx: Tx, ids: Collection[int]) -> dict[int, Address]:
    wanted = list(ids)
    of: dict[int, list[Need]] = {}
    told = sa.or_(
        needs.c.ended_at.is_(None), needs.c.promised > 0
    )  # what ended with nothing promised is told to nobody
    for row in await tx.all(sa.select(needs).where(needs.c.address_id.in_(wanted), told).order_by(needs.c.id)):
        of.setdefault(row["address_id"], []).append(build(Need, row))
    rows = await tx.all(
        sa.select(addresses, units.c.name.label("unit_name"))
        .join(units, units.c.id == addresses.c.unit_id)
        .where(addresses.c.id.in_(wanted))
    )
    return {row["id"]: build(Address, row, needs=tuple(of.get(row["id"], ()))) for row in rows}
