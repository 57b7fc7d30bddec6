"""Contributions: what officers saw arrive, each with a receipt from the campaign's series, which has no gaps."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from storage.aid import pledges
from storage.aid.pledges import FullPledge
from storage.campaign.within import inside
from storage.database import Tx
from storage.database.rows import build
from storage.database.secret import seal_words
from storage.tables import addresses, campaigns, contributions
from storage.tables import pledges as promises


class NewContribution(Struct, frozen=True):
    """What arrived. ``amount`` is in the pledge's own measure; ``value`` in đồng, 0 where nobody put a price on it."""

    amount: int
    value: int
    what: str
    arrived_on: date
    method: str
    seen_by: int
    dedupe_key: str


class Receipt(Struct, frozen=True):
    """A contribution under its number. A void one keeps its number."""

    number: int
    kind: str
    amount: int
    value: int
    what: str
    arrived_on: date
    method: str
    voided_at: datetime | None


async def add(tx: Tx, pledge: FullPledge, new: NewContribution, now: datetime) -> int | None:
    """Note what arrived of an open pledge; returns the receipt's number, or None if the pledge changed meanwhile."""
    if pledge.state not in pledges.OPEN or not await pledges.change(
        tx, pledge, state="confirmed", arrived=pledge.arrived + new.amount
    ):
        return None
    counted = sa.update(campaigns).where(campaigns.c.id == pledge.campaign_id)
    counted = counted.values(last_receipt=campaigns.c.last_receipt + 1)
    number = int(await tx.value(counted.returning(campaigns.c.last_receipt)))
    its = {"campaign_id": pledge.campaign_id, "pledge_id": pledge.id, "kind": pledge.kind, "number": number}
    row = seal_words(tx.vault, contributions, {**its, **asdict(new), "created_at": now})
    await tx.run(sa.insert(contributions).values(**row))
    return number


async def of_pledge(tx: Tx, pledge_id: int) -> list[Receipt]:
    """Every receipt of a pledge, the first one first."""
    its = sa.select(contributions).where(contributions.c.pledge_id == pledge_id).order_by(contributions.c.number)
    return await tx.all(its, into=Receipt)


async def find_same(tx: Tx, pledge: FullPledge, amount: int, day: date, since: datetime) -> list[Receipt]:
    """Receipts of a pledge, or of what was brought to the same address without one, for as much on the same day that were
    written since then and count."""
    same = sa.and_(
        contributions.c.kind == pledge.kind, contributions.c.amount == amount, contributions.c.arrived_on == day
    )
    counts = sa.and_(contributions.c.voided_at.is_(None), contributions.c.created_at >= since)
    address = sa.select(promises.c.address_id).where(promises.c.id == pledge.id).scalar_subquery()
    brought = sa.and_(promises.c.noted_by.is_not(None), promises.c.address_id == address)
    its = sa.select(contributions).join(promises, promises.c.id == contributions.c.pledge_id)
    its = its.where(sa.or_(promises.c.id == pledge.id, brought), same, counts)
    return await tx.all(its.order_by(contributions.c.number), into=Receipt)


async def find_same_at(tx: Tx, address_id: int, kind: str, amount: int, day: date, since: datetime) -> list[Receipt]:
    """Receipts of this kind for as much on the same day, of whichever pledge to an address, that were written since then and
    count."""
    same = sa.and_(contributions.c.kind == kind, contributions.c.amount == amount, contributions.c.arrived_on == day)
    counts = sa.and_(contributions.c.voided_at.is_(None), contributions.c.created_at >= since)
    its = sa.select(contributions).join(promises, promises.c.id == contributions.c.pledge_id)
    its = its.where(promises.c.address_id == address_id, same, counts)
    return await tx.all(its.order_by(contributions.c.number), into=Receipt)


async def of_person(tx: Tx, person_id: int) -> list[Receipt]:
    """Every receipt of what a person gave."""
    hers = (
        sa.select(contributions)
        .join(promises, promises.c.id == contributions.c.pledge_id)
        .where(promises.c.person_id == person_id)
        .order_by(contributions.c.number)
    )
    return await tx.all(hers, into=Receipt)


async def find(tx: Tx, prefix: str, number: int, within: Collection[int] | None) -> tuple[Receipt, str] | None:
    """The receipt with this number in the series of the campaign with this prefix, for an address in these units (None:
    anywhere), and its pledge's code."""
    row = await tx.first(
        sa.select(contributions, promises.c.code.label("pledge_code"))
        .join(promises, promises.c.id == contributions.c.pledge_id)
        .join(addresses, addresses.c.id == promises.c.address_id)
        .join(campaigns, campaigns.c.id == contributions.c.campaign_id)
        .where(
            campaigns.c.prefix == prefix,
            contributions.c.number == number,
            inside(addresses.c.unit_id, within),
        )
    )
    return None if row is None else (build(Receipt, row), row["pledge_code"])


async def void(tx: Tx, pledge: FullPledge, number: int, reason: str, now: datetime) -> bool:
    """Void a receipt that was written by mistake: it keeps its number, and a fulfilled pledge is open again; what was brought
    without a pledge was never promised, so nothing of it is left.

    Returns False if it is void already.
    """
    good = sa.and_(
        contributions.c.pledge_id == pledge.id, contributions.c.number == number, contributions.c.voided_at.is_(None)
    )
    its = {"campaign_id": pledge.campaign_id, "number": number}
    values = seal_words(tx.vault, contributions, {"voided_at": now, "void_reason": reason}, **its)
    voided = sa.update(contributions).where(good).values(**values)
    amount = await tx.value(voided.returning(contributions.c.amount))
    if amount is None:
        return False
    then: dict[str, Any] = {"state": "confirmed" if pledge.state == "fulfilled" else pledge.state}
    if pledge.noted_by is not None:
        then = {"state": "cancelled", "cancelled_at": now, "reason": reason}
    if not await pledges.change(tx, pledge, **then, arrived=pledge.arrived - amount):
        raise ChangedMeanwhile
    return True


class ChangedMeanwhile(RuntimeError):
    """Another officer changed the pledge in this very moment: the message is handled again."""
