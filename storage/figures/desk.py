"""What waits for officers: counts, and each kind by pages, the oldest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from storage.aid.addresses import CALLED
from storage.aid.pledges import AWAITING
from storage.aid.threads import ThreadMessage, last_said
from storage.aid.volunteers import LIVES_IN
from storage.campaign import staff
from storage.campaign.within import inside
from storage.database import Tx
from storage.tables import address_changes, addresses, appeals, deeds, needs, pledges, threads, units, volunteers


class DeskItem(Struct, frozen=True):
    """One thing that waits. ``said`` says in a few words what it is; ``what``, what was pledged."""

    code: str
    said: str
    amount: int
    kind: str
    measure: str
    what: str
    unit_name: str
    state: str
    created_at: datetime
    owner: int | None
    """Whose it is, where it is somebody's."""


class Queue(Struct, frozen=True):
    """The rows of a table that wait. ``waits`` says so in the words of its index: it is read, and not the table."""

    table: sa.Table
    waits: str
    said: sa.ColumnElement[str]
    code: sa.ColumnElement[str]
    at: sa.ColumnElement[datetime] | None = None
    """Since when, if not since there is a row."""
    kind: sa.ColumnElement[str] | None = None
    owner: sa.ColumnElement[int] | None = None
    besides: tuple[sa.ColumnElement[int], ...] = ()
    """Those for whom it does not wait: it is another one who must look."""

    @property
    def since(self) -> sa.ColumnElement[datetime]:
        return self.table.c.created_at if self.at is None else self.at

    def ids(self, within: Collection[int] | None, viewer: int, serves_since: datetime | None = None) -> sa.Select[Any]:
        """Those in these units that wait for this officer."""
        another = [who.is_distinct_from(viewer) for who in self.besides]
        if another and serves_since is not None:  # another one than who came after it was made
            another.append(self.since >= serves_since)
        waiting = sa.select(self.table.c.id).where(sa.text(self.waits), *another)
        if within is None:
            return waiting
        if self.table not in (pledges, address_changes):
            return waiting.where(inside(self.table.c.unit_id, within))
        there = sa.select(addresses.c.id).where(inside(addresses.c.unit_id, within))
        return waiting.where(self.table.c.address_id.in_(there))


QUEUES = {
    "pledges": Queue(
        pledges, "pledges.state IN ('new', 'confirmed')", addresses.c.shown_name, pledges.c.code,
        owner=pledges.c.person_id,
    ),
    "deeds": Queue(deeds, "deeds.state = 'new'", deeds.c.what, deeds.c.code, owner=deeds.c.person_id),
    "volunteers": Queue(
        volunteers, "volunteers.state = 'registered' AND volunteers.seen_at IS NULL", volunteers.c.full_name,
        sa.cast(volunteers.c.person_id, sa.Text), owner=volunteers.c.person_id,
    ),
    "questions": Queue(
        threads, "threads.asked_at IS NOT NULL", sa.literal(""), threads.c.code, threads.c.asked_at, threads.c.kind,
        threads.c.person_id,
    ),
    "appeals": Queue(
        appeals, "appeals.state = 'waiting'", sa.literal(""), appeals.c.code, kind=appeals.c.kind,
        besides=(appeals.c.refused_by, appeals.c.person_id),
    ),
    "addresses": Queue(
        addresses, "addresses.state IN ('proposed', 'surveyed', 'verified')",
        CALLED, addresses.c.code, owner=addresses.c.proposed_by,
    ),
    "changes": Queue(
        address_changes, "address_changes.state = 'waiting'", addresses.c.code, sa.cast(address_changes.c.id, sa.Text),
        address_changes.c.asked_at, address_changes.c.what,
        besides=(address_changes.c.asked_by,),
    ),
}  # fmt: skip


async def find_without_officer(tx: Tx, besides: Collection[int]) -> dict[int, Counter[str]]:
    """How much of each kind waits for each person outside these officers, since none of them may decide on it: who may have
    left, or have become one person, since it was told."""
    found: dict[int, Counter[str]] = {}
    for kind, queue in QUEUES.items():
        if not queue.besides:
            continue
        barred = [who.label(f"barred{n}") for n, who in enumerate(queue.besides)]
        unit = addresses.c.unit_id if queue.table is address_changes else queue.table.c.unit_id
        its = sa.select(
            unit.label("unit"), *barred, sa.func.min(queue.since).label("since"), sa.func.count().label("n")
        )
        if queue.table is address_changes:
            its = its.join_from(queue.table, addresses, addresses.c.id == queue.table.c.address_id)
        for row in await tx.all(its.where(sa.text(queue.waits)).group_by(unit, *queue.besides)):
            not_they = {row[one.name] for one in barred}
            for person_id in await staff.others(tx, row["unit"], not_they, row["since"]):
                if person_id not in besides:
                    found.setdefault(person_id, Counter())[kind] += row["n"]
    return found


async def counts(tx: Tx, within: Collection[int] | None, viewer: int) -> dict[str, int]:
    """How many of each kind wait for an officer of these units; kinds of which nothing waits are left out."""
    since = await staff.serving_since(tx, viewer)
    counted = (_count(queue.ids(within, viewer, since)).label(kind) for kind, queue in QUEUES.items())
    row = await tx.first(sa.select(*counted))
    assert row is not None
    return {kind: int(n) for kind, n in row.items() if n}


async def page(
    tx: Tx, kind: str, within: Collection[int] | None, viewer: int, first: int, most: int
) -> tuple[Sequence[DeskItem], int]:
    """Some of one kind that wait for an officer of these units, the oldest first, and how many there are."""
    queue = QUEUES[kind]
    waits = queue.ids(within, viewer, await staff.serving_since(tx, viewer))
    total = int(await tx.value(sa.select(_count(waits))))
    oldest = queue.since, queue.table.c.id
    shown = waits.order_by(*oldest).offset(first).limit(most).subquery()
    lines = _lines(queue).where(queue.table.c.id.in_(sa.select(shown.c.id))).order_by(*oldest)
    found = await tx.all(lines, into=DeskItem)
    if queue.table is threads:  # sealed
        said = await last_said(tx, [item.code for item in found])
        found = [_spoken(item, said[item.code]) if item.code in said else item for item in found]
    return found, total


def _spoken(item: DeskItem, last: ThreadMessage) -> DeskItem:
    """A thread with what was said in it last, or what that was instead of words."""
    return replace(item, said=last.said, what="" if last.said else "voice" if last.voice else "photo")


def _count(waits: sa.Select[Any]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(waits.subquery()).scalar_subquery()


def _lines(queue: Queue) -> sa.Select[Any]:
    """What a line says of each; only a pledge has an amount, and lies where its address does."""
    table = queue.table
    shown = (
        queue.since.label("created_at"),
        (sa.case((AWAITING, "awaiting"), else_=table.c.state) if table is pledges else table.c.state).label("state"),
        queue.code.label("code"),
        queue.said.label("said"),
        (sa.null() if queue.owner is None else queue.owner).label("owner"),
        (LIVES_IN if table is volunteers else units.c.name).label("unit_name"),
    )
    if table is not pledges:
        nothing = (sa.literal("").label(name) for name in ("measure", "what"))
        kind = (sa.literal("") if queue.kind is None else queue.kind).label("kind")
        if table is address_changes:
            named = sa.func.coalesce(needs.c.what, "").label("what")
            lines = sa.select(*shown, sa.literal(0).label("amount"), kind, sa.literal("").label("measure"), named)
            lines = lines.join_from(table, addresses, addresses.c.id == table.c.address_id)
            return lines.join(units, units.c.id == addresses.c.unit_id).outerjoin(needs, needs.c.id == table.c.need_id)
        return sa.select(*shown, sa.literal(0).label("amount"), kind, *nothing).join_from(
            table, units, units.c.id == table.c.unit_id
        )
    measure = sa.func.coalesce(needs.c.measure, "").label("measure")
    what = sa.type_coerce(sa.func.coalesce(needs.c.what, pledges.c.what), pledges.c.what.type).label("what")
    return (
        sa.select(*shown, pledges.c.amount, pledges.c.kind, measure, what)
        .join_from(pledges, addresses, addresses.c.id == pledges.c.address_id)
        .join(units, units.c.id == addresses.c.unit_id)
        .outerjoin(needs, needs.c.id == pledges.c.need_id)
    )
