"""Volunteers: who they are, where they live, what they can do. Eighteen or older (Red Cross law 11/2008/QH12)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import words
from storage.campaign.within import inside
from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.database.prepared import Prepared
from storage.database.rows import build
from storage.database.secret import SealedWords, seal_words
from storage.database.written import plain
from storage.tables import accounts, units, volunteers
from storage.tables.sealed import VOLUNTEER_PHONE

ACTIVITIES = ("relief", "health_care", "first_aid", "donation", "tracing", "values", "disaster")
"""The seven fields of Red Cross activity (law 11/2008/QH12)."""
REGISTERED: sa.ColumnElement[str] = sa.literal_column("'registered'")
"""A literal and not a parameter, so that the partial index applies."""
LIVES_IN: sa.ColumnElement[str] = sa.case((volunteers.c.outside, ""), else_=units.c.name)
"""Nothing for who lives outside the area; of the unit it is then only told who sees to her."""
SORTED = 500
"""More are not sorted by name, which is sealed: each would have to be opened."""


class Volunteer(Struct, frozen=True):
    """One registered person. ``phone`` is in clear here, and only here."""

    full_name: str
    birth_year: int
    phone: str
    unit_id: int
    unit_name: str
    hamlet: str
    outside: bool
    activities: list[str]
    free_time: str
    organisation: str
    state: str
    created_at: datetime


class Listed(Volunteer, frozen=True):
    """A volunteer as officers find her."""

    person_id: int


class Registration(Struct, frozen=True):
    """What a person tells when she registers. ``phone`` is empty where she has none."""

    full_name: str
    birth_year: int
    phone: str
    unit_id: int
    hamlet: str
    activities: list[str]
    free_time: str
    organisation: str
    outside: bool = False
    """Whether ``hamlet`` is a place outside the area, and the unit only the one whose officers see to her."""


WITH_UNIT = sa.select(volunteers, units.c.name.label("unit_name")).join(units, units.c.id == volunteers.c.unit_id)
SECRET = [column for column in volunteers.c if isinstance(column.type, SealedWords)]
HERS = Prepared(WITH_UNIT.where(volunteers.c.person_id == sa.bindparam("person")))


async def register(tx: Tx, person_id: int, given: Registration, now: datetime) -> None:
    """Register, or change what was registered; who had withdrawn is back."""
    values: dict[str, Any] = {
        "full_name": given.full_name,
        "birth_year": given.birth_year,
        "phone": VOLUNTEER_PHONE.seal(tx.vault, given.phone.encode(), person_id) if given.phone else None,
        "phone_index": tx.vault.index(given.phone, kind="phone") if given.phone else None,
        "unit_id": given.unit_id,
        "hamlet": given.hamlet,
        "outside": given.outside,
        "activities": given.activities,
        "free_time": given.free_time,
        "organisation": given.organisation,
        "state": "registered",
        "updated_at": now,
        "seen_at": None,
    }
    row = seal_words(tx.vault, volunteers, {"person_id": person_id, "created_at": now, **values})
    await insert_or_replace(tx, volunteers, [row], by="person_id", keep="created_at")
    await words.note(tx, volunteers.c.person_id, person_id)


async def find(tx: Tx, person_id: int) -> Volunteer | None:
    """What this person registered, also if she has withdrawn since."""
    row = await tx.first(HERS, person=person_id)
    return None if row is None else build(Volunteer, row, phone=_phone(tx, row))


async def withdraw(tx: Tx, person_id: int, now: datetime) -> bool:
    """Stop being a volunteer; the phone number goes at once. Returns False if there was nothing to withdraw."""
    await tx.run(sa.update(accounts).where(accounts.c.person_id == person_id).values(phone_index=None))
    return bool(
        await tx.run(
            sa.update(volunteers)
            .where(volunteers.c.person_id == person_id, volunteers.c.state == "registered")
            .values(state="withdrawn", phone=None, phone_index=None, updated_at=now)
        )
    )


async def hand_over(tx: Tx, person_id: int, to: int) -> None:
    """Seal what is sealed of a registration anew, for the person whose it becomes."""
    hers = volunteers.c.person_id == person_id
    row = await tx.first(sa.select(volunteers.c.phone, *SECRET).where(hers))
    if row is None:
        return
    values = seal_words(tx.vault, volunteers, {column.name: row[column.name] for column in SECRET}, person_id=to)
    if row["phone"] is not None:
        phone = VOLUNTEER_PHONE.open(tx.vault, row["phone"], person_id)
        values["phone"] = VOLUNTEER_PHONE.seal(tx.vault, phone, to)
    await tx.run(sa.update(volunteers).where(hers).values(**values))


async def search(tx: Tx, within: Collection[int] | None, said: str, first: int, most: int) -> tuple[list[Listed], int]:
    """Some of the registered volunteers in these units (None: anywhere) whose name holds all these words, with marks or
    without, and how many there are: by name, or, of more than `SORTED`, the newest first."""
    known = await words.marks(tx)
    holds = [words.holding(tx, words.VOLUNTEER, word, known) for word in words.split(said)]
    if said.strip() and not holds:  # signs only: nobody's name, not everybody's
        holds = [sa.false()]
    wanted = [volunteers.c.state == REGISTERED, inside(volunteers.c.unit_id, within), *holds]
    total = int(await tx.value(sa.select(sa.func.count(volunteers.c.id)).where(*wanted)))
    if total > SORTED:
        newest = sa.select(volunteers.c.id).where(*wanted).order_by(volunteers.c.id.desc())
        ids = [row["id"] for row in await tx.all(newest.offset(first).limit(most))]
    else:
        named = await tx.all(sa.select(volunteers.c.id, volunteers.c.full_name).where(*wanted))
        by_name = sorted(named, key=lambda row: (plain(row["full_name"]), row["id"]))
        ids = [row["id"] for row in by_name[first : first + most]]
    found = {row["id"]: row for row in await tx.all(WITH_UNIT.where(volunteers.c.id.in_(ids)))}
    return [_build_listed(tx, found[id]) for id in ids], total


async def find_registered(tx: Tx, person_id: int, within: Collection[int] | None) -> Listed | None:
    """This registered volunteer, if she lives in these units (None: anywhere)."""
    hers = [volunteers.c.person_id == person_id, volunteers.c.state == "registered"]
    row = await tx.first(WITH_UNIT.where(*hers, inside(volunteers.c.unit_id, within)))
    return None if row is None else _build_listed(tx, row)


async def has_withdrawn(tx: Tx, person_id: int, within: Collection[int] | None) -> bool:
    """Whether this person was a volunteer in these units, and is none any more."""
    hers = volunteers.c.person_id == person_id, volunteers.c.state == "withdrawn", inside(volunteers.c.unit_id, within)
    return await tx.first(sa.select(volunteers.c.id).where(*hers)) is not None


async def notice(tx: Tx, person_id: int, now: datetime) -> bool:
    """Note that an officer saw this registration; False if one had already."""
    unseen = sa.and_(volunteers.c.person_id == person_id, volunteers.c.seen_at.is_(None))
    return bool(await tx.run(sa.update(volunteers).where(unseen).values(seen_at=now)))


def _build_listed(tx: Tx, row: Mapping[Any, Any]) -> Listed:
    return build(Listed, row, phone=VOLUNTEER_PHONE.show_in(tx.vault, row))


def _phone(tx: Tx, row: Mapping[Any, Any]) -> str:
    return VOLUNTEER_PHONE.show_in(tx.vault, row)
