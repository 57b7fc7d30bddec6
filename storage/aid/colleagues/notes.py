"""What officers note for each other on a card: seen by officers only, sealed, and gone with whoever it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.rows import build
from storage.tables import notes
from storage.tables.sealed import NOTE


class Subject(Struct, frozen=True):
    """What a note is about: the code of a household, a pledge or a deed (of a volunteer none), and whose that is; a
    household is nobody's but its own."""

    kind: str
    code: str
    person_id: int | None


class Note(Struct, frozen=True):
    """One note: who wrote it, when, and about what."""

    id: int
    kind: str
    code: str
    said: str
    written_by: int | None
    written_at: datetime


async def add(tx: Tx, about: Subject, said: str, by: int, now: datetime) -> None:
    """Keep a note."""
    sealed = NOTE.seal(tx.vault, said.encode(), about.kind, about.code, now)
    row = {"kind": about.kind, "code": about.code, "person_id": about.person_id, "sealed": sealed}
    await tx.run(sa.insert(notes).values(**row, written_by=by, written_at=now))


async def on(tx: Tx, about: Subject) -> list[Note]:
    """What was noted about this, the oldest first."""
    return [_open(tx, row) for row in await tx.all(sa.select(notes).where(_its(about)).order_by(notes.c.id))]


async def of_person(tx: Tx, person_id: int) -> list[dict[str, Any]]:
    """What was noted about somebody, and about what of hers; officers without their names."""
    hers = sa.select(notes).where(notes.c.person_id == person_id).order_by(notes.c.id)
    return [
        {"kind": one.kind, "code": one.code, "said": one.said, "written_at": one.written_at}
        for one in (_open(tx, row) for row in await tx.all(hers))
    ]


async def remove(tx: Tx, about: Subject, id: int, by: int) -> bool:
    """Take back a note of one's own on this; False if there is none."""
    return await tx.run(sa.delete(notes).where(_its(about), notes.c.id == id, notes.c.written_by == by)) > 0


def _its(about: Subject) -> sa.ColumnElement[bool]:
    its = sa.and_(notes.c.kind == about.kind, notes.c.code == about.code)
    return sa.and_(its, notes.c.person_id == about.person_id) if about.kind == "volunteer" else its


def _open(tx: Tx, row: Mapping[Any, Any]) -> Note:
    return build(Note, row, said=NOTE.show_in(tx.vault, row))
