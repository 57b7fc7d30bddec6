"""How the program is: its database, what waits and how long, when each channel last heard and spoke."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.tables import broadcasts, channel_errors, deliveries, inbox, outbox, staff
from storage.talk import listening, paces
from storage.upkeep import instants, processes, troubles
from storage.upkeep.processes import Process
from storage.upkeep.troubles import Trouble

LATELY = timedelta(days=1)
"""For which failures are counted."""


class Base(Struct, frozen=True):
    """The database: which kind, how large in bytes, at which revision of its tables."""

    kind: str
    size: int
    revision: str


class Backlog(Struct, frozen=True):
    """What waits in a queue, and since when."""

    n: int
    since: datetime | None


class Failure(Struct, frozen=True):
    """What went wrong last on a channel, in its platform's words."""

    reason: str
    at: datetime


class Health(Struct, frozen=True):
    """Everything that /status tells. ``channels``: when something last came in and went out on each; ``answered``: when
    the platform last answered, also that there was nothing, to whichever process asked."""

    base: Base
    channels: dict[str, tuple[datetime | None, datetime | None]]
    answered: dict[str, datetime]
    to_handle: Backlog
    to_send: Backlog
    unsent: dict[str, datetime]
    """Since when the oldest reply waits that is due, for each channel that has one."""
    to_announce: Backlog
    """Copies of broadcasts that are going out."""
    announced_at: datetime | None
    """When the last copy of any broadcast went out."""
    stopped: int
    """Broadcasts that paused by themselves."""
    set_aside: int
    not_sent: int
    admins: int
    officers: int
    failures: dict[str, Failure]
    """The last one on each channel that had any."""
    troubles: list[Trouble]
    processes: list[Process]
    proven_at: datetime | None
    """When the last backup was made that was restored on trial."""
    doubted_at: datetime | None
    """The last instant at which the clock was not in doubt; None if it is not."""


async def health(tx: Tx, now: datetime) -> Health:
    """How it is now. What was set aside or not sent lately is counted."""
    since = now - LATELY
    heard = await _latest(tx, inbox.c.channel, inbox.c.received_at)
    said = await _latest(tx, outbox.c.channel, outbox.c.sent_at)
    held = sa.select(staff.c.role, sa.func.count(staff.c.person_id.distinct()).label("n"))
    holders = {
        row["role"]: row["n"] for row in await tx.all(held.where(staff.c.revoked_at.is_(None)).group_by(staff.c.role))
    }
    due = sa.select(broadcasts.c.id).where(broadcasts.c.state == "running")
    copies = (
        deliveries.c.state.in_(["planned", "leased"]),
        deliveries.c.broadcast_id.in_(due),
        deliveries.c.due_at <= now,
    )
    due_replies = outbox.c.state.in_(["waiting", "leased"]), outbox.c.due_at <= now
    problem = broadcasts.c.state == "paused", broadcasts.c.problem != ""
    return Health(
        await base(tx),
        {name: (heard.get(name), said.get(name)) for name in sorted(heard.keys() | said.keys())},
        await listening.last(tx),
        await _waiting(tx, inbox.c.received_at, inbox.c.state == "waiting"),
        await _waiting(tx, outbox.c.created_at, *due_replies),
        await _oldest(tx, *due_replies),
        await _waiting(tx, deliveries.c.due_at, *copies),
        await paces.last_sent(tx),
        await _count(tx, *problem),
        await _count(tx, inbox.c.state == "dead", inbox.c.received_at >= since),
        await _count(tx, outbox.c.state.in_(["failed", "unknown"]), outbox.c.created_at >= since),
        holders.get("admin", 0),
        holders.get("officer", 0),
        await _failures(tx, since),
        await troubles.present(tx),
        await processes.running(tx, now),
        await instants.marked(tx, instants.BACKUP),
        await instants.doubted_since(tx),
    )


async def base(tx: Tx) -> Base:
    """The database itself."""
    kind = tx.dialect
    size = "pg_database_size(current_database())" if kind == "postgresql" else "page_count * page_size"
    tables = "" if kind == "postgresql" else " FROM pragma_page_count(), pragma_page_size()"
    revision = await tx.value(sa.text("SELECT version_num FROM alembic_version"))
    return Base(kind, int(await tx.value(sa.text(f"SELECT {size}{tables}"))), str(revision))


async def _latest(tx: Tx, channel: sa.Column[str], at: sa.Column[datetime]) -> dict[str, datetime]:
    rows = await tx.all(
        sa.select(channel.label("name"), sa.func.max(at).label("at")).where(at.is_not(None)).group_by(channel)
    )
    return {row["name"]: row["at"] for row in rows}


async def _oldest(tx: Tx, *where: sa.ColumnElement[bool]) -> dict[str, datetime]:
    since = sa.func.min(outbox.c.created_at, type_=outbox.c.created_at.type)
    rows = await tx.all(sa.select(outbox.c.channel, since.label("at")).where(*where).group_by(outbox.c.channel))
    return {row["channel"]: row["at"] for row in rows}


async def _failures(tx: Tx, since: datetime) -> dict[str, Failure]:
    """The last that was seen on each channel, of the channel itself and of what could not be sent on it."""
    seen = sa.select(channel_errors.c.channel, channel_errors.c.reason, channel_errors.c.seen_at.label("at"))
    failed = (
        outbox.c.state.in_(["failed", "unknown", "waiting", "leased"]),
        outbox.c.reason != "",
        outbox.c.created_at >= since,
    )
    last = sa.select(sa.func.max(outbox.c.id)).where(*failed).group_by(outbox.c.channel)
    unsent = sa.select(outbox.c.channel, outbox.c.reason, outbox.c.created_at.label("at")).where(outbox.c.id.in_(last))
    rows = [*await tx.all(seen), *await tx.all(unsent)]
    return {row["channel"]: Failure(row["reason"], row["at"]) for row in sorted(rows, key=lambda row: row["at"])}


async def _waiting(tx: Tx, at: sa.Column[datetime], *where: sa.ColumnElement[bool]) -> Backlog:
    row = await tx.first(sa.select(sa.func.count().label("n"), sa.func.min(at).label("since")).where(*where))
    assert row is not None
    return Backlog(int(row["n"]), row["since"])


async def _count(tx: Tx, *where: sa.ColumnElement[bool]) -> int:
    return int(await tx.value(sa.select(sa.func.count()).where(*where)))
