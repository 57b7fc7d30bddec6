"""Who works for the Society, in which role, for which unit. Asked at the moment of every act."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.broadcast import broadcasts
from storage.database import Tx
from storage.database.prepared import Prepared
from storage.tables import accounts, people, staff, units, volunteers
from storage.talk.people import may


async def grant(tx: Tx, person_id: int, role: str, unit_id: int | None, by: str, now: datetime) -> bool:
    """Give a role for a unit, or everywhere; returns False if the person holds it already. Audited.

    Admins run the campaign and the program, so theirs is for everywhere.
    """
    assert role != "admin" or unit_id is None
    await tx.exclusive("staff")  # of two admins at the same instant one is told that it is given already
    held = sa.select(staff.c.id).where(
        staff.c.person_id == person_id, staff.c.role == role, staff.c.unit_id.is_not_distinct_from(unit_id)
    )
    if await tx.first(held.where(staff.c.revoked_at.is_(None))):
        return False
    await tx.run(sa.insert(staff).values(person_id=person_id, role=role, unit_id=unit_id, granted_at=now))
    await audit.add(tx, now, by, "grant", f"person:{person_id}", {"role": role, "unit": unit_id})
    return True


async def revoke(tx: Tx, person_id: int, role: str, unit_id: int | None, by: str, now: datetime) -> bool:
    """Take a role for a unit away, from this moment; returns False if the person does not hold it. Audited."""
    held = sa.update(staff).where(
        staff.c.person_id == person_id,
        staff.c.role == role,
        staff.c.unit_id.is_not_distinct_from(unit_id),
        staff.c.revoked_at.is_(None),
    )
    if not await tx.run(held.values(revoked_at=now)):
        return False
    await audit.add(tx, now, by, "revoke", f"person:{person_id}", {"role": role, "unit": unit_id})
    return True


async def take_back(tx: Tx, person_id: int, by: str, now: datetime) -> list[int]:
    """Make drafts again of the announcements that somebody wrote or approved who has no role any more, if nobody was sent
    them yet; returns their numbers. Audited."""
    if await serving_since(tx, person_id) is not None:
        return []
    taken = await broadcasts.take_back(tx, person_id)
    for id in taken:
        await audit.add(tx, now, by, "broadcast.undo", f"broadcast:{id}", {})
    return taken


async def revoke_doubles(tx: Tx, now: datetime) -> None:
    """Leave only the first of the roles that somebody holds twice for the same unit, or twice everywhere, since two units
    or two people became one."""
    other = staff.alias()
    first = sa.select(other.c.id).where(
        other.c.person_id == staff.c.person_id,
        other.c.role == staff.c.role,
        other.c.unit_id.is_not_distinct_from(staff.c.unit_id),
        other.c.revoked_at.is_(None),
        other.c.id < staff.c.id,
    )
    twice = sa.update(staff).where(staff.c.revoked_at.is_(None), first.exists())
    await tx.run(twice.values(revoked_at=now))


async def serving_since(tx: Tx, person_id: int, role: str = "") -> datetime | None:
    """Since when she has held a role without a break, any or this one; None if she holds none."""
    held = sa.select(sa.func.min(staff.c.granted_at)).where(
        staff.c.person_id == person_id, staff.c.revoked_at.is_(None)
    )
    found: datetime | None = await tx.value(held.where(staff.c.role == role) if role else held)
    return found


async def served_before(tx: Tx, person_id: int, made_at: datetime | None, role: str = "") -> bool:
    """Whether she may be the second person for something that was made then: she was staff, or held this role, already.
    Otherwise one could appoint a second self after the fact."""
    since = await serving_since(tx, person_id, role)
    return since is not None and (made_at is None or since <= made_at)


def _above() -> sa.Select[Any]:
    """A unit and every unit that contains it."""
    above = sa.select(units.c.id, units.c.parent_id).where(units.c.id == sa.bindparam("unit")).cte(recursive=True)
    above = above.union(sa.select(units.c.id, units.c.parent_id).where(units.c.id == above.c.parent_id))
    return sa.select(above.c.id)


SERVING = (
    sa.select(people.c.id, people.c.language, staff.c.role)
    .join(staff, staff.c.person_id == people.c.id)
    .where(staff.c.revoked_at.is_(None), people.c.blocked_at.is_(None))
)
HOLDERS = Prepared(SERVING)
HOLDERS_ABOVE = Prepared(SERVING.where(sa.or_(staff.c.unit_id.is_(None), staff.c.unit_id.in_(_above()))))


async def holders(tx: Tx, role: str, unit_id: int | None, besides: int | None = None) -> dict[int, str]:
    """The people with this role for this unit or one above it, each with her language, but for one of them; instead of
    officers the admins if there is no (other) officer, so that nothing waits unseen."""
    rows = await tx.all(HOLDERS) if unit_id is None else await tx.all(HOLDERS_ABOVE, unit=unit_id)
    rows = [row for row in rows if row["id"] != besides]
    holding = {row["id"]: row["language"] for row in rows if row["role"] == role}
    if not holding and role == "officer":
        return {row["id"]: row["language"] for row in rows if row["role"] == "admin"}
    return holding


async def others(tx: Tx, unit_id: int, besides: Collection[int | None], made_at: datetime | None = None) -> list[int]:
    """Who may look at something of this unit again, which was made then, besides these people: its officers and those of the
    units above it; the admins where there is none of them."""
    rows = [row for row in await tx.all(HOLDERS_ABOVE, unit=unit_id) if row["id"] not in besides]
    for role in ("officer", "admin"):
        found = sorted({row["id"] for row in rows if row["role"] == role})
        if may := [id for id in found if made_at is None or await served_before(tx, id, made_at)]:
            return may
    return []


async def other_officers(tx: Tx, unit_id: int, besides: Collection[int]) -> list[int]:
    """The officers of this unit and of those above it, besides these people; in a small commune there may be nobody."""
    rows = await tx.all(HOLDERS_ABOVE, unit=unit_id)
    return sorted({row["id"] for row in rows if row["role"] == "officer"} - set(besides))


class Member(Struct, frozen=True):
    """Somebody with a role for a unit. ``name`` is empty unless she is a registered volunteer."""

    id: int
    """Of the role that she holds, not of her."""
    person_id: int
    role: str
    unit_id: int | None
    unit_name: str
    name: str
    channels: tuple[str, ...]
    granted_at: datetime
    heard_at: datetime | None
    """When she last wrote, on whichever channel."""


async def members(tx: Tx) -> list[Member]:
    """Who holds which role now; admins first, then by unit."""
    registered = sa.and_(volunteers.c.person_id == staff.c.person_id, volunteers.c.state == "registered")
    rows = await tx.all(
        sa.select(staff, units.c.name.label("unit_name"), volunteers.c.full_name)
        .outerjoin(units, units.c.id == staff.c.unit_id)
        .outerjoin(volunteers, registered)
        .where(staff.c.revoked_at.is_(None))
        .order_by(staff.c.role, staff.c.unit_id.is_not(None), staff.c.unit_id, staff.c.id)
    )
    hers = accounts.c.person_id.in_([row["person_id"] for row in rows])
    channels: dict[int, dict[str, None]] = {}
    heard: dict[int, datetime] = {}
    known = sa.select(accounts.c.person_id, accounts.c.channel, accounts.c.heard_at).where(hers).order_by(accounts.c.id)
    for row in await tx.all(known):
        channels.setdefault(row["person_id"], {})[row["channel"]] = None
        if row["heard_at"] is not None:
            heard[row["person_id"]] = max(row["heard_at"], heard.get(row["person_id"], row["heard_at"]))
    return [
        Member(
            row["id"],
            row["person_id"],
            row["role"],
            row["unit_id"],
            row["unit_name"] or "",
            row["full_name"] or "",
            tuple(channels.get(row["person_id"], ())),
            row["granted_at"],
            heard.get(row["person_id"]),
        )
        for row in rows
    ]


class Colleague(Struct, frozen=True):
    """Somebody of the staff as colleagues know her: her name, empty unless she registered, and the unit she works for."""

    name: str
    unit_name: str


async def colleagues(tx: Tx, ids: Collection[int]) -> dict[int, Colleague]:
    """These people, also those who hold no role any more; who has erased herself has no name."""
    registered = sa.and_(volunteers.c.person_id == staff.c.person_id, volunteers.c.state == "registered")
    rows = await tx.all(
        sa.select(staff.c.person_id, units.c.name.label("unit_name"), volunteers.c.full_name)
        .outerjoin(units, units.c.id == staff.c.unit_id)
        .outerjoin(volunteers, registered)
        .where(staff.c.person_id.in_(sorted(ids)))
        .order_by(staff.c.revoked_at.is_(None), staff.c.id)
    )
    return {row["person_id"]: Colleague(row["full_name"] or "", row["unit_name"] or "") for row in rows}


async def names(tx: Tx) -> dict[int, str]:
    """The names of all who hold a role, or did, as far as they are known."""
    ids = {row["person_id"] for row in await tx.all(sa.select(staff.c.person_id).distinct())}
    return {id: who.name for id, who in sorted((await colleagues(tx, ids)).items()) if who.name}


class Holding(Struct, frozen=True):
    """An account whose person holds roles, or held one once."""

    address: str
    language: str
    roles: frozenset[str]


async def accounts_on(tx: Tx, channel: str) -> list[Holding]:
    """Every account on a channel of somebody who holds a role now, or did, and then has none."""
    rows = await tx.all(
        sa.select(accounts.c.address, people.c.language, staff.c.role, staff.c.revoked_at)
        .join(people, people.c.id == accounts.c.person_id)
        .join(staff, staff.c.person_id == people.c.id)
        .where(accounts.c.channel == channel, people.c.blocked_at.is_(None))
        .order_by(accounts.c.id)
    )
    roles: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        held_now = {row["role"]} if row["revoked_at"] is None else set()
        roles.setdefault((row["address"], row["language"]), set()).update(held_now)
    return [Holding(address, language, frozenset(held)) for (address, language), held in roles.items()]


async def addresses(tx: Tx) -> frozenset[tuple[str, str]]:
    """Channel and address of every account of somebody who holds a role now."""
    held = sa.select(staff.c.person_id).where(staff.c.revoked_at.is_(None))
    rows = await tx.all(sa.select(accounts.c.channel, accounts.c.address).where(accounts.c.person_id.in_(held)))
    return frozenset((row["channel"], row["address"]) for row in rows)


async def reach(tx: Tx, roles: Mapping[str, frozenset[int | None]], role: str) -> frozenset[int] | None:
    """The units for which these roles allow what asks for ``role``: those held and all they contain; None for everywhere."""
    held = {unit for name, held_for in roles.items() if may(role, [name]) for unit in held_for}
    if None in held:
        return None
    below = sa.select(units.c.id).where(units.c.id.in_([u for u in held if u is not None])).cte(recursive=True)
    below = below.union(sa.select(units.c.id).join(below, units.c.parent_id == below.c.id))
    return frozenset(row["id"] for row in await tx.all(sa.select(below.c.id)))
