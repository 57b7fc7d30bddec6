"""Notifications of browsers: which pages want them, for which there is news that nobody looks at, and who was told.

A page is told once, and not again before somebody has looked at it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_new
from storage.tables import accounts, people, web_pushes, web_sessions
from storage.tables.sealed import SUBSCRIPTION

CHANNEL = "web"
GRACE = timedelta(seconds=12)
"""So long a page that is open in another process has time to say so: two of its looks."""
LEASE = timedelta(seconds=90)
"""Longer than any attempt."""
BACKOFF = (60.0, 300.0, 1800.0, 7200.0)
"""Seconds between the attempts; after the last one this news is given up."""
AGAIN = timedelta(seconds=10)
"""No page subscribes anew sooner."""

ON = web_pushes.c.subscription.is_not(None)


class DuePush(Struct, frozen=True):
    """A page that is to be told; ``leased_until`` tells this attempt from every other one."""

    address: str
    subscription: Any
    language: str
    attempts: int
    leased_until: datetime


async def offer(tx: Tx, address: str, now: datetime) -> bool:
    """Note that notifications are offered on this page; False if they were before."""
    if await tx.first(sa.select(web_pushes.c.address).where(_at(address))) is not None:
        return False
    await insert_new(tx, web_pushes, [{"address": address, "offered_at": now}])
    return True


async def subscribe(tx: Tx, address: str, subscription: Any, now: datetime) -> bool:
    """From now on this page is told of news there; False if it subscribed a moment ago."""
    await insert_new(tx, web_pushes, [{"address": address, "offered_at": now}])
    sealed = SUBSCRIPTION.seal_json(tx.vault, subscription, address)
    calm = sa.or_(web_pushes.c.subscribed_at.is_(None), web_pushes.c.subscribed_at <= now - AGAIN)
    changed = {"subscription": sealed, "subscribed_at": now, "due_at": None, "told_at": None, "attempts": 0}
    return bool(await tx.run(sa.update(web_pushes).where(_at(address), calm).values(**changed)))


async def is_on(tx: Tx, address: str) -> bool:
    """Whether this page is told of news."""
    return await tx.first(sa.select(web_pushes.c.address).where(_at(address), ON)) is not None


async def drop(tx: Tx, address: str) -> None:
    """Tell this page nothing any more; that it was offered stays known."""
    await tx.run(sa.update(web_pushes).where(_at(address)).values(subscription=None, due_at=None, told_at=None))


async def forget(tx: Tx) -> int:
    """Drop what is known of pages that no session opens any more; returns how many."""
    opened = sa.select(web_sessions.c.address).where(web_sessions.c.address == web_pushes.c.address)
    return await tx.run(sa.delete(web_pushes).where(~opened.exists()))


async def note_news(tx: Tx, address: str, now: datetime) -> None:
    """There is something new on a page that nobody has open here; it is told unless it was since somebody last looked."""
    calm = sa.and_(_at(address), ON, web_pushes.c.due_at.is_(None), web_pushes.c.told_at.is_(None))
    await tx.run(sa.update(web_pushes).where(calm).values(due_at=now + GRACE, attempts=0))


async def has_news(tx: Tx, address: str) -> bool:
    """Whether this page was told, or is about to be."""
    news = sa.or_(web_pushes.c.due_at.is_not(None), web_pushes.c.told_at.is_not(None))
    return await tx.first(sa.select(web_pushes.c.address).where(_at(address), news)) is not None


async def looked(tx: Tx, addresses: Collection[str]) -> None:
    """Somebody looks at these pages: what is new there is seen."""
    seen = web_pushes.c.address.in_(list(addresses))
    await tx.run(sa.update(web_pushes).where(seen).values(due_at=None, told_at=None))


async def waiting(tx: Tx) -> dict[str, datetime]:
    """The pages that are about to be told, each with the instant."""
    rows = await tx.all(sa.select(web_pushes.c.address, web_pushes.c.due_at).where(web_pushes.c.due_at.is_not(None)))
    return {row["address"]: row["due_at"] for row in rows}


async def lease(tx: Tx, most: int, now: datetime) -> Sequence[DuePush]:
    """Pages to tell now, at most so many, for nobody else to tell until the lease is over. One whose subscription somebody
    altered is not told, and holds up no other."""
    due = sa.select(web_pushes.c.address).where(web_pushes.c.due_at <= now).order_by(web_pushes.c.due_at).limit(most)
    taken = sa.and_(web_pushes.c.address.in_(due.scalar_subquery()), web_pushes.c.due_at <= now, ON)
    until = now + LEASE
    rows = await tx.all(sa.update(web_pushes).where(taken).values(due_at=until).returning(web_pushes))
    owners = sa.select(accounts.c.address, people.c.language).join(people, people.c.id == accounts.c.person_id)
    here = sa.and_(accounts.c.channel == CHANNEL, accounts.c.address.in_([row["address"] for row in rows]))
    languages = {row["address"]: row["language"] for row in await tx.all(owners.where(here))}
    kept = {row["address"]: SUBSCRIPTION.read_json(tx.vault, row["subscription"], row["address"]) for row in rows}
    altered = [address for address, subscription in kept.items() if subscription is None]
    await tx.run(sa.update(web_pushes).where(web_pushes.c.address.in_(altered)).values(due_at=None))
    return [
        DuePush(address, kept[address], languages.get(address, ""), row["attempts"], until)
        for row in rows
        if kept[address := row["address"]] is not None
    ]


async def told(tx: Tx, one: DuePush, now: datetime) -> None:
    """This page was told; not if somebody has looked at it meanwhile."""
    await tx.run(sa.update(web_pushes).where(_attempt(one)).values(due_at=None, told_at=now))


async def put_off(tx: Tx, one: DuePush, now: datetime, after: float = 0.0) -> None:
    """It could not be told: again a while later, at least so many seconds, or never of this news."""
    wait = BACKOFF[one.attempts] if one.attempts < len(BACKOFF) else None
    due_at = None if wait is None else now + timedelta(seconds=max(wait, after))
    await tx.run(sa.update(web_pushes).where(_attempt(one)).values(due_at=due_at, attempts=one.attempts + 1))


async def give_up(tx: Tx, one: DuePush) -> None:
    """This news is not told."""
    await tx.run(sa.update(web_pushes).where(_attempt(one)).values(due_at=None))


async def lost(tx: Tx, one: DuePush) -> None:
    """Its push service knows this page no more; if it subscribed anew meanwhile, that stands."""
    await tx.run(sa.update(web_pushes).where(_attempt(one)).values(subscription=None, due_at=None, told_at=None))


def _at(address: str) -> sa.ColumnElement[bool]:
    return web_pushes.c.address == address


def _attempt(one: DuePush) -> sa.ColumnElement[bool]:
    return sa.and_(_at(one.address), web_pushes.c.due_at == one.leased_until)
