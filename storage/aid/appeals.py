"""Appeals: whoever told of a deed or proposed a household that was refused may ask once that somebody else looks again.

What was written on both sides is sealed. The refusal itself stays where it was made; it is named by when it was made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.campaign.within import inside
from storage.database import Tx
from storage.database.rows import build
from storage.database.secret import BROKEN_SIGN, Broken
from storage.database.vault import Tampered
from storage.tables import addresses, appeals, deeds, units
from storage.tables.sealed import APPEALED


class Refusal(Struct, frozen=True):
    """What of a person's was refused, by whom, when and why."""

    kind: str
    code: str
    person_id: int
    unit_id: int
    by: int | None
    at: datetime | None
    reason: str


class Appeal(Struct, frozen=True):
    """An appeal with both sides: the refusal's reason, what was said to that, and the answer once there is one."""

    id: int
    kind: str
    code: str
    person_id: int
    unit_id: int
    unit_name: str
    refused_by: int | None
    refused_at: datetime | None
    refusal: str
    said: str
    answer: str
    state: str
    decided_by: int | None
    decided_at: datetime | None
    created_at: datetime


WITH_UNIT = sa.select(appeals, units.c.name.label("unit_name")).join(units, units.c.id == appeals.c.unit_id)


async def refusal(tx: Tx, code: str, person_id: int) -> Refusal | None:
    """What of this person's has this code and was refused; until this transaction ends nobody decides on it anew."""
    return next((one for one in await _refused(tx, person_id, code) if one.code == code.upper()), None)


async def owner(tx: Tx, code: str) -> int | None:
    """Who told of the deed or proposed the household with this code; None if nobody did."""
    told = sa.select(deeds.c.person_id).where(deeds.c.code == code.upper())
    proposed = sa.select(addresses.c.proposed_by).where(addresses.c.code == code.upper())
    found: int | None = await tx.value(told.union_all(proposed))
    return found


async def refusals(tx: Tx, person_id: int) -> list[Refusal]:
    """All of a person's that was refused, the newest of each kind first."""
    return await _refused(tx, person_id)


async def _refused(tx: Tx, person_id: int, code: str = "") -> list[Refusal]:
    found = []
    for kind, table, hers, state in (
        ("deed", deeds, deeds.c.person_id, "declined"),
        ("address", addresses, addresses.c.proposed_by, "refused"),
    ):
        there = sa.select(table).where(hers == person_id, table.c.state == state).order_by(table.c.id.desc())
        if code:
            there = there.where(table.c.code == code.upper()).with_for_update()
        found += [
            Refusal(
                kind, row["code"], person_id, row["unit_id"], row["decided_by"], row["decided_at"], row["reason"]
            )
            for row in await tx.all(there)
        ]  # fmt: skip
    return found


async def add(tx: Tx, what: Refusal, said: str, now: datetime) -> bool:
    """Keep what she says to a refusal that is locked; False if there was an appeal on this thing already."""
    if await on(tx, what.kind, what.code) is not None:
        return False
    row = {
        "kind": what.kind, "code": what.code, "person_id": what.person_id, "unit_id": what.unit_id,
        "refused_by": what.by, "refused_at": what.at, "state": "waiting", "created_at": now,
        "words": _seal(tx, what.kind, what.code, refusal=what.reason, said=said, answer=""),
    }  # fmt: skip
    await tx.run(sa.insert(appeals).values(**row))
    return True


async def find(tx: Tx, code: str, within: Collection[int] | None) -> Appeal | None:
    """The appeal on the thing with this code in these units (None: anywhere), unless it was taken back."""
    return _build(tx, await tx.first(_there(code, within)))


async def find_locked(tx: Tx, code: str, within: Collection[int] | None) -> Appeal | None:
    """The same; until this transaction ends nobody else decides on it, and it is not taken back."""
    return _build(tx, await tx.first(_there(code, within).with_for_update(of=appeals)))


async def on(tx: Tx, kind: str, code: str) -> Appeal | None:
    """The appeal on this thing, whatever became of it."""
    return _build(tx, await tx.first(WITH_UNIT.where(appeals.c.kind == kind, appeals.c.code == code)))


async def of_person(tx: Tx, person_id: int) -> list[Appeal]:
    """A person's appeals, the newest first."""
    rows = await tx.all(WITH_UNIT.where(appeals.c.person_id == person_id).order_by(appeals.c.id.desc()))
    return [appeal for row in rows if (appeal := _build(tx, row)) is not None]


async def decide(tx: Tx, appeal: Appeal, by: int, state: str, answer: str, now: datetime) -> bool:
    """Uphold the refusal, or reverse it. False if it was decided or taken back meanwhile; and always for who refused, and
    for who appealed."""
    words = _seal(tx, appeal.kind, appeal.code, refusal=appeal.refusal, said=appeal.said, answer=answer)
    another = appeals.c.refused_by.is_distinct_from(by), appeals.c.person_id != by
    decided = sa.update(appeals).where(appeals.c.id == appeal.id, appeals.c.state == "waiting", *another)
    return bool(await tx.run(decided.values(state=state, words=words, decided_by=by, decided_at=now)))


async def withdraw(tx: Tx, person_id: int, code: str, now: datetime) -> bool:
    """Take an appeal back; False if there is none of hers that waits."""
    hers = appeals.c.person_id == person_id, appeals.c.code == code.upper(), appeals.c.state == "waiting"
    return bool(await tx.run(sa.update(appeals).where(*hers).values(state="withdrawn", decided_at=now)))


async def was_withdrawn(tx: Tx, code: str, within: Collection[int] | None) -> bool:
    """Whether there was an appeal on the thing with this code in these units that was taken back."""
    taken_back = appeals.c.code == code.upper(), appeals.c.state == "withdrawn", inside(appeals.c.unit_id, within)
    return await tx.first(sa.select(appeals.c.id).where(*taken_back)) is not None


async def is_overruled(tx: Tx, kind: str, code: str, by: int) -> bool:
    """Whether this officer refused this thing once, and another one reversed that."""
    reversed_ = appeals.c.kind == kind, appeals.c.code == code, appeals.c.state == "reversed"
    return await tx.first(sa.select(appeals.c.id).where(*reversed_, appeals.c.refused_by == by)) is not None


def _there(code: str, within: Collection[int] | None) -> sa.Select[Any]:
    known = appeals.c.code == code.upper(), appeals.c.state != "withdrawn"
    return WITH_UNIT.where(*known, inside(appeals.c.unit_id, within))


def _build(tx: Tx, row: Mapping[Any, Any] | None) -> Appeal | None:
    if row is None:
        return None
    try:
        words = APPEALED.open_json(tx.vault, row["words"], row["kind"], row["code"])
    except Tampered:
        words = dict.fromkeys(("refusal", "said", "answer"), Broken(BROKEN_SIGN))
    return build(Appeal, row, **words)


def _seal(tx: Tx, kind: str, code: str, **words: str) -> bytes:
    if any(isinstance(one, Broken) for one in words.values()):
        raise Tampered(f"the appeal of {code} cannot be opened, so it is not written again")
    return APPEALED.seal_json(tx.vault, words, kind, code)
