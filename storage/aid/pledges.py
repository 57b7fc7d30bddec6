"""Pledges: what people promise to an address. The claim on what is missing is made in the database, so that two who
promise the last part at the same instant cannot both have it.

What counts against a need is what somebody vouches for: an account that costs its owner something, or an officer who
confirmed it. The rest awaits that, beside the sum, and lapses."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict, replace

from storage import words
from storage.campaign.codes import new_code
from storage.campaign.within import inside
from storage.database import Tx
from storage.database.rows import build
from storage.database.secret import Broken, seal_words
from storage.tables import addresses, campaigns, needs, pledges, units
from storage.tables.sealed import PLEDGE_PHONE
from storage.talk.consents import name_of

OPEN = ("new", "confirmed")
AWAITING: sa.TextClause = sa.text("pledges.state = 'new' AND NOT pledges.vouched")
"""Those for which nobody vouches yet, in the words of their index."""


class NewPledge(Struct, frozen=True):
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
    vouched: bool = True
    phone: str = ""
    """Where she wants to be called; empty: she is written to."""
    each_month: int = 0
    """Of ``amount``, each time; 0 where it is given once."""
    noted_by: int | None = None
    """The officer to whom it was brought without having been promised."""
    phone_index: bytes | None = None
    """By which she who brought it is known again; the number itself is not kept."""


class Pledge(Struct, frozen=True):
    """A pledge as the person who made it sees it."""

    code: str
    kind: str
    amount: int
    what: str
    measure: str
    due_on: date | None
    monthly_until_on: date | None
    each_month: int
    arrived: int
    state: str
    vouched: bool
    created_at: datetime
    address_code: str
    household: str
    unit_name: str
    phone: str
    """Where she wants to be called, in clear; empty if nowhere."""

    @property
    def standing(self) -> str:
        """Its state, or that it awaits being confirmed."""
        return standing(self.state, self.vouched)


def standing(state: str, vouched: bool) -> str:
    """A pledge's state, or `awaiting`."""
    return "awaiting" if state == "new" and not vouched else state


async def claim(tx: Tx, need_id: int, amount: int, *, beyond: bool = False, vouched: bool = True) -> bool:
    """Take this much of what is missing; returns False, and takes nothing, if there is less. ``beyond``: the person knows.

    What nobody vouches for takes nothing, and is noted beside.
    """
    room: sa.ColumnElement[bool] = needs.c.ended_at.is_(None)
    if not beyond:
        room = sa.and_(room, needs.c.promised + amount <= needs.c.amount)
    counts = needs.c.promised if vouched else needs.c.awaiting
    return bool(await tx.run(sa.update(needs).where(needs.c.id == need_id, room).values({counts: counts + amount})))


async def count_open(tx: Tx, person_ids: Collection[int], *, vouched: bool) -> int:
    """How many open pledges these people have of which somebody vouches, or nobody does."""
    hers = sa.and_(pledges.c.person_id.in_(list(person_ids)), pledges.c.state.in_(OPEN), pledges.c.vouched == vouched)
    return int(await tx.value(sa.select(sa.func.count()).select_from(pledges).where(hers)))


async def add(tx: Tx, new: NewPledge, now: datetime) -> str:
    """Keep a pledge whose claim was made; returns its code."""
    values = asdict(new)
    code = await new_code(tx, values.pop("prefix"), pledges.c.code)
    phone = _seal(tx, code, values.pop("phone"))
    values = seal_words(tx.vault, pledges, {**values, "code": code, "created_at": now, "phone": phone})
    await tx.run(sa.insert(pledges).values(**values))
    await words.note(tx, pledges.c.code, code)
    return code


class LastGift(Struct, frozen=True):
    """How a person gave last time: how much money each time, for whom, and as whom."""

    kind: str
    amount: int
    monthly_until_on: date | None
    organisation: str
    shown_as: str
    shown_name: str


async def last_of(tx: Tx, person_id: int) -> LastGift | None:
    """How a person gave last time, if she ever did."""
    hers = sa.select(pledges).where(pledges.c.person_id == person_id).order_by(pledges.c.id.desc()).limit(1)
    return await tx.one(hers, into=LastGift)


async def phone_of(tx: Tx, code: str) -> str:
    """Where whoever pledged this wants to be called; empty if nowhere, or if the pledge is done with."""
    return _open_phone(tx, code, await tx.value(sa.select(pledges.c.phone).where(pledges.c.code == code)))


async def last_phone(tx: Tx, person_id: int) -> str:
    """The number that a person gave with the newest of her open pledges that has one; empty if there is none."""
    hers = sa.select(pledges.c.code, pledges.c.phone).where(
        pledges.c.person_id == person_id, pledges.c.phone.is_not(None)
    )
    row = await tx.first(hers.order_by(pledges.c.id.desc()).limit(1))
    phone = "" if row is None else _open_phone(tx, row["code"], row["phone"])
    return "" if isinstance(phone, Broken) else phone


async def of_person(tx: Tx, person_id: int) -> list[Pledge]:
    """What a person promised, the newest first."""
    hers = promises().where(pledges.c.person_id == person_id).order_by(pledges.c.id.desc())
    return [build(Pledge, row, phone=_open_phone(tx, row["code"], row["phone"])) for row in await tx.all(hers)]


class Promise(Struct, frozen=True):
    """What of a pledge its giver may change as long as nothing has arrived."""

    amount: int
    each_month: int
    monthly_until_on: date | None
    due_on: date | None
    what: str


class FullPledge(Struct, frozen=True):
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
    each_month: int
    organisation: str
    shown_as: str
    shown_name: str
    state: str
    vouched: bool
    reason: str
    noted_by: int | None
    """The officer to whom it was brought without having been promised; None of what was."""
    created_at: datetime
    address_code: str
    household: str
    unit_id: int
    unit_name: str
    prefix: str
    """Of the campaign in which it was promised: it begins the numbers of its receipts."""

    @property
    def standing(self) -> str:
        """Its state, or that it awaits being confirmed."""
        return standing(self.state, self.vouched)

    @property
    def promise(self) -> Promise:
        """What of it its giver may change."""
        return Promise(self.amount, self.each_month, self.monthly_until_on, self.due_on, self.what)

    @property
    def covers(self) -> int:
        """How much of the need it covers: what is still to come or came; once it is done with, only what came."""
        return (max(self.amount, self.arrived) if self.state in OPEN else self.arrived) if self.vouched else 0

    @property
    def awaits(self) -> int:
        """How much of it it would cover."""
        return self.amount if self.standing == "awaiting" else 0


async def find(tx: Tx, code: str, within: Collection[int] | None) -> FullPledge | None:
    """The pledge with this code to an address in these units (None: anywhere)."""
    there = promises().where(pledges.c.code == code.upper(), inside(addresses.c.unit_id, within))
    return await tx.one(there, into=FullPledge)


async def change(tx: Tx, pledge: FullPledge, **values: Any) -> bool:
    """Change a pledge's state, what arrived of it or whether somebody vouches for it, and what its need counts with it;
    False if it changed meanwhile. Who confirms it vouches for it; once it is done with nobody is called any more."""
    if values.get("state") == "confirmed":
        values = {**values, "vouched": True}
    elif values.get("state", pledge.state) not in OPEN:
        values = {**values, "phone": None}
    as_seen = (
        getattr(pledges.c, name) == getattr(pledge, name) for name in ("id", "state", "arrived", "vouched", "amount")
    )
    values = seal_words(tx.vault, pledges, values, code=pledge.code)
    if not await tx.run(sa.update(pledges).where(*as_seen).values(**values)):
        return False
    if pledge.need_id is not None:
        seen = {name: value for name, value in values.items() if name in ("state", "arrived", "vouched")}
        then = replace(pledge, **seen)
        await tx.run(
            sa.update(needs)
            .where(needs.c.id == pledge.need_id)
            .values(
                promised=needs.c.promised + then.covers - pledge.covers,
                awaiting=needs.c.awaiting + then.awaits - pledge.awaits,
                arrived=needs.c.arrived + then.arrived - pledge.arrived,
            )
        )
    return True


async def vouch(tx: Tx, person_id: int, vouched: bool, *, most: int | None = None) -> int:
    """Let a person's new pledges count from now on, so many that she has at most this many open ones that count, or no
    longer; those that an officer confirmed go on counting. Returns how many changed."""
    hers = sa.and_(pledges.c.person_id == person_id, pledges.c.state == "new", pledges.c.vouched != vouched)
    found = await tx.all(promises().where(hers).order_by(pledges.c.id), into=FullPledge)
    if vouched and most is not None:
        found = found[: max(most - await count_open(tx, [person_id], vouched=True), 0)]
    return sum([await change(tx, pledge, vouched=vouched) for pledge in found])


async def lapse(tx: Tx, now: datetime, older_than: timedelta, most: int = 100) -> list[FullPledge]:
    """Cancel what nobody has vouched for in that time; returns what lapsed."""
    old = promises().where(AWAITING, pledges.c.created_at < now - older_than)
    found = await tx.all(old.order_by(pledges.c.created_at).limit(most), into=FullPledge)
    return [pledge for pledge in found if await change(tx, pledge, state="cancelled", cancelled_at=now)]


async def find_hers(tx: Tx, person_id: int, code: str) -> FullPledge | None:
    """This person's pledge with this code; until this transaction ends no officer changes it."""
    hers = promises().where(pledges.c.code == code.upper(), pledges.c.person_id == person_id)
    return await tx.one(hers.with_for_update(of=pledges), into=FullPledge)


async def cancel(tx: Tx, person_id: int, code: str, now: datetime) -> bool:
    """Take a pledge back; what has not arrived of it is missing again. False if it is not hers, or is done with."""
    pledge = await find_hers(tx, person_id, code)
    if pledge is None or pledge.state not in OPEN:
        return False
    return await change(tx, pledge, state="cancelled", cancelled_at=now)


async def open_of(tx: Tx, address_id: int, *, lock: bool = False) -> list[FullPledge]:
    """The open pledges to an address, which nobody else changes until the transaction ends if they are locked."""
    its = promises().where(pledges.c.address_id == address_id, pledges.c.state.in_(OPEN)).order_by(pledges.c.id)
    return await tx.all(its.with_for_update(of=pledges) if lock else its, into=FullPledge)


def _seal(tx: Tx, code: str, phone: str) -> bytes | None:
    return PLEDGE_PHONE.seal(tx.vault, phone.encode(), code) if phone else None


def _open_phone(tx: Tx, code: str, sealed: bytes | None) -> str:
    return PLEDGE_PHONE.show(tx.vault, sealed, code)


def promises() -> sa.Select[Any]:
    """Pledges as officers see them."""
    return (
        sa.select(
            *(column for column in pledges.c if column is not pledges.c.shown_name),
            name_of(pledges.c.person_id, pledges.c.shown_name),
            addresses.c.code.label("address_code"),
            addresses.c.shown_name.label("household"),
            addresses.c.unit_id,
            units.c.name.label("unit_name"),
            campaigns.c.prefix,
            sa.func.coalesce(needs.c.measure, "").label("measure"),
        )
        .join(campaigns, campaigns.c.id == pledges.c.campaign_id)
        .join(addresses, addresses.c.id == pledges.c.address_id)
        .join(units, units.c.id == addresses.c.unit_id)
        .outerjoin(needs, needs.c.id == pledges.c.need_id)
    )
