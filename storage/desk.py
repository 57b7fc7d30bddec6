"""What waits for officers: counts, and each kind by pages, the oldest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Tx
from storage.pledges import OPEN
from storage.reach import inside
from storage.tables import addresses, deeds, needs, pledges, questions, units, volunteers

UNDECIDED = ("proposed", "surveyed", "verified")
"""An address in these states waits for the next step."""
NOTHING, NO_WORDS = sa.literal(0), sa.literal("")
KINDS = ("pledges", "deeds", "volunteers", "questions", "addresses")


@dataclass(frozen=True)
class Waiting:
    """One thing that waits. ``said`` says in a few words what it is."""

    code: str
    said: str
    amount: int
    kind: str
    measure: str
    unit_name: str
    state: str
    created_at: datetime


async def counts(tx: Tx, within: Collection[int] | None) -> dict[str, int]:
    """How many of each kind wait in these units; kinds of which nothing waits are left out."""
    found = {}
    for kind in KINDS:
        waiting = _waiting(kind, within).subquery()
        if n := int(await tx.value(sa.select(sa.func.count()).select_from(waiting))):
            found[kind] = n
    return found


async def page(
    tx: Tx, kind: str, within: Collection[int] | None, first: int, most: int
) -> tuple[Sequence[Waiting], int]:
    """Some of one kind that wait in these units, the oldest first, and how many there are."""
    waiting = _waiting(kind, within).subquery()
    total = int(await tx.value(sa.select(sa.func.count()).select_from(waiting)))
    oldest = sa.select(waiting).order_by(waiting.c.created_at, waiting.c.id).offset(first).limit(most)
    rows = await tx.all(oldest)
    return [Waiting(**{name: row[name] for name in Waiting.__dataclass_fields__}) for row in rows], total


def _waiting(kind: str, within: Collection[int] | None) -> sa.Select[Any]:
    match kind:
        case "pledges":
            return _lines(pledges, addresses.c.unit_id, addresses.c.shown_name, within, pledges.c.state.in_(OPEN),
                          code=pledges.c.code, amount=pledges.c.amount, kind=pledges.c.kind, measure=needs.c.measure,
                          state=pledges.c.state).select_from(
                pledges.join(addresses, addresses.c.id == pledges.c.address_id)
                .join(units, units.c.id == addresses.c.unit_id)
                .outerjoin(needs, needs.c.id == pledges.c.need_id)
            )  # fmt: skip
        case "deeds":
            return _simple(deeds, deeds.c.what, within, deeds.c.state == "new", code=deeds.c.code, state=deeds.c.state)
        case "volunteers":
            unseen = sa.and_(volunteers.c.state == "registered", volunteers.c.seen_at.is_(None))
            code = sa.cast(volunteers.c.person_id, sa.Text)
            return _simple(volunteers, volunteers.c.full_name, within, unseen, code=code, state=volunteers.c.state)
        case "questions":
            waits = questions.c.state == "new"
            return _simple(
                questions, questions.c.question, within, waits, code=questions.c.code, state=questions.c.state
            )
    waits = addresses.c.state.in_(UNDECIDED)
    called = sa.case((addresses.c.shown_name == "", addresses.c.story), else_=addresses.c.shown_name)
    return _simple(addresses, called, within, waits, code=addresses.c.code, state=addresses.c.state)


def _simple(
    table: sa.Table,
    said: sa.ColumnElement[str],
    within: Collection[int] | None,
    waits: sa.ColumnElement[bool],
    **shown: Any,
) -> sa.Select[Any]:
    """A kind whose rows name their unit themselves."""
    lines = _lines(table, table.c.unit_id, said, within, waits, **shown)
    return lines.select_from(table.join(units, units.c.id == table.c.unit_id))


def _lines(
    table: sa.Table,
    unit_id: sa.Column[int],
    said: sa.ColumnElement[str],
    within: Collection[int] | None,
    waits: sa.ColumnElement[bool],
    *,
    code: Any,
    state: Any,
    amount: Any = NOTHING,
    kind: Any = NO_WORDS,
    measure: Any = NO_WORDS,
) -> sa.Select[Any]:
    return sa.select(
        table.c.id,
        table.c.created_at,
        code.label("code"),
        said.label("said"),
        amount.label("amount"),
        kind.label("kind"),
        sa.func.coalesce(measure, "").label("measure"),
        state.label("state"),
        units.c.name.label("unit_name"),
    ).where(inside(unit_id, within), waits)
