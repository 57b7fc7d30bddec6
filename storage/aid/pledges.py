"""Pledges: what people promise to an address. The claim on what is missing is made in the database, so that two who
promise the last part at the same instant cannot both have it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from storage.campaign.codes import new_code
from storage.campaign.within import inside
from storage.database import Tx
from storage.tables import addresses, needs, pledges, units

OPEN = ("new", "confirmed")


@dataclass(frozen=True)
class NewPledge:
    """What a person promises. ``amount`` counts in all: đồng for money, else the need's own measure; 0 where only words
    say how much. ``dedupe_key`` makes writing it twice impossible."""

    campaign_id: int
    prefix: str
    person_id: int
    address_id: int
    need_id: int | None
    kind: str
    amount: int
    what: str
    due_on: date | None
    monthly_until_on: date | None
    organisation: str
    shown_as: str
    shown_name: str
    dedupe_key: str


@dataclass(frozen=True)
class Pledge:
    """A pledge as the person who made it sees it."""

    code: str
    kind: str
    amount: int
    what: str
    measure: str
    monthly_until_on: date | None
    state: str
    created_at: datetime
    address_code: str
    household: str
    unit_name: str


async def claim(tx: Tx, need_id: int, amount: int, *, beyond: bool = False) -> bool:
    """Take this much of what is missing; returns False, and takes nothing, if there is less. ``beyond``: the person knows."""
    room = sa.true() if beyond else needs.c.promised + amount <= needs.c.amount
    taken = sa.update(needs).where(needs.c.id == need_id, room).values(promised=needs.c.promised + amount)
    return bool(await tx.run(taken))


async def add(tx: Tx, new: NewPledge, now: datetime) -> str:
    """Keep a pledge whose claim was made; returns its code."""
    values = asdict(new)
    code = await new_code(tx, values.pop("prefix"), pledges.c.code)
    await tx.run(sa.insert(pledges).values(code=code, created_at=now, **values))
    return code


async def of_person(tx: Tx, person_id: int) -> list[Pledge]:
    """What a person promised, the newest first."""
    hers = _promises().where(pledges.c.person_id == person_id).order_by(pledges.c.id.desc())
    return await tx.all(hers, into=Pledge)


@dataclass(frozen=True)
class FullPledge:
    """A pledge as an officer sees it. What was promised and what arrived are two figures, and never one."""

    id: int
    code: str
    campaign_id: int
    person_id: int
    need_id: int | None
    kind: str
    amount: int
    arrived: int
    what: str
    measure: str
    due_on: date | None
    monthly_until_on: date | None
    organisation: str
    shown_as: str
    shown_name: str
    state: str
    reason: str
    created_at: datetime
    address_code: str
    household: str
    unit_name: str

    @property
    def covers(self) -> int:
        """How much of the need it covers: what is still to come or came; once it is done with, only what came."""
        return covered(self.state, self.amount, self.arrived)


def covered(state: str, amount: int, arrived: int) -> int:
    """How much of a need such a pledge covers."""
    return max(amount, arrived) if state in OPEN else arrived


async def find(tx: Tx, code: str, within: Collection[int] | None) -> FullPledge | None:
    """The pledge with this code to an address in these units (None: anywhere)."""
    there = _promises().where(pledges.c.code == code.upper(), inside(addresses.c.unit_id, within))
    return await tx.one(there, into=FullPledge)


async def change(tx: Tx, pledge: FullPledge, **values: Any) -> bool:
    """Change a pledge's state or what arrived of it, and what its need counts with it; False if it changed meanwhile."""
    as_seen = sa.and_(pledges.c.id == pledge.id, pledges.c.state == pledge.state, pledges.c.arrived == pledge.arrived)
    if not await tx.run(sa.update(pledges).where(as_seen).values(**values)):
        return False
    if pledge.need_id is not None:
        state, arrived = values.get("state", pledge.state), values.get("arrived", pledge.arrived)
        await tx.run(
            sa.update(needs)
            .where(needs.c.id == pledge.need_id)
            .values(
                promised=needs.c.promised + covered(state, pledge.amount, arrived) - pledge.covers,
                arrived=needs.c.arrived + arrived - pledge.arrived,
            )
        )
    return True


async def cancel(tx: Tx, person_id: int, code: str, now: datetime) -> bool:
    """Take a pledge back; what has not arrived of it is missing again. False if it is not hers, or is done with."""
    hers = _promises().where(pledges.c.code == code.upper(), pledges.c.person_id == person_id)
    pledge = await tx.one(hers, into=FullPledge)
    if pledge is None or pledge.state not in OPEN:
        return False
    return await change(tx, pledge, state="cancelled", cancelled_at=now)


def _promises() -> sa.Select[Any]:
    return (
        sa.select(
            pledges,
            addresses.c.code.label("address_code"),
            addresses.c.shown_name.label("household"),
            units.c.name.label("unit_name"),
            sa.func.coalesce(needs.c.measure, "").label("measure"),
        )
        .join(addresses, addresses.c.id == pledges.c.address_id)
        .join(units, units.c.id == addresses.c.unit_id)
        .outerjoin(needs, needs.c.id == pledges.c.need_id)
    )
