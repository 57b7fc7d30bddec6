"""Invitations to work for the Society: a code that is good once and not for long, and is kept nowhere in clear."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage import audit
from storage.campaign import settings, staff
from storage.campaign.codes import ALPHABET, long_code
from storage.database import Tx
from storage.database.rows import build
from storage.tables import invitations, units
from storage.tables import staff as roles

CODE = re.compile(rf"(?!TND[0-9]{{2}}-)[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}", re.IGNORECASE)
"""Thirty letters, ten places: 6·10^14 codes, so that nobody finds one by trying; none looks like a pledge's."""


class Invited(Struct, frozen=True):
    """What an invitation made of somebody."""

    role: str
    unit_id: int | None
    invited_by_id: int | None
    """None if the operator made it, on the command line."""
    person_id: int | None
    """Who holds the role now; None if the code is only good from now on."""
    new: bool
    """Whether she did not hold the role already."""


class Invitation(Struct, frozen=True):
    """One that is open: nobody has used it, and its time is not over."""

    id: int
    role: str
    unit_id: int | None
    unit_name: str
    invited_by_id: int | None
    person_id: int | None
    """Who is to hold the role, if that is known; otherwise whoever brings the code."""
    waits: bool
    """Whether it is good only when another admin has said yes."""
    created_at: datetime
    expires_at: datetime


async def invite(
    tx: Tx, role: str, unit_id: int | None, by_id: int | None, now: datetime, *, waits: bool = False
) -> tuple[int, str]:
    """An invitation to this role, from a person or (None) from the operator: its number and its fresh code, which is good
    at once unless it ``waits``. Audited, without the code."""
    code = long_code(groups=2, letters=5)
    given = {"role": role, "unit_id": unit_id, "waits": waits, "code_index": _index(tx, code)}
    return await _add(tx, given, by_id, now), code


async def ask_for(tx: Tx, role: str, person_id: int, by_id: int, now: datetime) -> int:
    """Ask another admin to give this person, who is known, a role; returns the invitation's number. Audited."""
    return await _add(tx, {"role": role, "person_id": person_id, "waits": True}, by_id, now)


async def _add(tx: Tx, given: dict[str, Any], by_id: int | None, now: datetime) -> int:
    until = now + timedelta(hours=await settings.read(tx, settings.INVITATION_HOURS))
    values = {**given, "invited_by_id": by_id, "created_at": now, "expires_at": until}
    number = int(await tx.value(sa.insert(invitations).values(**values).returning(invitations.c.id)))
    details = {name: given[name] for name in ("role", "unit_id", "waits") if given.get(name)}
    await audit.add(tx, now, actor(by_id), "invite", f"invitation:{number}", details)
    return number


def actor(by_id: int | None) -> str:
    """Whoever invites, as the audit log names her; the operator is nobody of the program."""
    return "operator" if by_id is None else f"person:{by_id}"


async def open_ones(tx: Tx, now: datetime) -> list[Invitation]:
    """Every open invitation, the newest first."""
    rows = await tx.all(
        sa.select(invitations, units.c.name.label("unit_name"))
        .outerjoin(units, units.c.id == invitations.c.unit_id)
        .where(_is_open(now))
        .order_by(invitations.c.id.desc())
    )
    return [build(Invitation, row, unit_name=row["unit_name"] or "") for row in rows]


async def find(tx: Tx, number: int, now: datetime) -> Invitation | None:
    """The open invitation with this number."""
    return next((one for one in await open_ones(tx, now) if one.id == number), None)


async def cancel(tx: Tx, number: int, by: str, now: datetime) -> bool:
    """Let an invitation be good for nothing from now on; False if it is not open. Audited."""
    if not await tx.run(sa.delete(invitations).where(invitations.c.id == number, _is_open(now))):
        return False
    await audit.add(tx, now, by, "uninvite", f"invitation:{number}", {})
    return True


async def approve(tx: Tx, number: int, by_id: int, now: datetime) -> Invited | None:
    """Another admin says yes: the code is good from now on, or the person who was meant holds the role. Audited.

    None if nothing waits under this number for anybody but who invited.
    """
    waiting = sa.and_(
        invitations.c.id == number, _is_open(now), invitations.c.waits, invitations.c.invited_by_id != by_id
    )
    row = await tx.first(sa.update(invitations).where(waiting).values(waits=False).returning(invitations))
    if row is None:
        return None
    await audit.add(tx, now, actor(by_id), "approve_invitation", f"invitation:{number}", {})
    if row["person_id"] is None:
        return Invited(row["role"], row["unit_id"], row["invited_by_id"], None, new=False)
    await tx.run(sa.update(invitations).where(invitations.c.id == number).values(used_at=now))
    new = await staff.grant(tx, row["person_id"], row["role"], row["unit_id"], actor(by_id), now)
    return Invited(row["role"], row["unit_id"], row["invited_by_id"], row["person_id"], new)


async def redeem(tx: Tx, code: str, person_id: int, now: datetime) -> Invited | None:
    """Use a code up: the person holds its role from now on. None if it is nobody's, used, too old, or still waits for an
    admin's yes. Audited."""
    good = sa.and_(invitations.c.code_index == _index(tx, code), _is_open(now), ~invitations.c.waits)
    used = sa.update(invitations).where(good).values(used_at=now).returning(invitations)
    row = await tx.first(used)
    if row is None:
        return None
    by = f"person:{person_id}"
    await audit.add(tx, now, by, "redeem", f"invitation:{row['id']}", {})
    new = await staff.grant(tx, person_id, row["role"], row["unit_id"], f"invitation:{row['id']}", now)
    return Invited(row["role"], row["unit_id"], row["invited_by_id"], person_id, new)


async def forget(tx: Tx, now: datetime, older_than: timedelta) -> int:
    """Drop invitations that were over so long ago; returns how many."""
    return await tx.run(sa.delete(invitations).where(invitations.c.expires_at < now - older_than))


def _is_open(now: datetime) -> sa.ColumnElement[bool]:
    """Not used, not too old, and from somebody who may still invite: an admin's invitations end with her role."""
    held = sa.and_(
        roles.c.person_id == invitations.c.invited_by_id, roles.c.role == "admin", roles.c.revoked_at.is_(None)
    )
    may = sa.or_(invitations.c.invited_by_id.is_(None), sa.select(roles.c.id).where(held).exists())
    return sa.and_(invitations.c.used_at.is_(None), invitations.c.expires_at > now, may)


def _index(tx: Tx, code: str) -> bytes:
    return tx.vault.index(code.upper(), kind="invitation")
