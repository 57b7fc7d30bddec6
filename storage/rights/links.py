"""One person, several channels: accounts are joined by a one-time code, never by a phone number somebody types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import audit, words
from storage.aid import volunteers as registrations
from storage.broadcast import ledger
from storage.campaign.codes import ALPHABET, long_code
from storage.campaign.staff import revoke_doubles
from storage.database import Tx
from storage.rights import proofs
from storage.tables import (
    accounts,
    address_changes,
    addresses,
    appeals,
    asked_backups,
    consents,
    contributions,
    copies,
    deeds,
    invitations,
    lessons,
    link_codes,
    link_tries,
    notes,
    papers,
    people,
    places,
    pledges,
    ready_answers,
    rights_requests,
    spoken_consents,
    staff,
    takings,
    templates,
    thread_messages,
    threads,
    volunteers,
)

GOOD_FOR = timedelta(minutes=15)
CODE = re.compile(rf"[{ALPHABET}]{{4}}-?[{ALPHABET}]{{4}}-?[{ALPHABET}]{{4}}", re.IGNORECASE)
"""Thirty letters, twelve places: 5·10^17 codes, good for minutes and confirmed where they were made."""
TRIES = 5
"""Wrong codes in that time from one account. What all accounts try together is not limited: their codes are too many to
be guessed, and a limit for all would let a stranger shut linking for everybody."""
AUDITED = 100
"""Wrong codes in that time that stand in the audit log; of more it need not grow."""

NAMING = (
    *(
        table.c.person_id
        for table in (
            accounts,
            pledges,
            deeds,
            threads,
            appeals,
            consents,
            staff,
            volunteers,
            asked_backups,
            rights_requests,
        )
    ),
    *(
        takings.c.person_id,
        takings.c.given_by,
        deeds.c.decided_by,
        thread_messages.c.said_by,
        appeals.c.refused_by,
        appeals.c.decided_by,
    ),
    *(
        addresses.c.proposed_by,
        addresses.c.verified_by,
        addresses.c.decided_by,
        address_changes.c.asked_by,
        address_changes.c.decided_by,
        contributions.c.seen_by,
        pledges.c.noted_by,
        invitations.c.invited_by_id,
        invitations.c.person_id,
    ),
    *(rights_requests.c.entered_by, rights_requests.c.answered_by, rights_requests.c.closed_by),
    *(spoken_consents.c.person_id, spoken_consents.c.noted_by, notes.c.person_id, notes.c.written_by),
)
"""Every column that says whose something is, or who did it."""
AS_ACTOR = (ready_answers.c.written_by, lessons.c.taught_by, lessons.c.decided_by, templates.c.kept_by)
"""The same, where she stands as in the audit log."""


class LinkCode(Struct, frozen=True):
    """A code that is good: who made it, and, once somebody entered it, who that is and what is kept of both."""

    id: int
    person_id: int
    account_id: int
    asked_by: int | None
    asked_at: int | None
    choices: Mapping[str, str] | None


async def new_code(tx: Tx, person_id: int, account_id: int, now: datetime) -> str:
    """A fresh code for this person; an older one is void from now on."""
    await tx.run(sa.delete(link_codes).where(link_codes.c.person_id == person_id))
    code = long_code(groups=3, letters=4)
    values = {"person_id": person_id, "account_id": account_id, "created_at": now, "expires_at": now + GOOD_FOR}
    await tx.run(sa.insert(link_codes).values(code_index=_index(tx, code), **values))
    return code


async def may_try(tx: Tx, account_id: int, now: datetime) -> bool:
    """Whether this account has tries left."""
    mine = sa.and_(link_tries.c.account_id == account_id, link_tries.c.tried_at > now - GOOD_FOR)
    return await tx.first(sa.select(link_tries.c.id).where(mine).offset(TRIES - 1).limit(1)) is None


async def find(tx: Tx, account_id: int, code: str, now: datetime) -> LinkCode | None:
    """Whose code this is, if it is still good and nobody has entered it. A wrong one counts; of those that everybody
    tries, the first of a time are audited."""
    good = sa.and_(link_codes.c.code_index == _index(tx, code), link_codes.c.expires_at > now, _is_fresh())
    row = await tx.first(sa.select(link_codes).where(good))
    if row is not None:
        return _code(row)
    lately = sa.select(link_tries.c.id).where(link_tries.c.tried_at > now - GOOD_FOR)
    if await tx.first(lately.offset(AUDITED - 1).limit(1)) is None:
        await audit.add(tx, now, f"account:{account_id}", "link.wrong", "code", {})
    await tx.run(sa.insert(link_tries).values(account_id=account_id, tried_at=now))
    return None


async def ask(tx: Tx, id: int, by_person: int, by_account: int, choices: Mapping[str, str]) -> bool:
    """Whoever made the code is to confirm that this account is joined; False if the code is gone or used meanwhile."""
    asked = {"asked_by": by_person, "asked_at": by_account, "choices": dict(choices)}
    return bool(await tx.run(sa.update(link_codes).where(link_codes.c.id == id, _is_fresh()).values(**asked)))


async def made_by(tx: Tx, id: int) -> LinkCode:
    """The code with who made it."""
    row = await tx.first(sa.select(link_codes).where(link_codes.c.id == id))
    assert row is not None
    return _code(row)


async def take(tx: Tx, id: int, account_id: int, now: datetime) -> LinkCode | None:
    """What this account is asked to confirm, which it was the only one to be asked; it is used up by this."""
    asked = sa.and_(link_codes.c.id == id, link_codes.c.account_id == account_id, ~_is_fresh())
    row = await tx.first(sa.delete(link_codes).where(asked, link_codes.c.expires_at > now).returning(link_codes))
    return None if row is None else _code(row)


def _is_fresh() -> sa.ColumnElement[bool]:
    return link_codes.c.asked_by.is_(None)


def _code(row: Mapping[Any, Any]) -> LinkCode:
    return LinkCode(
        **{name: row[name] for name in ("id", "person_id", "account_id", "asked_by", "asked_at", "choices")}
    )


def _index(tx: Tx, code: str) -> bytes:
    return tx.vault.index(re.sub("[^A-Z0-9]", "", code.upper()), kind="link")


async def join(tx: Tx, into: int, other: int, *, keep_other_volunteer: bool, now: datetime) -> None:
    """Make two people one: everything of ``other`` becomes ``into``'s. The codes that either made or
    entered are used up. Audited."""
    has = {
        row["person_id"]
        for row in await tx.all(sa.select(volunteers.c.person_id).where(volunteers.c.person_id.in_([into, other])))
    }
    if has == {into, other}:
        loser = into if keep_other_volunteer else other
        await words.drop(tx, volunteers, volunteers.c.person_id == loser)
        await tx.run(sa.delete(volunteers).where(volunteers.c.person_id == loser))
    await proofs.join(tx, into, other)
    await registrations.hand_over(tx, other, into)
    await ledger.join(tx, into, other)
    for named in NAMING:
        await tx.run(sa.update(named.table).where(named == other).values({named: into}))
    for named in AS_ACTOR:  # or she could confirm as the one what she wrote as the other
        await tx.run(sa.update(named.table).where(named == f"person:{other}").values({named: f"person:{into}"}))
    await revoke_doubles(tx, now)
    both = [into, other]
    await tx.run(sa.delete(link_codes).where(link_codes.c.person_id.in_(both) | link_codes.c.asked_by.in_(both)))
    await tx.run(sa.delete(places).where(places.c.person_id == other))
    await _keep_newer(tx, copies, copies.c.asked_at, into, other)
    await _keep_newer(tx, papers, papers.c.asked_at, into, other)
    # Her row stays, with nothing in it: the audit log names people by their number, which is nobody else's.
    await tx.run(sa.update(people).where(people.c.id == other).values(language=""))
    await audit.add(tx, now, f"person:{into}", "join", f"person:{other}", {})


async def _keep_newer(tx: Tx, table: sa.Table, by: sa.ColumnElement[Any], into: int, other: int) -> None:
    """Of the one row that each of two people may have here, keep the one that has more of this, as ``into``'s."""
    both = sa.select(table.c.person_id).where(table.c.person_id.in_([into, other])).order_by(by.desc())
    kept = await tx.value(both.limit(1))
    if kept is None:
        return
    await tx.run(sa.delete(table).where(table.c.person_id.in_([into, other]), table.c.person_id != kept))
    await tx.run(sa.update(table).where(table.c.person_id == kept).values(person_id=into))


async def part(tx: Tx, account_id: int, person_id: int, now: datetime) -> int:
    """Give this account a person of its own again; what was done together stays with the other. Returns the new person."""
    language = await tx.value(sa.select(people.c.language).where(people.c.id == person_id))
    new = await tx.value(sa.insert(people).values(language=language, created_at=now).returning(people.c.id))
    mine = sa.update(accounts).where(accounts.c.id == account_id)
    await tx.run(mine.values(person_id=new, announcements_here=True))
    await audit.add(tx, now, f"person:{person_id}", "part", f"account:{account_id}", {})
    return int(new)
