"""How a member of staff proves who she is: by a passphrase, if she has set one; and how often that is tried."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import sqlalchemy as sa
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from storage import audit
from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.tables import proofs, staff

SALT, LENGTH = 16, 32
ROUNDS, MEMORY = 2, 19 * 1024
"""Argon2id as OWASP's password storage sheet has it: 19 MiB, some 30 ms of one core."""
WINDOW, TRIES = timedelta(minutes=15), 5
"""Codes that are asked for and answers that are wrong, for one person, until she must wait."""


async def may_try(tx: Tx, person_id: int, now: datetime) -> bool:
    """Count one more try; False if there were too many lately."""
    row = await tx.first(sa.select(proofs).where(proofs.c.person_id == person_id).with_for_update())
    if row is None:
        await _set(tx, person_id, tries=1, since=now)
        return True
    if row["since"] is None or now - row["since"] > WINDOW:
        await _set(tx, person_id, tries=1, since=now)
        return True
    await _set(tx, person_id, tries=row["tries"] + 1)
    return int(row["tries"]) < TRIES


async def proved(tx: Tx, person_id: int) -> None:
    """She proved who she is: what was tried before counts no longer."""
    await tx.run(sa.update(proofs).where(proofs.c.person_id == person_id).values(tries=0, since=None))


async def has_passphrase(tx: Tx, person_id: int) -> bool:
    """Whether she has set one."""
    return bool(await _kept(tx, person_id))


async def set_passphrase(tx: Tx, person_id: int, passphrase: str, now: datetime) -> None:
    """From now on this is hers. Audited, without it."""
    hasher = Argon2id(salt=os.urandom(SALT), length=LENGTH, iterations=ROUNDS, lanes=1, memory_cost=MEMORY)
    await _set(tx, person_id, passphrase=hasher.derive_phc_encoded(passphrase.encode()))
    await audit.add(tx, now, f"person:{person_id}", "set_passphrase", f"person:{person_id}", {})


async def is_passphrase(tx: Tx, person_id: int, said: str) -> bool:
    """Whether this is hers."""
    kept = await _kept(tx, person_id)
    try:
        Argon2id.verify_phc_encoded(said.encode(), kept)
    except (InvalidKey, ValueError):
        return False
    return True


async def join(tx: Tx, into: int, other: int) -> None:
    """Of two people who become one: ``into`` keeps her own passphrase; without one, that of ``other`` becomes hers, but only
    if it guards a role now. What was tried in vain counts for both. To be called before the roles change hands."""
    rows = {
        row["person_id"]: row
        for row in await tx.all(sa.select(proofs).where(proofs.c.person_id.in_([into, other])).with_for_update())
    }
    await tx.run(sa.delete(proofs).where(proofs.c.person_id == other))
    if other not in rows:
        return
    held = sa.select(staff.c.id).where(staff.c.person_id == other, staff.c.revoked_at.is_(None))
    theirs = rows[other]["passphrase"] if await tx.first(held) else ""
    hers = rows[into]["passphrase"] if into in rows else ""
    tries = sum(row["tries"] for row in rows.values())
    since = max((row["since"] for row in rows.values() if row["since"]), default=None)
    await _set(tx, into, passphrase=hers or theirs, tries=tries, since=since)


async def _kept(tx: Tx, person_id: int) -> str:
    return await tx.value(sa.select(proofs.c.passphrase).where(proofs.c.person_id == person_id)) or ""


async def _set(tx: Tx, person_id: int, **values: object) -> None:
    if not await tx.run(sa.update(proofs).where(proofs.c.person_id == person_id).values(**values)):
        await insert_or_replace(tx, proofs, [{"person_id": person_id, **values}], by="person_id")
