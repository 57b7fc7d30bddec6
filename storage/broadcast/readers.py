"""Whom an announcement would reach at this moment, and who of its audience is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.broadcast.audience import ACCOUNT, agreed, asked_once, members
from storage.broadcast.broadcasts import Draft
from storage.database import Tx
from storage.tables import accounts, people, units, volunteers


class Reach(Struct, frozen=True):
    """Whom a broadcast would reach now, and who is left out."""

    channels: Mapping[str, int]
    """How many on each channel."""
    left_out: Mapping[str, int]
    """How many for each reason."""

    @property
    def size(self) -> int:
        return sum(self.channels.values())


async def preview(tx: Tx, draft: Draft, now: datetime) -> Reach:
    """Count whom it would reach, and those of the audience who are left out, by reason."""
    reason = sa.case(
        (people.c.blocked_at.is_not(None), "barred"),
        (sa.and_(~agreed(people.c.id), asked_once()), "opted_out"),
        (~agreed(people.c.id), "no_consent"),
        (accounts.c.id.is_(None), "gone"),
        (~_readable(draft), "language"),
        else_="",
    )
    everybody = _people(draft, now).with_only_columns(reason.label("reason"), accounts.c.channel).subquery()
    counted = sa.select(everybody, sa.func.count().label("n")).group_by(everybody.c.reason, everybody.c.channel)
    channels: dict[str, int] = {}
    left_out: dict[str, int] = {}
    for row in await tx.all(counted):
        into, key = (left_out, row["reason"]) if row["reason"] else (channels, row["channel"])
        into[key] = into.get(key, 0) + row["n"]
    return Reach(channels, left_out)


class Reader(Struct, frozen=True):
    """Somebody whom it would reach, with what its placeholders would say."""

    language: str
    name: str
    commune: str


async def sample(tx: Tx, draft: Draft, now: datetime, most: int) -> Sequence[Reader]:
    """Some of those whom it would reach."""
    hers = volunteers.alias()
    joined = people.outerjoin(accounts, accounts.c.id == ACCOUNT).outerjoin(hers, hers.c.person_id == people.c.id)
    found = (
        sa.select(people.c.language, hers.c.full_name, units.c.name.label("commune"))
        .select_from(joined.outerjoin(units, units.c.id == hers.c.unit_id))
        .where(*members(draft.audience, now), *reachable(draft))
    )
    rows = await tx.all(found.order_by(people.c.id).limit(most))
    return [Reader(row["language"], row["full_name"] or "", row["commune"] or "") for row in rows]


async def heard_within(tx: Tx, draft: Draft, now: datetime, channel: str, ages: Sequence[timedelta]) -> list[int]:
    """Of those whom it would reach on a channel: how many were heard there within the first of these ages, the shortest,
    how many within each following one only, and last how many longer ago."""
    heard = accounts.c.heard_at
    within = sa.case(*((heard >= now - age, n) for n, age in enumerate(ages)), else_=len(ages)).label("within")
    joined = people.outerjoin(accounts, accounts.c.id == ACCOUNT)
    found = sa.select(within).select_from(joined).where(*members(draft.audience, now), *reachable(draft))
    each = found.where(accounts.c.channel == channel).subquery()
    counted = await tx.all(sa.select(each.c.within, sa.func.count().label("n")).group_by(each.c.within))
    n = {row["within"]: row["n"] for row in counted}
    return [n.get(at, 0) for at in range(len(ages) + 1)]


def reachable(draft: Draft) -> list[sa.ColumnElement[bool]]:
    """The conditions on ``people`` and their account for a message to go out."""
    return [people.c.blocked_at.is_(None), agreed(people.c.id), accounts.c.id.is_not(None), _readable(draft)]


def _readable(draft: Draft) -> sa.ColumnElement[bool]:
    return sa.true() if draft.texts.get(draft.fallback) else people.c.language.in_(list(draft.texts))


def _people(draft: Draft, now: datetime) -> sa.Select[Any]:
    joined = people.outerjoin(accounts, accounts.c.id == ACCOUNT)
    return sa.select(people.c.id).select_from(joined).where(*members(draft.audience, now))
