"""Announcements: what is to be said, to whom, and how far it is. What became of each copy is in the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.broadcast.audience import Audience
from storage.database import Tx
from storage.database.columns import among
from storage.database.insert import insert_new
from storage.database.prepared import Prepared
from storage.tables import BUSY, broadcasts, people

HELD = ("late", "restored")
"""Why a message of the calendar waits for an officer's word."""
OPEN = ("draft", "waiting", "planned", "running", "paused")


class Draft(Struct, frozen=True):
    """What an officer decides about a broadcast."""

    texts: Mapping[str, str]
    audience: Audience
    fallback: str = ""
    picture: str = ""
    links: tuple[tuple[str, str], ...] = ()
    send_at: datetime | None = None
    urgent: bool = False
    pictures: Mapping[str, str] = {}
    """By language, where there are words in the picture; ``picture`` is then for everybody else."""

    def picture_in(self, language: str) -> str:
        """The picture for readers of this language."""
        return self.pictures.get(language, self.picture)

    @property
    def version(self) -> str:
        """A hash of all that was decided: who looked at it looked at exactly this."""
        return hashlib.sha256(json.dumps(_row(self), sort_keys=True, default=str).encode()).hexdigest()


class Broadcast(Draft, frozen=True):
    """A broadcast as it is kept."""

    id: int = 0
    campaign_id: int = 0
    author_id: int | None = None
    approved_by_id: int | None = None
    message_id: int | None = None
    occurrence_key: str | None = None
    corrects_id: int | None = None
    """The announcement whose text it puts right."""
    subject: str = ""
    state: str = "draft"
    go_at: datetime | None = None
    """When it goes out: as the officer wishes, but never before the time to undo it is over."""
    expires_at: datetime | None = None
    """For the calendar's broadcasts: after this, nothing goes out unless an officer says so."""
    problem: str = ""
    revision: int = 0
    """How often its text was put right; of a correction, of which text it was written for."""
    recipients: int = 0
    last_person_id: int = 0
    cursor: int = 0
    created_at: datetime | None = None
    tested_at: datetime | None = None
    looked_right_at: datetime | None = None
    frozen_at: datetime | None = None
    expanded_at: datetime | None = None
    started_at: datetime | None = None
    told_at: datetime | None = None
    ended_at: datetime | None = None
    outcomes: Mapping[str, int] | None = None

    def text(self, language: str) -> str | None:
        """What a reader of this language gets, in the words that were typed; None if nothing."""
        return self.texts.get(language) or self.texts.get(self.fallback)


async def add(
    tx: Tx, campaign_id: int, author_id: int | None, draft: Draft, now: datetime, *, occurrence_key: str | None = None
) -> int:
    """Keep a new draft; returns its id."""
    row = {"campaign_id": campaign_id, "author_id": author_id, "occurrence_key": occurrence_key, "created_at": now}
    return int(await tx.value(sa.insert(broadcasts).values(**row, **_row(draft)).returning(broadcasts.c.id)))


async def add_correction(tx: Tx, sent: Broadcast, texts: Mapping[str, str], author_id: int, now: datetime) -> int:
    """Keep a draft of a better text for what was sent; returns its id. It wakes nobody, so it may go out at night."""
    draft = Draft(texts, sent.audience, sent.fallback, sent.picture, sent.links, urgent=True, pictures=sent.pictures)
    row = {"campaign_id": sent.campaign_id, "author_id": author_id, "created_at": now}
    row |= {"corrects_id": sent.id, "revision": sent.revision, **_row(draft)}
    return int(await tx.value(sa.insert(broadcasts).values(**row).returning(broadcasts.c.id)))


class Occasion(Struct, frozen=True):
    """One day of a message of the calendar."""

    message_id: int
    key: str
    at: datetime
    expires_at: datetime | None = None
    subject: str = ""


async def occur(tx: Tx, campaign_id: int, day: Occasion, draft: Draft, now: datetime, *, unsaid: str = "") -> int:
    """Let a message of the calendar go out, once for its key; ``unsaid`` notes why it does not. Returns its id."""
    last = await tx.value(sa.select(sa.func.coalesce(sa.func.max(people.c.id), 0)))
    row = {
        "campaign_id": campaign_id,
        "message_id": day.message_id,
        "occurrence_key": day.key,
        "subject": day.subject,
        "created_at": now,
        "go_at": day.at,
        "expires_at": day.expires_at,
        "frozen_at": now,
        "last_person_id": last,
        "state": "planned",
        **_row(draft),
    }
    if unsaid:
        row |= {"state": "cancelled", "problem": unsaid, "outcomes": {}, "ended_at": now}
    await insert_new(tx, broadcasts, [row])
    return int(await tx.value(sa.select(broadcasts.c.id).where(broadcasts.c.occurrence_key == day.key)))


async def hold(tx: Tx, id: int, why: str) -> bool:
    """Send nothing more until an officer decides: its time is over, or a restored database forgot what became of it."""
    return await _set(tx, id, ["planned", "running"], {"state": "paused", "problem": why})


async def postpone(tx: Tx, id: int, go_at: datetime, expires_at: datetime | None) -> bool:
    """Let what was held go on at another instant."""
    new = {"state": "planned", "go_at": go_at, "expires_at": expires_at, "problem": ""}
    return await _set(tx, id, ["paused"], new, broadcasts.c.problem.in_(HELD))


async def change(tx: Tx, id: int, draft: Draft, by: int) -> bool:
    """Give a draft other contents; what was tested before no longer counts, and whoever did so is its author: a second
    person is somebody else than who wrote what is sent. False if it is no draft any more."""
    new = {**_row(draft), "author_id": by, "tested_at": None, "looked_right_at": None}
    return await _set(tx, id, ["draft"], new)


async def change_correction(tx: Tx, draft: Broadcast, sent: Broadcast, texts: Mapping[str, str], by: int) -> bool:
    """The same with the draft of a correction, for what stands there now."""
    new = {"revision": sent.revision, "texts": dict(texts), "author_id": by, "tested_at": None, "looked_right_at": None}
    return await _set(tx, draft.id, ["draft"], new, broadcasts.c.corrects_id.is_not(None))


ONE = Prepared(sa.select(broadcasts).where(broadcasts.c.id == sa.bindparam("which")))
LOCKED = Prepared(ONE.statement.with_for_update())
DUE = Prepared(
    sa.select(broadcasts)
    .where(among(broadcasts.c.state, "states"))
    .where(sa.or_(broadcasts.c.state != "planned", broadcasts.c.go_at <= sa.bindparam("now")))
    .order_by(broadcasts.c.urgent.desc(), broadcasts.c.id)
)


async def find(tx: Tx, id: int, *, lock: bool = False) -> Broadcast | None:
    """One broadcast, which nobody else changes until the transaction ends if it is locked."""
    row = await tx.first(LOCKED if lock else ONE, which=id)
    return None if row is None else _broadcast(row)


async def newest(tx: Tx, most: int) -> list[Broadcast]:
    """The newest broadcasts that somebody wrote, those still open first."""
    still = sa.case((broadcasts.c.state.in_(OPEN), 0), else_=1)
    rows = await tx.all(sa.select(broadcasts).order_by(still, broadcasts.c.id.desc()).limit(most))
    return [_broadcast(row) for row in rows]


async def page(tx: Tx, first: int, most: int) -> tuple[list[Broadcast], int]:
    """Some of all broadcasts, those still open first, then the newest; and how many there are."""
    still = sa.case((broadcasts.c.state.in_((*OPEN, *BUSY)), 0), else_=1)
    found = sa.select(broadcasts).order_by(still, broadcasts.c.id.desc()).offset(first).limit(most)
    total = await tx.value(sa.select(sa.func.count()).select_from(broadcasts))
    return [_broadcast(row) for row in await tx.all(found)], int(total)


async def busy(tx: Tx, now: datetime) -> list[Broadcast]:
    """The broadcasts with which there is something to do now, the urgent ones first."""
    return [_broadcast(row) for row in await tx.all(DUE, states=BUSY, now=now)]


async def mark_tested(tx: Tx, id: int, now: datetime) -> bool:
    """A test copy was sent to the officer."""
    return await _set(tx, id, ["draft"], {"tested_at": now})


async def mark_right(tx: Tx, id: int, now: datetime) -> bool:
    """The officer saw the test copy and found it right."""
    return await _set(tx, id, ["draft"], {"looked_right_at": now}, broadcasts.c.tested_at.is_not(None))


async def ask_approval(tx: Tx, id: int) -> bool:
    """Wait for a second person; False if somebody was quicker."""
    return await _set(tx, id, ["draft"], {"state": "waiting"}, broadcasts.c.looked_right_at.is_not(None))


async def plan(
    tx: Tx,
    id: int,
    was: str,
    go_at: datetime,
    now: datetime,
    approved_by: int | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Freeze the audience and let it go at ``go_at``; False if it is no longer in the state ``was``."""
    last = sa.select(sa.func.coalesce(sa.func.max(people.c.id), 0)).scalar_subquery()
    new = {"state": "planned", "go_at": go_at, "expires_at": expires_at, "frozen_at": now, "last_person_id": last}
    return await _set(tx, id, [was], {**new, "approved_by_id": approved_by, "cursor": 0, "recipients": 0})


async def undo(tx: Tx, id: int) -> bool:
    """Make it a draft again, as long as nothing was sent."""
    new = {"state": "draft", "go_at": None, "expires_at": None, "frozen_at": None, "approved_by_id": None}
    return await _set(tx, id, ["waiting", "planned"], new, broadcasts.c.started_at.is_(None))


async def take_back(tx: Tx, person_id: int) -> list[int]:
    """Make drafts again of what somebody wrote or approved and nobody was sent yet, since she may do so no more; returns
    their numbers."""
    hers = sa.or_(broadcasts.c.author_id == person_id, broadcasts.c.approved_by_id == person_id)
    unsent = sa.and_(broadcasts.c.state == "planned", broadcasts.c.started_at.is_(None))
    new = {"state": "draft", "go_at": None, "expires_at": None, "frozen_at": None, "approved_by_id": None}
    rows = await tx.all(sa.update(broadcasts).where(hers, unsent).values(**new).returning(broadcasts.c.id))
    return sorted(row["id"] for row in rows)


async def start(tx: Tx, id: int, now: datetime) -> bool:
    """Begin to send."""
    return await _set(tx, id, ["planned"], {"state": "running", "started_at": now})


async def pause(tx: Tx, id: int, problem: str = "") -> bool:
    """Send nothing more for now."""
    return await _set(tx, id, ["running"], {"state": "paused", "problem": problem or broadcasts.c.problem})


async def cancel(tx: Tx, id: int) -> bool:
    """Send nothing more, ever. What is on its way still arrives."""
    return await _set(tx, id, ["running", "paused"], {"state": "cancelling"})


async def drop(tx: Tx, id: int, now: datetime) -> bool:
    """Throw away what was not sent to anybody."""
    return await _set(tx, id, ["draft", "waiting"], {"state": "cancelled", "outcomes": {}, "ended_at": now})


async def resume(tx: Tx, id: int, now: datetime) -> bool:
    """Go on. What made it pause by itself stays noted, so that it does not pause for the same reason again."""
    began = sa.func.coalesce(broadcasts.c.started_at, _at(now))
    return await _set(tx, id, ["paused"], {"state": "running", "started_at": began, "expires_at": None})


async def correct(tx: Tx, id: int, texts: Mapping[str, str]) -> bool:
    """Give those who have it already a better text; whoever gets it from now on gets that one. Only a correction that went
    the way of every announcement may do so."""
    new = {"texts": dict(texts), "revision": broadcasts.c.revision + 1, "state": "correcting"}
    return await _set(tx, id, ["done", "cancelled"], new)


async def recall(tx: Tx, id: int) -> bool:
    """Take it away again wherever that is possible, also while a better text is being put there."""
    new = {"state": "recalling", "revision": broadcasts.c.revision + 1}
    return await _set(tx, id, ["done", "cancelled", "correcting"], new)


async def note_told(tx: Tx, id: int, now: datetime) -> None:
    """The officer was told how far it is."""
    await tx.run(sa.update(broadcasts).where(broadcasts.c.id == id).values(told_at=now))


async def end(tx: Tx, id: int, was: Collection[str], state: str, outcomes: Mapping[str, int], now: datetime) -> bool:
    """It is over, with these outcomes."""
    ended = sa.func.coalesce(broadcasts.c.ended_at, _at(now))
    return await _set(tx, id, was, {"state": state, "outcomes": dict(outcomes), "ended_at": ended})


async def note_problem(tx: Tx, id: int, problem: str) -> None:
    """Note why it ended without doing anything."""
    await tx.run(sa.update(broadcasts).where(broadcasts.c.id == id).values(problem=problem))


async def hold_after_restore(tx: Tx, sent_at: datetime) -> list[int]:
    """Pause whatever may have been sent by ``sent_at`` though this database does not know; returns what was paused."""
    may_have = sa.or_(broadcasts.c.state == "running", broadcasts.c.go_at <= sent_at)
    held = sa.update(broadcasts).where(broadcasts.c.state.in_(["planned", "running"]), may_have)
    rows = await tx.all(held.values(state="paused", problem="restored").returning(broadcasts.c.id))
    return [row["id"] for row in rows]


async def _set(tx: Tx, id: int, was: Collection[str], new: Mapping[str, Any], *more: sa.ColumnElement[bool]) -> bool:
    """Change a broadcast that is in one of these states; False if it is not: somebody pressed twice, or was quicker."""
    which = sa.and_(broadcasts.c.id == id, broadcasts.c.state.in_(list(was)), *more)
    return await tx.run(sa.update(broadcasts).where(which).values(**new)) == 1


def _at(instant: datetime) -> sa.ColumnElement[datetime]:
    return sa.literal(instant, broadcasts.c.started_at.type)


def _row(draft: Draft) -> dict[str, Any]:
    return {
        "texts": dict(draft.texts),
        "fallback": draft.fallback,
        "picture": draft.picture,
        "urgent": draft.urgent,
        "pictures": dict(draft.pictures),
        "links": [list(link) for link in draft.links],
        "audience": draft.audience.dump(),
        "send_at": draft.send_at,
    }


def _broadcast(row: Mapping[Any, Any]) -> Broadcast:
    links = tuple((label, url) for label, url in row["links"])
    return Broadcast(**{**row, "links": links, "audience": Audience.load(row["audience"])})
