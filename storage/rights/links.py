"""One person, several channels: accounts are joined by a one-time code, never by a phone number somebody types."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage import audit
from storage.broadcast import ledger
from storage.database import Tx
from storage.tables import (
    accounts,
    addresses,
    consents,
    contributions,
    deed_questions,
    deeds,
    invitations,
    link_codes,
    link_tries,
    people,
    places,
    pledges,
    questions,
    staff,
    volunteers,
)

GOOD_FOR = timedelta(minutes=15)
TRIES = 5
"""Wrong codes from one account in that time; a million codes and five tries leave little to guess."""

NAMING = (
    *(table.c.person_id for table in (accounts, pledges, deeds, questions, consents, staff, volunteers)),
    *(deeds.c.taken_by, deeds.c.decided_by, deed_questions.c.asked_by, questions.c.answered_by),
    *(addresses.c.proposed_by, addresses.c.verified_by, contributions.c.seen_by, invitations.c.invited_by_id),
)
"""Every column that says whose something is, or who did it."""


@dataclass(frozen=True)
class LinkCode:
    """A code that was right."""

    person_id: int
    account_id: int


async def new_code(tx: Tx, person_id: int, account_id: int, now: datetime) -> str:
    """A fresh six-digit code for this person; an older one is void from now on."""
    await tx.run(sa.delete(link_codes).where(link_codes.c.person_id == person_id))
    while True:
        code = f"{secrets.randbelow(10**6):06}"
        index = tx.vault.index(code, kind="link")
        if await tx.first(sa.select(link_codes.c.id).where(link_codes.c.code_index == index)) is None:
            break
    await tx.run(
        sa.insert(link_codes).values(
            person_id=person_id, account_id=account_id, code_index=index, created_at=now, expires_at=now + GOOD_FOR
        )
    )
    return code


async def may_try(tx: Tx, account_id: int, now: datetime) -> bool:
    """Whether this account has tries left."""
    tried = sa.select(sa.func.count()).where(
        link_tries.c.account_id == account_id, link_tries.c.tried_at > now - GOOD_FOR
    )
    return int(await tx.value(tried)) < TRIES


async def find(tx: Tx, account_id: int, code: str, now: datetime) -> LinkCode | None:
    """Whose code this is, if it is still good. Every try counts."""
    await tx.run(sa.insert(link_tries).values(account_id=account_id, tried_at=now))
    row = await tx.first(
        sa.select(link_codes).where(
            link_codes.c.code_index == tx.vault.index(code, kind="link"), link_codes.c.expires_at > now
        )
    )
    return None if row is None else LinkCode(row["person_id"], row["account_id"])


async def join(tx: Tx, into: int, other: int, *, keep_other_volunteer: bool, now: datetime) -> None:
    """Make two people one: everything of ``other`` becomes ``into``'s. The codes of both are used up. Audited."""
    has = {
        row["person_id"]
        for row in await tx.all(sa.select(volunteers.c.person_id).where(volunteers.c.person_id.in_([into, other])))
    }
    if has == {into, other}:
        loser = into if keep_other_volunteer else other
        await tx.run(sa.delete(volunteers).where(volunteers.c.person_id == loser))
    await ledger.join(tx, into, other)
    for named in NAMING:
        await tx.run(sa.update(named.table).where(named == other).values({named: into}))
    await tx.run(sa.delete(link_codes).where(link_codes.c.person_id.in_([into, other])))
    await tx.run(sa.delete(places).where(places.c.person_id == other))
    await tx.run(sa.delete(people).where(people.c.id == other))
    await audit.add(tx, now, f"person:{into}", "join", f"person:{other}", {})


async def part(tx: Tx, account_id: int, person_id: int, now: datetime) -> int:
    """Give this account a person of its own again; what was done together stays with the other. Returns the new person."""
    language = await tx.value(sa.select(people.c.language).where(people.c.id == person_id))
    new = await tx.value(sa.insert(people).values(language=language, created_at=now).returning(people.c.id))
    mine = sa.update(accounts).where(accounts.c.id == account_id)
    await tx.run(mine.values(person_id=new, announcements_here=True))
    await audit.add(tx, now, f"person:{person_id}", "part", f"account:{account_id}", {})
    return int(new)
