"""Help that somebody brings to the office without having promised it: a pledge that is made and kept at once, so that it
stands in every sum, in the list of receipts and on the cards like any other."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from storage import words
from storage.aid import pledges, receipts
from storage.aid.pledges import FullPledge, NewPledge
from storage.aid.receipts import NewContribution
from storage.campaign.campaigns import Campaign
from storage.campaign.within import inside
from storage.database import Tx
from storage.tables import accounts, addresses, contributions, people, units, volunteers
from storage.tables import pledges as promises
from storage.talk.consents import name_of

RECEIVING = ("approved", "paused", "closed")
"""Something may be noted for an address in these states; of the last one only after a question."""
ALIKE = 200
"""So many are compared at most; those whose number it is come first."""


class Brought(Struct, frozen=True):
    """What was brought, for which address, and how its giver wants to be named."""

    address_id: int
    need_id: int | None
    kind: str
    amount: int
    value: int
    what: str
    arrived_on: date
    method: str
    organisation: str
    shown_as: str
    shown_name: str
    phone: str
    """By which she is known again; it is not kept."""
    noted_by: int
    dedupe_key: str


class Giver(Struct, frozen=True):
    """Somebody who may be the one who brings it."""

    person_id: int
    name: str
    """As she registered or was noted; empty where that is not for this officer."""
    unit_name: str
    by_phone: bool


async def new_giver(tx: Tx, language: str, now: datetime) -> int:
    """Somebody who has no account; returns her id."""
    created = sa.insert(people).values(language=language, created_at=now).returning(people.c.id)
    return int(await tx.value(created))


async def add(tx: Tx, campaign: Campaign, person_id: int, new: Brought, now: datetime) -> tuple[FullPledge, int]:
    """Keep what was brought; returns its pledge, which is done with, and the receipt's number."""
    if new.need_id is not None:
        await pledges.claim(tx, new.need_id, new.amount, beyond=True)
    promised = NewPledge(
        campaign_id=campaign.id,
        prefix=campaign.prefix,
        person_id=person_id,
        address_id=new.address_id,
        need_id=new.need_id,
        kind=new.kind,
        amount=new.amount,
        what=new.what,
        due_on=None,
        monthly_until_on=None,
        organisation=new.organisation,
        shown_as=new.shown_as,
        shown_name=new.shown_name,
        dedupe_key=new.dedupe_key,
        noted_by=new.noted_by,
        phone_index=tx.vault.index(new.phone, kind="phone") if new.phone else None,
    )
    code = await pledges.add(tx, promised, now)
    seen = NewContribution(new.amount, new.value, new.what, new.arrived_on, new.method, new.noted_by, new.dedupe_key)
    number = await receipts.add(tx, await _found(tx, code), seen, now)
    assert number is not None  # nobody else knows of it yet
    await pledges.change(tx, await _found(tx, code), state="fulfilled")
    return await _found(tx, code), number


async def hold(tx: Tx, address_id: int) -> int:
    """How many receipts there are for this address, of which nobody else writes one by this way until the transaction ends:
    of two officers at the same instant the second sees what the first has written."""
    await tx.first(sa.select(addresses.c.id).where(addresses.c.id == address_id).with_for_update())
    its = sa.select(sa.func.count(contributions.c.id)).join(promises, promises.c.id == contributions.c.pledge_id)
    return int(await tx.value(its.where(promises.c.address_id == address_id)))


async def find_alike(tx: Tx, name: str, phone: str, within: Collection[int] | None, most: int = 3) -> list[Giver]:
    """People whom this name (with marks or without) or phone number (E.164) may mean, those with the number first.

    By the name alone only those of these units (None: anywhere); nobody else's name is told.
    """
    index = tx.vault.index(phone, kind="phone") if phone else b""
    marks, said = await words.marks(tx), words.split(name)
    named = [
        [words.holding(tx, part, word, marks) for word in said] or [sa.false()]
        for part in (words.VOLUNTEER, words.GIVER)
    ]
    found: dict[int, Giver] = {}
    for statement in (_volunteers(named[0], index, within), _givers(named[1], index, within), _sharers(index)):
        for row in await tx.all(statement):
            if row["name"] and not row["by_phone"] and words.split(row["name"]) != said:
                continue  # other words, too, or in another order
            giver = Giver(row["person_id"], row["name"], row["unit_name"], bool(row["by_phone"]))
            known = found.get(giver.person_id)
            if known is None or (giver.by_phone and not known.by_phone):
                found[giver.person_id] = giver
    return sorted(found.values(), key=lambda giver: not giver.by_phone)[:most]


def _volunteers(
    holding: Collection[sa.ColumnElement[bool]], index: bytes, within: Collection[int] | None
) -> sa.Select[int, str, str, bool]:
    here, named = inside(volunteers.c.unit_id, within), sa.and_(*holding)
    known = _has(volunteers.c.phone_index, index)
    return (
        sa.select(
            volunteers.c.person_id,
            sa.case((here, volunteers.c.full_name), else_="").label("name"),
            sa.case((here, units.c.name), else_="").label("unit_name"),
            known.label("by_phone"),
        )
        .join(units, units.c.id == volunteers.c.unit_id)
        .where(volunteers.c.state == "registered", sa.or_(known, sa.and_(named, here)))
        .order_by(sa.desc("by_phone"), volunteers.c.id)
        .limit(ALIKE)
    )


def _givers(
    holding: Collection[sa.ColumnElement[bool]], index: bytes, within: Collection[int] | None
) -> sa.Select[int, str, str, bool]:
    """Those who brought something before, by the words of their name; of a name that was taken back nobody is found."""
    here, known = inside(addresses.c.unit_id, within), _has(promises.c.phone_index, index)
    shown = name_of(promises.c.person_id, promises.c.shown_name).element
    named = sa.and_(promises.c.noted_by.is_not(None), shown != "", *holding)
    return (
        sa.select(
            promises.c.person_id,
            sa.case((here, shown), else_="").label("name"),
            sa.case((here, units.c.name), else_="").label("unit_name"),
            known.label("by_phone"),
        )
        .join(addresses, addresses.c.id == promises.c.address_id)
        .join(units, units.c.id == addresses.c.unit_id)
        .where(sa.or_(known, sa.and_(named, here)))
        .order_by(sa.desc("by_phone"), promises.c.id.desc())
        .limit(ALIKE)
    )


def _sharers(index: bytes) -> sa.Select[int, str, str, bool]:
    """Those of whom a channel says that it is their number."""
    return sa.select(
        accounts.c.person_id,
        sa.literal("").label("name"),
        sa.literal("").label("unit_name"),
        sa.true().label("by_phone"),
    ).where(_has(accounts.c.phone_index, index))


def _has(column: sa.Column[bytes], index: bytes) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(column == index, sa.false()) if index else sa.false()


async def _found(tx: Tx, code: str) -> FullPledge:
    pledge = await pledges.find(tx, code, None)
    assert pledge is not None
    return pledge
