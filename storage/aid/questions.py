"""What residents ask the officers, and what is answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.campaign.codes import new_code
from storage.campaign.within import inside
from storage.database import Tx
from storage.tables import questions, units

WITH_UNIT = sa.select(questions, units.c.name.label("unit_name")).join(units, units.c.id == questions.c.unit_id)


@dataclass(frozen=True)
class Question:
    """A question, with its answer once there is one."""

    id: int
    code: str
    person_id: int
    unit_name: str
    question: str
    answer: str
    state: str
    created_at: datetime


@dataclass(frozen=True)
class NewQuestion:
    """What a person asks, and whose officers should answer."""

    campaign_id: int
    prefix: str
    person_id: int
    unit_id: int
    question: str
    dedupe_key: str


async def add(tx: Tx, new: NewQuestion, now: datetime) -> str:
    """Keep a question; returns its code."""
    values = asdict(new)
    code = await new_code(tx, values.pop("prefix"), questions.c.code)
    await tx.run(sa.insert(questions).values(code=code, created_at=now, **values))
    return code


async def is_asked(tx: Tx, dedupe_key: str) -> bool:
    """Whether something was asked under this key."""
    return await tx.first(sa.select(questions.c.id).where(questions.c.dedupe_key == dedupe_key)) is not None


async def find(tx: Tx, code: str, within: Collection[int] | None) -> Question | None:
    """The question with this code, asked in these units (None: anywhere)."""
    there = WITH_UNIT.where(questions.c.code == code.upper(), inside(questions.c.unit_id, within))
    return await tx.one(there, into=Question)


async def of_person(tx: Tx, person_id: int) -> list[Question]:
    """What a person asked, the newest first."""
    hers = WITH_UNIT.where(questions.c.person_id == person_id).order_by(questions.c.id.desc())
    return await tx.all(hers, into=Question)


async def answer(tx: Tx, question: Question, person_id: int, said: str, now: datetime) -> bool:
    """Keep an officer's answer; False if another officer was faster."""
    open_ = sa.and_(questions.c.id == question.id, questions.c.state == "new")
    values = {"state": "answered", "answer": said, "answered_by": person_id, "answered_at": now}
    return bool(await tx.run(sa.update(questions).where(open_).values(**values)))
