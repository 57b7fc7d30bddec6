"""Find the person behind a code, a phone number or an account, as little as an admin needs of her."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.aid import pledges
from storage.database import Tx
from storage.tables import accounts, deeds, people, staff, units, volunteers
from storage.tables import pledges as promises
from storage.tables.sealed import VOLUNTEER_PHONE

NUMBER = re.compile(r"#?(\d{1,12})")
ACCOUNT = re.compile(r"([a-z][a-z_]*):(\S{1,64})")


class FoundPerson(Struct, frozen=True):
    """A person. ``name`` and ``phone`` are in clear; whoever shows them masks them."""

    id: int
    channels: tuple[str, ...]
    name: str
    phone: str
    unit_name: str
    pledges: int
    deeds: int
    roles: tuple[str, ...]
    created_at: datetime
    blocked_at: datetime | None


async def persons_of(tx: Tx, said: str, phone: str = "") -> list[int]:
    """Whose code, phone number (in E.164), account («telegram:123») or number («#12») this is; anybody can type a phone
    number, so one may be several people's."""
    wanted: sa.Select[Any] | sa.CompoundSelect[Any]
    if phone:
        wanted = sa.select(volunteers.c.person_id).where(
            volunteers.c.phone_index == tx.vault.index(phone, kind="phone")
        )
    elif account := ACCOUNT.fullmatch(said):
        wanted = sa.select(accounts.c.person_id).where(
            accounts.c.channel == account[1], accounts.c.address == account[2]
        )
    elif number := NUMBER.fullmatch(said):
        wanted = sa.select(people.c.id.label("person_id")).where(people.c.id == int(number[1]))
    else:
        code = said.upper()
        wanted = sa.union_all(
            sa.select(promises.c.person_id).where(promises.c.code == code),
            sa.select(deeds.c.person_id).where(deeds.c.code == code),
        )
    return sorted({row["person_id"] for row in await tx.all(wanted)})


async def is_vouched(tx: Tx, person_id: int, phone: str) -> bool:
    """Whether a channel says that this number (E.164) is this person's: she shared it by its button."""
    index = tx.vault.index(phone, kind="phone")
    shared = sa.and_(accounts.c.person_id == person_id, accounts.c.phone_index == index)
    return await tx.first(sa.select(accounts.c.id).where(shared)) is not None


async def person(tx: Tx, person_id: int) -> FoundPerson | None:
    """What is known of this person, if she has not left."""
    row = await tx.first(
        sa.select(people, volunteers.c.full_name, volunteers.c.phone, units.c.name.label("unit_name"))
        .outerjoin(volunteers, sa.and_(volunteers.c.person_id == people.c.id, volunteers.c.state == "registered"))
        .outerjoin(units, units.c.id == volunteers.c.unit_id)
        .where(people.c.id == person_id)
    )
    channels = await tx.all(
        sa.select(accounts.c.channel).where(accounts.c.person_id == person_id).order_by(accounts.c.id)
    )
    if row is None or not channels:
        return None
    held = sa.select(staff.c.role).where(staff.c.person_id == person_id, staff.c.revoked_at.is_(None)).distinct()
    told = sa.select(sa.func.count()).select_from(deeds).where(deeds.c.person_id == person_id)
    return FoundPerson(
        person_id,
        tuple(dict.fromkeys(account["channel"] for account in channels)),
        row["full_name"] or "",
        VOLUNTEER_PHONE.show(tx.vault, row["phone"], person_id),
        row["unit_name"] or "",
        len(await pledges.of_person(tx, person_id)),
        int(await tx.value(told)),
        tuple(granted["role"] for granted in await tx.all(held.order_by(staff.c.role))),
        row["created_at"],
        row["blocked_at"],
    )


async def block(tx: Tx, person_id: int, by: str, now: datetime) -> None:
    """Hear this person no more. Audited."""
    await tx.run(sa.update(people).where(people.c.id == person_id).values(blocked_at=now))
    await audit.add(tx, now, by, "block", f"person:{person_id}", {})


async def unblock(tx: Tx, person_id: int, by: str, now: datetime) -> bool:
    """Hear this person again; False, and nothing is written, if she was not blocked. Audited."""
    blocked = sa.update(people).where(people.c.id == person_id, people.c.blocked_at.is_not(None))
    if not await tx.run(blocked.values(blocked_at=None)):
        return False
    await audit.add(tx, now, by, "unblock", f"person:{person_id}", {})
    return True
