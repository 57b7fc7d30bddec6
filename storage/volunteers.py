"""Volunteers: who they are, where they live, what they can do. Eighteen or older (Red Cross law 11/2008/QH12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Tx
from storage.tables import units, volunteers


@dataclass(frozen=True)
class Volunteer:
    """One registered person. ``phone`` is in clear here, and only here."""

    full_name: str
    birth_year: int
    phone: str
    unit_id: int
    unit_name: str
    hamlet: str
    activities: list[str]
    free_time: str
    organisation: str
    state: str
    created_at: datetime


@dataclass(frozen=True)
class Registration:
    """What a person tells when she registers. ``folded_name`` finds her without diacritics."""

    full_name: str
    folded_name: str
    birth_year: int
    phone: str
    unit_id: int
    hamlet: str
    activities: list[str]
    free_time: str
    organisation: str


async def register(tx: Tx, person_id: int, given: Registration, now: datetime) -> None:
    """Register, or change what was registered; who had withdrawn is back."""
    values: dict[str, Any] = {
        "full_name": given.full_name,
        "folded_name": given.folded_name,
        "birth_year": given.birth_year,
        "phone": tx.vault.seal(given.phone.encode()),
        "phone_index": tx.vault.index(given.phone, kind="phone"),
        "unit_id": given.unit_id,
        "hamlet": given.hamlet,
        "activities": given.activities,
        "free_time": given.free_time,
        "organisation": given.organisation,
        "state": "registered",
        "updated_at": now,
    }
    known = sa.update(volunteers).where(volunteers.c.person_id == person_id)
    if not await tx.run(known.values(**values)):
        await tx.run(sa.insert(volunteers).values(person_id=person_id, created_at=now, **values))


async def find(tx: Tx, person_id: int) -> Volunteer | None:
    """What this person registered, also if she has withdrawn since."""
    row = await tx.first(
        sa.select(volunteers, units.c.name.label("unit_name"))
        .join(units, units.c.id == volunteers.c.unit_id)
        .where(volunteers.c.person_id == person_id)
    )
    return None if row is None else _volunteer(tx, row)


async def withdraw(tx: Tx, person_id: int, now: datetime) -> bool:
    """Stop being a volunteer; the phone number goes at once. Returns False if there was nothing to withdraw."""
    return bool(
        await tx.run(
            sa.update(volunteers)
            .where(volunteers.c.person_id == person_id, volunteers.c.state == "registered")
            .values(state="withdrawn", phone=None, phone_index=None, updated_at=now)
        )
    )


def _volunteer(tx: Tx, row: Mapping[Any, Any]) -> Volunteer:
    given = {name: row[name] for name in Volunteer.__dataclass_fields__ if name != "phone"}
    return Volunteer(phone=tx.vault.open(row["phone"]).decode() if row["phone"] else "", **given)
