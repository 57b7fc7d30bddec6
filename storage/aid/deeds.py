"""Kind deeds («Người tốt, việc thiện»): who did what, where and when, with photos and what may be published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from storage import words
from storage.campaign.codes import new_code
from storage.campaign.within import inside
from storage.database import Tx
from storage.database.secret import seal_words
from storage.files import pictures
from storage.tables import deed_pictures, deeds, units

MOST_PICTURES = 5


class Shown(Struct, frozen=True):
    """Whom the photos show, and who agreed to that."""

    shows_people: bool
    shown_consented: bool
    shows_child: bool
    guardian_consented: bool

    def along_with(self, other: Shown) -> Shown:
        """What holds for photos of both kinds together: whoever is shown must have agreed."""
        agreed = all(one.shown_consented for one in (self, other) if one.shows_people)
        guardian = all(one.guardian_consented for one in (self, other) if one.shows_child)
        people, child = self.shows_people or other.shows_people, self.shows_child or other.shows_child
        return Shown(people, people and agreed, child, child and guardian)


class NewDeed(Struct, frozen=True):
    """What a person reports. ``reporter_name`` is empty if she wants to stay unnamed."""

    campaign_id: int
    prefix: str
    person_id: int
    doer_kind: str
    doer_name: str
    done_by_teller: bool
    what: str
    unit_id: int
    done_on: date
    helped: str
    helped_count: int | None
    shows_people: bool
    shown_consented: bool
    shows_child: bool
    guardian_consented: bool
    reporter_name: str
    dedupe_key: str
    album: str = ""
    """Under which the platform sent its photos."""


class Deed(Struct, frozen=True):
    """A report as its reporter sees it."""

    id: int
    code: str
    what: str
    done_on: date
    unit_name: str
    state: str
    pictures: int


async def add(tx: Tx, new: NewDeed, photos: Sequence[str], now: datetime) -> str:
    """Keep a report with its photos; returns its code."""
    values = asdict(new)
    code = await new_code(tx, values.pop("prefix"), deeds.c.code)
    values = seal_words(tx.vault, deeds, {**values, "code": code, "created_at": now})
    deed_id = await tx.value(sa.insert(deeds).values(**values).returning(deeds.c.id))
    await words.note(tx, deeds.c.id, deed_id)
    await _attach(tx, deed_id, photos, 0)
    return code


async def recent(tx: Tx, person_id: int, since: datetime) -> str | None:
    """The code of what a person reported last, if that was since then and no officer has decided on it."""
    undecided = deeds.c.person_id == person_id, deeds.c.state == "new", deeds.c.created_at > since
    found: str | None = await tx.value(sa.select(deeds.c.code).where(*undecided).order_by(deeds.c.id.desc()).limit(1))
    return found


async def add_of_album(tx: Tx, person_id: int, album: str, photo: str) -> bool:
    """A photo of an album that came after its report was sent joins it, if there is room and no officer has decided on it.

    Returns False if no report has this album.
    """
    row = await tx.first(
        _with_photos().where(deeds.c.person_id == person_id, deeds.c.state == "new", deeds.c.album == album)
    )
    if row is None:
        return False
    if row["n"] < MOST_PICTURES:
        await _attach(tx, row["id"], [photo], row["n"])
    return True


async def add_photos(tx: Tx, person_id: int, code: str, photos: Sequence[str], shown: Shown) -> int:
    """Put more photos to a person's undecided report, as many as there is room for; returns how many.

    From then on all its photos may be shown only if that holds for the old and the new.
    """
    row = await tx.first(
        _with_photos(deeds.c.shows_people, deeds.c.shown_consented, deeds.c.shows_child, deeds.c.guardian_consented)
        .where(deeds.c.person_id == person_id, deeds.c.state == "new", deeds.c.code == code)
    )  # fmt: skip
    added = photos[: MOST_PICTURES - row["n"]] if row is not None else []
    if row is None or not added:
        return 0
    before = Shown(row["shows_people"], row["shown_consented"], row["shows_child"], row["guardian_consented"])
    await tx.run(sa.update(deeds).where(deeds.c.id == row["id"]).values(**asdict(before.along_with(shown))))
    await _attach(tx, row["id"], added, row["n"])
    return len(added)


def _with_photos(*more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Reports with how many photos they have, the newest first; no officer decides on them before another photo has joined."""
    n = sa.select(sa.func.count()).where(deed_pictures.c.deed_id == deeds.c.id).scalar_subquery()
    return sa.select(deeds.c.id, *more, n.label("n")).order_by(deeds.c.id.desc()).with_for_update(of=deeds)


async def last_unit(tx: Tx, person_id: int) -> int | None:
    """Where the deed was done that a person reported last."""
    hers = sa.select(deeds.c.unit_id).where(deeds.c.person_id == person_id)
    found: int | None = await tx.value(hers.order_by(deeds.c.id.desc()).limit(1))
    return found


async def of_person(tx: Tx, person_id: int) -> list[Deed]:
    """What a person reported, the newest first."""
    hers = (
        sa.select(deeds, units.c.name.label("unit_name"), sa.func.count(deed_pictures.c.picture).label("pictures"))
        .join(units, units.c.id == deeds.c.unit_id)
        .outerjoin(deed_pictures, deed_pictures.c.deed_id == deeds.c.id)
        .where(deeds.c.person_id == person_id)
        .group_by(deeds.c.id, units.c.name)
        .order_by(deeds.c.id.desc())
    )
    return await tx.all(hers, into=Deed)


class ApprovedDeed(Struct, frozen=True):
    """A deed that was approved, as everybody may hear of it: without a name."""

    id: int
    what: str
    unit_name: str


async def find_approved(
    tx: Tx, campaign_id: int, besides: Collection[int], most: int, within: Collection[int] | None = None
) -> list[ApprovedDeed]:
    """The newest approved deeds besides these, in these communes or anywhere, but for those whose story went with who told
    it."""
    wanted = sa.and_(
        deeds.c.campaign_id == campaign_id,
        deeds.c.state == "approved",
        deeds.c.what != "",
        deeds.c.id.not_in(list(besides)),
        inside(deeds.c.unit_id, within),
    )
    found = sa.select(deeds.c.id, deeds.c.what, units.c.name.label("unit_name")).join(
        units, units.c.id == deeds.c.unit_id
    )
    newest = found.where(wanted).order_by(deeds.c.done_on.desc(), deeds.c.id.desc()).limit(most)
    return await tx.all(newest, into=ApprovedDeed)


async def by_day(tx: Tx, campaign_id: int) -> dict[date, int]:
    """How many approved deeds were done on each day."""
    counted = sa.and_(deeds.c.campaign_id == campaign_id, deeds.c.state == "approved")
    rows = await tx.all(sa.select(deeds.c.done_on, sa.func.count().label("n")).where(counted).group_by(deeds.c.done_on))
    return {row["done_on"]: row["n"] for row in rows}


async def withdraw(tx: Tx, person_id: int, code: str) -> bool:
    """Take back a report that no officer has decided on; its photos go. Returns False if there is none."""
    hers = sa.select(deeds.c.id).where(
        deeds.c.code == code.upper(), deeds.c.person_id == person_id, deeds.c.state == "new"
    )
    deed_id = await tx.value(hers)
    if deed_id is None:
        return False
    undecided = sa.and_(deeds.c.id == deed_id, deeds.c.state == "new")
    if not await tx.run(sa.update(deeds).where(undecided).values(state="withdrawn")):
        return False
    attached = await tx.all(sa.select(deed_pictures.c.picture).where(deed_pictures.c.deed_id == deed_id))
    await tx.run(sa.delete(deed_pictures).where(deed_pictures.c.deed_id == deed_id))
    await pictures.keep(tx, [row["picture"] for row in attached], kept=False)
    return True


async def _attach(tx: Tx, deed_id: int, photos: Sequence[str], first: int) -> None:
    rows = [{"deed_id": deed_id, "position": first + n, "picture": photo} for n, photo in enumerate(photos)]
    await tx.run(sa.insert(deed_pictures), rows)
    await pictures.keep(tx, photos)
