"""What officers do with reported deeds: look, take one in hand, decide. What was approved stays as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from msgspec import Struct

from storage.campaign.within import inside
from storage.database import Tx
from storage.database.rows import build
from storage.database.secret import seal_words
from storage.tables import deed_pictures, deeds, units
from storage.talk.consents import may_name_doer, name_of

UNIT = units.c.name.label("unit_name")
REPORTED = [column for column in deeds.c if column is not deeds.c.reporter_name]
DECIDED = ("approved", "declined")


class Report(Struct, frozen=True):
    """A deed as an officer sees it."""

    id: int
    code: str
    person_id: int
    unit_id: int
    unit_name: str
    doer_kind: str
    doer_name: str
    doer_named: bool
    """Whether the doer may be named: not who told of her own deed and does not agree to that."""
    what: str
    done_on: date
    helped: str
    helped_count: int | None
    shows_people: bool
    shown_consented: bool
    shows_child: bool
    guardian_consented: bool
    reporter_name: str
    state: str
    reason: str
    decided_by: int | None
    decided_at: datetime | None
    approved_version: str
    created_at: datetime
    pictures: tuple[str, ...]

    @property
    def picture(self) -> str:
        """The photo that stands for it; nothing if it has none."""
        return self.pictures[0] if self.pictures else ""

    @property
    def words(self) -> str:
        """Whatever people wrote of it that may become public."""
        return "\n".join([self.doer_name, self.what, self.helped, self.reporter_name])

    @property
    def version(self) -> str:
        """A hash of all that would be published. The reporter's name is no part of it: she may ask to be forgotten."""
        shown = [
            self.doer_kind,
            self.doer_name,
            self.what,
            self.unit_id,
            self.done_on,
            self.helped,
            self.helped_count,
            self.shows_people,
            self.shown_consented,
            self.shows_child,
            self.guardian_consented,
            self.pictures,
        ]
        return hashlib.sha256(orjson.dumps(shown)).hexdigest()


async def find(tx: Tx, code: str, within: Collection[int] | None) -> Report | None:
    """The deed with this code in these units (None: anywhere), unless its reporter took it back."""
    row = await tx.first(_there(code, within))
    return None if row is None else await _report(tx, row)


async def find_locked(tx: Tx, code: str, within: Collection[int] | None) -> Report | None:
    """The same; until this transaction ends no other officer decides on it, and no photo joins it."""
    row = await tx.first(_there(code, within).with_for_update(of=deeds))
    return None if row is None else await _report(tx, row)


async def without_photos(tx: Tx, within: Collection[int] | None, first: int, most: int) -> tuple[list[Report], int]:
    """Some of the undecided deeds in these units (None: anywhere) that have no photo, the oldest first, and how many there
    are."""
    photos = sa.select(deed_pictures.c.deed_id).where(deed_pictures.c.deed_id == deeds.c.id).exists()
    wanted = [deeds.c.state == "new", inside(deeds.c.unit_id, within), ~photos]
    total = int(await tx.value(sa.select(sa.func.count(deeds.c.id)).where(*wanted)))
    shown = name_of(deeds.c.person_id, deeds.c.reporter_name), may_name_doer(deeds).label("doer_named"), UNIT
    found = sa.select(*REPORTED, *shown).join(units, units.c.id == deeds.c.unit_id).where(*wanted)
    rows = await tx.all(found.order_by(deeds.c.created_at, deeds.c.id).offset(first).limit(most))
    return [await _report(tx, row) for row in rows], total


async def decide(
    tx: Tx, report: Report, person_id: int, state: str, now: datetime, *, version: str = "", reason: str = ""
) -> bool:
    """Approve (``version`` says what) or decline; False if another officer decided."""
    decided = sa.update(deeds).where(deeds.c.id == report.id, deeds.c.state == "new")
    what = {"state": state, "approved_version": version, "reason": reason, "decided_by": person_id, "decided_at": now}
    what = seal_words(tx.vault, deeds, what, code=report.code)
    return bool(await tx.run(decided.values(**what)))


def _there(code: str, within: Collection[int] | None) -> sa.Select[Any]:
    shown = name_of(deeds.c.person_id, deeds.c.reporter_name), may_name_doer(deeds).label("doer_named"), UNIT
    found = sa.select(*REPORTED, *shown).join(units, units.c.id == deeds.c.unit_id)
    return found.where(deeds.c.code == code.upper(), deeds.c.state != "withdrawn", inside(deeds.c.unit_id, within))


async def was_withdrawn(tx: Tx, code: str, within: Collection[int] | None) -> bool:
    """Whether there was a deed with this code in these units that its reporter took back."""
    taken_back = deeds.c.code == code.upper(), deeds.c.state == "withdrawn", inside(deeds.c.unit_id, within)
    return await tx.first(sa.select(deeds.c.id).where(*taken_back)) is not None


async def reopen(tx: Tx, report: Report) -> bool:
    """Take a decision back, so that it is made anew; False if the deed is not as it was decided then."""
    same = [deeds.c.id == report.id, deeds.c.state == report.state, deeds.c.decided_at == report.decided_at]
    anew = {"state": "new", "approved_version": "", "reason": "", "decided_by": None, "decided_at": None}
    return bool(await tx.run(sa.update(deeds).where(*same, deeds.c.state.in_(DECIDED)).values(**anew)))


async def overturn(tx: Tx, report: Report, person_id: int, refused_at: datetime | None, now: datetime) -> bool:
    """Approve, on appeal, what was declined then; False if it is not as it was declined."""
    same = deeds.c.id == report.id, deeds.c.state == "declined", deeds.c.decided_at.is_not_distinct_from(refused_at)
    anew = {"state": "approved", "approved_version": report.version, "reason": ""}
    return bool(await tx.run(sa.update(deeds).where(*same).values(**anew, decided_by=person_id, decided_at=now)))


async def _report(tx: Tx, row: Mapping[Any, Any]) -> Report:
    shown = sa.select(deed_pictures.c.picture).where(deed_pictures.c.deed_id == row["id"])
    return build(
        Report,
        row,
        pictures=tuple(r["picture"] for r in await tx.all(shown.order_by(deed_pictures.c.position))),
    )
