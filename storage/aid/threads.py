"""Threads: what a person and the officers say to each other on one matter. Officers speak with one voice, their unit's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from storage.campaign.codes import new_code
from storage.campaign.within import inside
from storage.database import Tx
from storage.database.columns import Instant
from storage.database.insert import insert_new
from storage.database.prepared import Prepared
from storage.database.rows import build
from storage.files import pictures, voices
from storage.tables import thread_messages, threads, units
from storage.tables.sealed import SAID

WITH_UNIT = sa.select(threads, units.c.name.label("unit_name")).join(units, units.c.id == threads.c.unit_id)
AT_ONCE = 100
OPEN = sa.text("threads.state <> 'closed'")
"""In the words of the index, so that it is read and not the table."""
HERS_OPEN = Prepared(
    WITH_UNIT.where(threads.c.person_id == sa.bindparam("person"), threads.c.state != "closed").order_by(
        threads.c.spoken_at.desc(), threads.c.id.desc()
    )
)
"""Asked after every form."""


class Thread(Struct, frozen=True):
    """A thread. While its state is «open», what the person writes goes there; while it is «told», since the officers told
    her of something and nobody has said anything yet, what is not understood otherwise.
    """

    id: int
    kind: str
    code: str
    person_id: int
    unit_id: int
    unit_name: str
    state: str
    asked_at: datetime | None
    """Since when she waits for the officers; they may close it, or it may be closed by time, and she still waits."""
    turned_at: datetime | None
    told_at: datetime | None
    spoken_at: datetime
    created_at: datetime


class ThreadMessage(Struct, frozen=True):
    """One thing that was said in a thread."""

    id: int
    by_officers: bool
    said: str
    picture: str
    voice: str
    said_at: datetime


class NewQuestion(Struct, frozen=True):
    """What a person asks, and whose officers should answer."""

    prefix: str
    person_id: int
    unit_id: int
    question: str
    dedupe_key: str
    voices: tuple[str, ...] = ()
    """What she said instead of writing it."""


class Matter(Struct, frozen=True):
    """What a thread is about, besides questions: a deed, a pledge, a proposed address, or a volunteer, whose thread has a code
    of its own; whose, and whose officers'."""

    kind: str
    code: str
    person_id: int
    unit_id: int


async def ask(tx: Tx, new: NewQuestion, now: datetime, *, state: str = "open") -> str:
    """Begin a thread with a question; returns its code. ``state``: «closed» where she could not go on in it."""
    code = await new_code(tx, new.prefix, threads.c.code)
    row = {"kind": "question", "code": code, "person_id": new.person_id, "unit_id": new.unit_id, "state": state}
    at = {"asked_at": now, "turned_at": now, "spoken_at": now, "created_at": now}
    begun = sa.insert(threads).values(**row, **at, dedupe_key=new.dedupe_key).returning(threads.c.id)
    id, by, said = int(await tx.value(begun)), new.person_id, new.question
    for voice in new.voices or ("",):
        await _write(tx, id, now, by_officers=False, said_by=by, said=said, voice=voice)
    await voices.keep(tx, new.voices)
    return code


async def is_asked(tx: Tx, dedupe_key: str) -> bool:
    """Whether something was asked under this key."""
    return await tx.first(sa.select(threads.c.id).where(threads.c.dedupe_key == dedupe_key)) is not None


async def with_volunteer(tx: Tx, prefix: str, person_id: int, unit_id: int) -> Matter:
    """What officers and a volunteer speak about: the one thread with her, or a new one under a code that begins so."""
    hers = sa.select(threads.c.code).where(threads.c.kind == "volunteer", threads.c.person_id == person_id)
    code = await tx.value(hers.order_by(threads.c.id).limit(1)) or await new_code(tx, prefix, threads.c.code)
    return Matter("volunteer", str(code), person_id, unit_id)


async def turn_to(tx: Tx, matter: Matter, now: datetime) -> Thread:
    """The thread on this matter, in which she can answer, since the officers told her something about it."""
    at = {"spoken_at": now, "created_at": now, "told_at": now}
    key = f"{matter.kind}:{matter.code}"
    its = sa.and_(threads.c.kind == matter.kind, threads.c.code == matter.code)
    if matter.kind == "volunteer" and await tx.first(sa.select(threads.c.id).where(its)) is None:
        key = f"volunteer:{matter.person_id}"  # two officers who begin at the same instant begin one
        its = threads.c.dedupe_key == key
    await insert_new(tx, threads, [{**asdict(matter), **at, "dedupe_key": key}])
    state = sa.case((threads.c.state == "open", "open"), else_="told")
    await tx.run(sa.update(threads).where(its).values(state=state, told_at=now, spoken_at=now))
    found = await tx.one(WITH_UNIT.where(its), into=Thread)
    assert found is not None
    return found


async def find(tx: Tx, code: str, within: Collection[int] | None) -> Thread | None:
    """The thread with this code in these units (None: anywhere)."""
    return await tx.one(_there(code, within), into=Thread)


async def find_locked(tx: Tx, code: str, within: Collection[int] | None) -> Thread | None:
    """The same; until this transaction ends no other officer answers in it."""
    return await tx.one(_there(code, within).with_for_update(of=threads), into=Thread)


async def find_hers(tx: Tx, code: str, person_id: int) -> Thread | None:
    """This person's thread with this code."""
    return await tx.one(WITH_UNIT.where(threads.c.code == code.upper(), threads.c.person_id == person_id), into=Thread)


async def on(tx: Tx, kind: str, code: str) -> list[ThreadMessage]:
    """What was said on this matter, the oldest first."""
    id = await tx.value(sa.select(threads.c.id).where(threads.c.kind == kind, threads.c.code == code))
    return [] if id is None else await messages(tx, int(id))


async def open_of(tx: Tx, person_id: int) -> list[Thread]:
    """A person's threads that are not closed, the one in which somebody spoke last first."""
    return await tx.all(HERS_OPEN, into=Thread, person=person_id)


async def latest_of(tx: Tx, person_id: int, most: int) -> list[Thread]:
    """A person's questions, and what else she has said something in; the newest first."""
    hers = WITH_UNIT.where(threads.c.person_id == person_id)
    spoken = sa.or_(threads.c.kind == "question", threads.c.turned_at.is_not(None))
    return await tx.all(hers.where(spoken).order_by(threads.c.spoken_at.desc()).limit(most), into=Thread)


async def messages(tx: Tx, thread_id: int) -> list[ThreadMessage]:
    """All that was said in a thread, the oldest first."""
    said = sa.select(thread_messages).where(thread_messages.c.thread_id == thread_id)
    rows = await tx.all(said.order_by(thread_messages.c.said_at, thread_messages.c.id))
    return [build(ThreadMessage, row, said=_open(tx, row)) for row in rows]


async def last_said(tx: Tx, codes: Collection[str]) -> dict[str, ThreadMessage]:
    """What the person said last in each of the threads with these codes."""
    return await _said(tx, codes, sa.func.max(thread_messages.c.id))


async def first_said(tx: Tx, codes: Collection[str]) -> dict[str, ThreadMessage]:
    """What the person began each of the threads with these codes with."""
    return await _said(tx, codes, sa.func.min(thread_messages.c.id))


async def _said(tx: Tx, codes: Collection[str], id: sa.Function[Any]) -> dict[str, ThreadMessage]:
    which = sa.select(id).where(~thread_messages.c.by_officers)
    of = threads.c.id == thread_messages.c.thread_id
    found = (
        sa.select(thread_messages, threads.c.code)
        .join(threads, of)
        .where(threads.c.code.in_(list(codes)))
        .where(thread_messages.c.id.in_(which.group_by(thread_messages.c.thread_id)))
    )
    return {row["code"]: build(ThreadMessage, row, said=_open(tx, row)) for row in await tx.all(found)}


async def of_person(tx: Tx, person_id: int) -> list[dict[str, Any]]:
    """A person's threads with all that was said in them, the newest first; officers without their names."""
    hers = WITH_UNIT.where(threads.c.person_id == person_id).order_by(threads.c.id.desc())
    found = await tx.all(hers, into=Thread)
    return [
        {
            "kind": thread.kind,
            "code": thread.code,
            "unit_name": thread.unit_name,
            "state": thread.state,
            "messages": [asdict(message) for message in await messages(tx, thread.id)],
        }
        for thread in found
    ]


async def say(
    tx: Tx, thread: Thread, person_id: int, said: str, now: datetime, *, images: Sequence[str] = (),
    voice: str = "", asks: bool = True,
) -> None:  # fmt: skip
    """Keep what the person said. ``asks``: she waits for the officers from now on, if she did not before."""
    for picture in images or ("",):
        files = {"picture": picture, "voice": voice}
        await _write(tx, thread.id, now, by_officers=False, said_by=person_id, said=said, **files)
        said = ""
    await pictures.keep(tx, images)
    await voices.keep(tx, [voice] if voice else [])
    waits = sa.func.coalesce(threads.c.asked_at, sa.literal(now, Instant())) if asks else threads.c.asked_at
    await _change(tx, thread.id, state="open", asked_at=waits, turned_at=now, spoken_at=now)


async def answer(tx: Tx, thread: Thread, officer_id: int, said: str, now: datetime, *, settles: bool = True) -> None:
    """Keep what an officer said. ``settles``: the person waits no more."""
    await _write(tx, thread.id, now, by_officers=True, said_by=officer_id, said=said)
    waits = None if settles else thread.asked_at
    await _change(tx, thread.id, state="open", asked_at=waits, told_at=now, spoken_at=now)


async def resume(tx: Tx, thread: Thread, now: datetime) -> None:
    """She turned to this thread: what she writes goes there."""
    await _change(tx, thread.id, state="open", turned_at=now, spoken_at=now)


async def close(tx: Tx, thread: Thread, *, settled: bool = False) -> bool:
    """What she writes goes there no more; False if it was closed already. ``settled``: nor does she wait any more."""
    values: dict[str, Any] = {"state": "closed"} | ({"asked_at": None} if settled else {})
    stands = threads.c.state != "closed"
    stood = sa.or_(stands, threads.c.asked_at.is_not(None)) if settled else stands
    return await tx.run(sa.update(threads).where(threads.c.id == thread.id, stood).values(**values)) > 0


async def find_left(tx: Tx, before: datetime) -> list[Thread]:
    """Threads that are not closed, in which nobody has spoken since then."""
    left = WITH_UNIT.where(OPEN, threads.c.spoken_at < before).order_by(threads.c.spoken_at)
    return await tx.all(left.limit(AT_ONCE), into=Thread)


async def seal_earlier(tx: Tx) -> None:
    """Seal what earlier versions kept in clear."""
    left = sa.select(thread_messages).where(thread_messages.c.sealed.is_(None)).limit(500)
    for row in await tx.all(left):
        sealed = _seal(tx, row["said"], row)
        which = sa.update(thread_messages).where(thread_messages.c.id == row["id"])
        await tx.run(which.values(sealed=sealed, said=""))


async def forget(tx: Tx, which: sa.ColumnElement[bool]) -> tuple[int, list[str]]:
    """Drop these threads with all that was said; returns how many they were, and the names of their pictures, which nothing
    needs any more."""
    ids = sa.select(threads.c.id).where(which)
    said = thread_messages.c.thread_id.in_(ids)
    rows = await tx.all(sa.select(thread_messages.c.picture, thread_messages.c.voice).where(said))
    names = [row["picture"] for row in rows if row["picture"]]
    await pictures.keep(tx, names, kept=False)
    await voices.keep(tx, [row["voice"] for row in rows if row["voice"]], kept=False)
    await tx.run(sa.delete(thread_messages).where(said))
    return await tx.run(sa.delete(threads).where(which)), names


def _there(code: str, within: Collection[int] | None) -> sa.Select[Any]:
    there = WITH_UNIT.where(threads.c.code == code.upper(), inside(threads.c.unit_id, within))
    return there.order_by(threads.c.id)


async def _write(
    tx: Tx, thread_id: int, now: datetime, *, by_officers: bool, said_by: int, said: str, picture: str = "",
    voice: str = "",
) -> None:  # fmt: skip
    row = {"thread_id": thread_id, "by_officers": by_officers, "said_by": said_by, "said_at": now}
    sealed = _seal(tx, said, row)
    await tx.run(sa.insert(thread_messages).values(**row, sealed=sealed, picture=picture, voice=voice))


async def _change(tx: Tx, thread_id: int, **values: Any) -> None:
    await tx.run(sa.update(threads).where(threads.c.id == thread_id).values(**values))


def _seal(tx: Tx, said: str, row: Mapping[Any, Any]) -> bytes:
    return SAID.seal(tx.vault, said.encode(), row["thread_id"], row["by_officers"], row["said_at"])


def _open(tx: Tx, row: Mapping[Any, Any]) -> str:
    if row["sealed"] is None:
        return str(row["said"])
    return SAID.show_in(tx.vault, row)


def current(hers: Iterable[Thread]) -> Thread | None:
    """The one of a person's open threads that her next words belong to; None if they may belong to several."""
    found = list(hers)
    if len(found) < 2:
        return found[0] if found else None
    turned = [(one.turned_at, one) for one in found if one.turned_at is not None]
    if not turned:
        return None
    at, last = max(turned, key=lambda pair: (pair[0], pair[1].id))
    return None if any(one is not last and one.told_at is not None and one.told_at > at for one in found) else last
