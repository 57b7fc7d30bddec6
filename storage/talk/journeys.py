"""How many began a form, finished it, or left it at which question: counted for each day, and about nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_or_add
from storage.tables import journeys, places
from storage.tables.sealed import PLACE


class FormEvent(Struct, frozen=True, order=True):
    """Something that happened on the way through a form: it was begun, finished, or left at a field."""

    form: str
    state: str
    field: str = ""


class Journey(Struct, frozen=True):
    """What became of one form in a time. ``left_at``: how many stopped at each field, those first where most did."""

    form: str
    begun: int
    finished: int
    left_at: tuple[tuple[str, int], ...]


async def count(tx: Tx, day: date, moments: Iterable[FormEvent]) -> None:
    """Add these to the day's numbers."""
    rows = [
        {"day_on": day, "form": moment.form, "field": moment.field, "state": moment.state, "n": n}
        for moment, n in sorted(Counter(moments).items())
    ]
    await insert_or_add(tx, journeys, rows, "n")


async def since(tx: Tx, day: date, resting_since: datetime) -> dict[str, Journey]:
    """Each form's journeys since this day; who has not answered since ``resting_since`` has given up where she is."""
    counted = sa.select(journeys.c.form, journeys.c.state, journeys.c.field, sa.func.sum(journeys.c.n).label("n"))
    grouped = counted.where(journeys.c.day_on >= day).group_by(journeys.c.form, journeys.c.state, journeys.c.field)
    ends: Counter[tuple[str, str]] = Counter()
    left: dict[str, Counter[str]] = {}
    for row in await tx.all(grouped):
        ends[row["form"], row["state"]] += int(row["n"])
        if row["state"] == "left":
            left.setdefault(row["form"], Counter())[row["field"]] += int(row["n"])
    for resting_in in await resting(tx, resting_since):
        left.setdefault(resting_in.form, Counter())[resting_in.field] += 1
    forms = {form for form, _ in ends} | left.keys()
    return {
        form: Journey(
            form, ends[form, "begun"], ends[form, "finished"], tuple(left.get(form, Counter[str]()).most_common())
        )
        for form in forms
    }


async def resting(tx: Tx, before: datetime, most: int = 10_000) -> list[FormEvent]:
    """Where those are who have an open form and have not been heard since then."""
    rows = await tx.all(
        sa.select(places.c.person_id, places.c.form, places.c.place)
        .where(places.c.form != "", places.c.updated_at < before)
        .order_by(places.c.updated_at.desc())
        .limit(most)
    )
    opened = ((row["form"], PLACE.read_json(tx.vault, row["place"], row["person_id"])) for row in rows)
    return [FormEvent(form, "left", place.get("stopped_at", "")) for form, place in opened if place is not None]
