"""Invitations to work for the Society: a code that is good once and not for long, and is kept nowhere in clear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage import audit
from storage.campaign import settings, staff
from storage.campaign.codes import ALPHABET, long_code
from storage.database import Tx
from storage.tables import invitations

CODE = re.compile(rf"(?!TND[0-9]{{2}}-)[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}", re.IGNORECASE)
"""Thirty letters, ten places: 6·10^14 codes, so that nobody finds one by trying; none looks like a pledge's."""


@dataclass(frozen=True)
class Invited:
    """What an invitation made of somebody."""

    role: str
    unit_id: int | None
    invited_by_id: int | None
    """None if the operator made it, on the command line."""
    new: bool
    """Whether she did not hold the role already."""


async def invite(tx: Tx, role: str, unit_id: int | None, by_id: int | None, now: datetime) -> str:
    """A fresh code for this role, from a person or (None) from the operator. Audited, without the code."""
    code = long_code(groups=2, letters=5)
    until = now + timedelta(hours=await settings.read(tx, settings.INVITATION_HOURS))
    values = {"role": role, "unit_id": unit_id, "invited_by_id": by_id, "created_at": now, "expires_at": until}
    made = sa.insert(invitations).values(code_index=_index(tx, code), **values).returning(invitations.c.id)
    number = await tx.value(made)
    by = "operator" if by_id is None else f"person:{by_id}"
    await audit.add(tx, now, by, "invite", f"invitation:{number}", {"role": role, "unit": unit_id})
    return code


async def redeem(tx: Tx, code: str, person_id: int, now: datetime) -> Invited | None:
    """Use a code up: the person holds its role from now on. None if it is nobody's, used, or too old. Audited."""
    good = sa.and_(
        invitations.c.code_index == _index(tx, code), invitations.c.used_at.is_(None), invitations.c.expires_at > now
    )
    used = sa.update(invitations).where(good).values(used_at=now).returning(invitations)
    row = await tx.first(used)
    if row is None:
        return None
    by = f"person:{person_id}"
    await audit.add(tx, now, by, "redeem", f"invitation:{row['id']}", {})
    new = await staff.grant(tx, person_id, row["role"], row["unit_id"], f"invitation:{row['id']}", now)
    return Invited(row["role"], row["unit_id"], row["invited_by_id"], new)


async def forget(tx: Tx, now: datetime, older_than: timedelta) -> int:
    """Drop invitations that were over so long ago; returns how many."""
    return await tx.run(sa.delete(invitations).where(invitations.c.expires_at < now - older_than))


def _index(tx: Tx, code: str) -> bytes:
    return tx.vault.index(code.upper(), kind="invitation")
