"""Whom to remind of what: pledges that wait, monthly ones that are due, and forms that were left open."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta, tzinfo

import sqlalchemy as sa
from msgspec import Struct

from storage.broadcast.audience import agreed, asked_once
from storage.database import Tx
from storage.tables import addresses, people, places, pledges, units

MOST = 3
"""Reminders of one pledge that is given once."""
APART = timedelta(days=7)
AHEAD = timedelta(days=1)
"""How long before the day that somebody named."""
AT_ONCE = 100
LATEST_DAY = 28
"""The latest day of a month on which to remind: every month has it."""


class DuePledge(Struct, frozen=True):
    """A pledge of which its giver is reminded."""

    id: int
    person_id: int
    code: str
    kind: str
    monthly: bool
    reminded: int
    household: str
    unit_id: int
    commune: str


async def find_due(tx: Tx, now: datetime, zone: tzinfo) -> list[DuePledge]:
    """Pledges of which to remind now: three times at most, a week apart; monthly ones on their day of each month."""
    today = now.astimezone(zone).date()
    waits = sa.and_(
        pledges.c.monthly_until_on.is_(None),
        pledges.c.reminded < MOST,
        sa.or_(pledges.c.reminded_at.is_(None), pledges.c.reminded_at <= now - APART),
        sa.or_(
            pledges.c.due_on <= today + AHEAD, sa.and_(pledges.c.due_on.is_(None), pledges.c.created_at <= now - APART)
        ),
    )
    began = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    monthly = sa.and_(
        pledges.c.monthly_until_on >= today.replace(day=1),
        pledges.c.created_at < began,
        sa.or_(pledges.c.reminded_at.is_(None), pledges.c.reminded_at < began),
    )
    wants = sa.or_(agreed(people.c.id), ~asked_once())
    rows = await tx.all(
        sa.select(
            pledges, addresses.c.shown_name.label("household"), addresses.c.unit_id, units.c.name.label("commune")
        )
        .join(people, people.c.id == pledges.c.person_id)
        .join(addresses, addresses.c.id == pledges.c.address_id)
        .join(units, units.c.id == addresses.c.unit_id)
        .where(
            pledges.c.state.in_(["new", "confirmed"]),
            pledges.c.vouched,
            pledges.c.reminders,
            people.c.blocked_at.is_(None),
            wants,
        )
        .where(sa.or_(waits, monthly))
        .order_by(pledges.c.id)
    )
    found = [row for row in rows if row["monthly_until_on"] is None or _its_day(row["created_at"], today, zone)]
    return [
        DuePledge(
            row["id"],
            row["person_id"],
            row["code"],
            row["kind"],
            row["monthly_until_on"] is not None,
            row["reminded"] + 1,
            row["household"],
            row["unit_id"],
            row["commune"],
        )
        for row in found[:AT_ONCE]
    ]


async def note_reminded(tx: Tx, ids: Collection[int], now: datetime) -> None:
    """These pledges' givers were reminded."""
    which = pledges.c.id.in_(list(ids))
    await tx.run(sa.update(pledges).where(which).values(reminded=pledges.c.reminded + 1, reminded_at=now))


async def enough(tx: Tx, person_id: int, code: str) -> bool:
    """Never remind of this pledge again; False if it is not hers."""
    hers = sa.and_(pledges.c.person_id == person_id, pledges.c.code == code.upper())
    return await tx.run(sa.update(pledges).where(hers).values(reminders=False)) > 0


async def find_left_open(tx: Tx, forms: Collection[str], before: datetime, *, nudged: bool) -> list[tuple[int, str]]:
    """People with one of these forms open and untouched since then; ``nudged``: also those who were told already."""
    which = sa.and_(places.c.form.in_(list(forms)), places.c.updated_at < before)
    fresh = sa.true() if nudged else places.c.nudged_at.is_(None)
    found = sa.select(places.c.person_id, places.c.form).where(which, fresh).order_by(places.c.updated_at)
    return [(row["person_id"], row["form"]) for row in await tx.all(found.limit(AT_ONCE))]


async def note_nudged(tx: Tx, person_ids: Collection[int], now: datetime) -> None:
    """These people were told of their open form."""
    await tx.run(sa.update(places).where(places.c.person_id.in_(list(person_ids))).values(nudged_at=now))


async def close(tx: Tx, person_ids: Collection[int], before: datetime) -> None:
    """Drop these people's open forms, if they were not touched meanwhile."""
    which = sa.and_(places.c.person_id.in_(list(person_ids)), places.c.updated_at < before)
    await tx.run(sa.delete(places).where(which))


def _its_day(created_at: datetime, today: date, zone: tzinfo) -> bool:
    return today.day >= min(created_at.astimezone(zone).day, LATEST_DAY)
