"""Who has no account agrees by word of mouth: what she said is noted by somebody else, and a slip lets her come herself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.campaign import settings
from storage.campaign.codes import long_code
from storage.database import Tx
from storage.database.rows import build
from storage.database.secret import seal_words
from storage.tables import link_tries, people, spoken_consents, staff, volunteers
from storage.talk import consents
from storage.talk.consents import ConsentText

SPOKEN = "spoken"
"""The channel that a consent names that was given by word of mouth."""
SLIP_GOOD_FOR = timedelta(days=60)
WRONG_YEARS = 3
"""Wrong birth years after which a slip is good for nothing: who finds the paper does not know the year."""
LATELY = timedelta(days=30)


class Spoken(Struct, frozen=True):
    """What was noted for somebody, and by whom, as long as she has not come herself."""

    id: int
    person_id: int
    noted_by: int | None
    noted_at: datetime
    name: str
    """As she is registered, or was noted."""


async def may_note(tx: Tx, by: int, now: datetime) -> bool:
    """Whether this person may note one more; those of the last thirty days count."""
    lately = spoken_consents.c.noted_by == by, spoken_consents.c.noted_at > now - LATELY
    noted = await tx.value(sa.select(sa.func.count(spoken_consents.c.id)).where(*lately))
    return int(noted) < await settings.read(tx, settings.SPOKEN_EACH)


async def note(tx: Tx, by: int, name: str, birth_year: int, shown: ConsentText, now: datetime) -> int:
    """Who agreed to take part by word of mouth: whom ``by`` noted before under this name and year, or a new person without
    an account; returns her id. Audited."""
    known = await find_same(tx, by, name, birth_year)
    if known is not None:
        await consents.give(tx, known.person_id, ["take_part"], shown, now)
        await audit.add(tx, now, f"person:{by}", "note_consent", f"person:{known.person_id}", {})
        return known.person_id
    created = sa.insert(people).values(language=shown.language, created_at=now).returning(people.c.id)
    person_id = int(await tx.value(created))
    await consents.give(tx, person_id, ["take_part"], shown, now)
    noted = {"person_id": person_id, "noted_by": by, "noted_at": now, "birth_year": birth_year, "name": name}
    await tx.run(sa.insert(spoken_consents).values(**seal_words(tx.vault, spoken_consents, noted)))
    await audit.add(tx, now, f"person:{by}", "note_consent", f"person:{person_id}", {})
    return person_id


async def find_same(tx: Tx, by: int, name: str, birth_year: int) -> Spoken | None:
    """Whom this person noted before under the same name and year of birth, as long as she has not come herself."""
    hers = NOTED.where(spoken_consents.c.noted_by == by, spoken_consents.c.birth_year == birth_year, WAITS, _is_plain())
    found = [_spoken(row) for row in await tx.all(hers.order_by(spoken_consents.c.id))]
    return next((one for one in found if _plain(one.name) == _plain(name)), None)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


NOTED = sa.select(spoken_consents, volunteers.c.full_name.label("registered")).outerjoin(
    volunteers, sa.and_(volunteers.c.person_id == spoken_consents.c.person_id, volunteers.c.state == "registered")
)
WAITS = spoken_consents.c.came_at.is_(None)


async def of_noter(tx: Tx, by: int) -> list[Spoken]:
    """Those for whom this person wrote, and who have not come themselves; the newest first."""
    hers = NOTED.where(spoken_consents.c.noted_by == by, WAITS).order_by(spoken_consents.c.id.desc())
    return [_spoken(row) for row in await tx.all(hers)]


async def of_person(tx: Tx, person_id: int) -> Spoken | None:
    """What was noted for this person, unless she has come herself."""
    row = await tx.first(NOTED.where(spoken_consents.c.person_id == person_id, WAITS))
    return None if row is None else _spoken(row)


async def find(tx: Tx, id: int, by: int) -> Spoken | None:
    """What this person noted under this number, as long as it is not its owner's alone, and of nobody who holds a role."""
    row = await tx.first(NOTED.where(spoken_consents.c.id == id, spoken_consents.c.noted_by == by, WAITS, _is_plain()))
    return None if row is None else _spoken(row)


async def new_slip(tx: Tx, person_id: int, now: datetime) -> str:
    """A fresh code for the slip of this person, who has not come herself; an older one is void from now on."""
    code = long_code(groups=3, letters=4)
    fresh = {"slip_index": _index(tx, code), "slip_until": now + SLIP_GOOD_FOR, "wrong_years": 0}
    hers = spoken_consents.c.person_id == person_id, WAITS
    await tx.run(sa.update(spoken_consents).where(*hers).values(**fresh))
    return code


async def holds_slip(tx: Tx, person_id: int, now: datetime) -> bool:
    """Whether a slip of this person is still good."""
    good = spoken_consents.c.person_id == person_id, spoken_consents.c.slip_index.is_not(None), *_good(now)
    return await tx.first(sa.select(spoken_consents.c.id).where(*good)) is not None


async def find_slip(tx: Tx, code: str, now: datetime) -> Spoken | None:
    """Whose slip this is, if it is still good."""
    row = await tx.first(NOTED.where(spoken_consents.c.slip_index == _index(tx, code), *_good(now)))
    return None if row is None else _spoken(row)


async def claim(tx: Tx, id: int, by: int, birth_year: int, account_id: int, now: datetime) -> Spoken | None:
    """Use a slip up: its owner has come herself, as the person ``by``. None if it is over or hers who noted it, or this is
    not her birth year: that counts as a wrong code of this account, is audited, and the third ends the slip."""
    good = _for_whom(id, by, now)
    used = sa.update(spoken_consents).where(*good, spoken_consents.c.birth_year == birth_year)
    if await tx.run(used.values(came_at=now, slip_index=None, slip_until=None)):
        row = await tx.first(NOTED.where(spoken_consents.c.id == id))
        assert row is not None
        return _spoken(row)
    if await tx.run(sa.update(spoken_consents).where(*good).values(wrong_years=spoken_consents.c.wrong_years + 1)):
        await tx.run(sa.insert(link_tries).values(account_id=account_id, tried_at=now))
        await audit.add(tx, now, f"account:{account_id}", "slip.wrong", f"slip:{id}", {})
    return None


async def years_left(tx: Tx, id: int, by: int, now: datetime) -> int:
    """How many birth years the person ``by`` may still try with this slip; none if it is over, or hers who noted it."""
    tried = await tx.value(sa.select(spoken_consents.c.wrong_years).where(*_for_whom(id, by, now)))
    return 0 if tried is None else WRONG_YEARS - int(tried)


async def forget_slips(tx: Tx, now: datetime) -> int:
    """Drop the codes of slips that are over; returns how many. That somebody agreed, and who noted it, stays."""
    over = spoken_consents.c.slip_until < now
    return await tx.run(sa.update(spoken_consents).where(over).values(slip_index=None, slip_until=None))


def _spoken(row: Mapping[Any, Any]) -> Spoken:
    return build(Spoken, row, name=row["registered"] or row["name"])


def _good(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Not used, not too old, and not guessed at; a slip hands on no role, and nobody who was blocked."""
    few = spoken_consents.c.wrong_years < WRONG_YEARS
    return WAITS, spoken_consents.c.slip_until > now, few, _is_plain()


def _for_whom(id: int, by: int, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """A slip that is good, and not in the hands of who noted it."""
    noter = spoken_consents.c.noted_by
    return spoken_consents.c.id == id, sa.or_(noter.is_(None), noter != by), *_good(now)


def _is_plain() -> sa.ColumnElement[bool]:
    """Whether whose consent this is was neither blocked nor given a role."""
    holds = sa.exists().where(staff.c.person_id == people.c.id, staff.c.revoked_at.is_(None))
    hers = people.c.id == spoken_consents.c.person_id, people.c.blocked_at.is_(None), ~holds
    return sa.select(people.c.id).where(*hers).exists()


def _index(tx: Tx, code: str) -> bytes:
    return tx.vault.index(re.sub("[^A-Z0-9]", "", code.upper()), kind="slip")
