"""Sessions of the web chat: whoever has the browser has the account, so those of staff are renewed, end, and must be
confirmed now and then."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_new
from storage.tables import accounts, staff, web_sessions

IDLE = timedelta(days=400)
"""A villager comes back next May."""
CONFIRMED_FOR = timedelta(hours=12)
"""So long a member of staff is taken for herself on a browser after she last proved it."""
STILL_SHOWN = timedelta(minutes=10)
"""So much of what is said while she has not proved it is shown: the question, and her tries to answer it."""
LOOK_EVERY = timedelta(minutes=5)
"""How exactly it is known when a session was last used."""
CHANNEL = "web"


class Session(Struct, frozen=True):
    """One token that opens a conversation."""

    token_index: bytes
    address: str
    created_at: datetime
    seen_at: datetime
    fresh: bool
    """Whether it was made to take another one's place, and has not been used."""
    staff_since: datetime | None
    """When its person was last given a role that she holds; None if she has none."""
    confirmed_at: datetime | None

    @property
    def is_older_than_role(self) -> bool:
        """Whether its token was there before its person was staff, so that somebody may have copied it."""
        return self.staff_since is not None and self.created_at < self.staff_since

    def shows_from(self, now: datetime) -> datetime | None:
        """From when on its conversation may be shown; None for all of it. What was said to a member of staff is hidden as
        soon as she must prove who she is."""
        if self.staff_since is None:
            return None
        over_at = self.staff_since if self.confirmed_at is None else self.confirmed_at + CONFIRMED_FOR
        if self.confirmed_at is not None and over_at > now:
            return None
        return max(over_at, now - STILL_SHOWN)


def fresh() -> tuple[str, str]:
    """The token of a session that may begin, which is kept nowhere, and its address."""
    return secrets.token_urlsafe(32), secrets.token_urlsafe(16)


async def begin(tx: Tx, token: str, address: str, now: datetime) -> None:
    """Begin a session, unless it has begun."""
    await _add(tx, token, address, now)


async def renew(tx: Tx, old: Session, now: datetime) -> str:
    """A new token for the same conversation. The old one is good until the new one is used for the first time: an answer
    that is lost on its way locks nobody out."""
    await tx.run(sa.delete(web_sessions).where(web_sessions.c.address == old.address, web_sessions.c.fresh))
    token, _ = fresh()
    await _add(tx, token, old.address, now, fresh=True)
    return token


async def _add(tx: Tx, token: str, address: str, now: datetime, *, fresh: bool = False) -> None:
    row = {"token_index": _index(tx, token), "address": address, "created_at": now, "seen_at": now, "fresh": fresh}
    await insert_new(tx, web_sessions, [row])


SINCE = (
    sa.select(sa.func.max(staff.c.granted_at))
    .where(staff.c.person_id == accounts.c.person_id, staff.c.revoked_at.is_(None))
    .scalar_subquery()
)
SESSIONS = sa.select(web_sessions, SINCE.label("staff_since"), accounts.c.confirmed_at).outerjoin(
    accounts, sa.and_(accounts.c.address == web_sessions.c.address, accounts.c.channel == CHANNEL)
)


async def find(tx: Tx, token: str, now: datetime) -> Session | None:
    """What this token opens; None if nothing, or if it was idle for too long."""
    found = await find_all(tx, [_index(tx, token)], now)
    return next(iter(found.values()), None)


async def find_all(tx: Tx, indexes: Collection[bytes], now: datetime) -> dict[bytes, Session]:
    """Those of these sessions that are open, by what their tokens are kept as."""
    alive = sa.and_(web_sessions.c.token_index.in_(list(indexes)), web_sessions.c.seen_at > now - IDLE)
    return {row["token_index"]: _session(row) for row in await tx.all(SESSIONS.where(alive))}


async def used(tx: Tx, session: Session, now: datetime) -> None:
    """Note that a session was used; one that takes another's place ends it by that."""
    if session.fresh:
        others = sa.and_(web_sessions.c.address == session.address, web_sessions.c.token_index != session.token_index)
        await tx.run(sa.delete(web_sessions).where(others))
    here = web_sessions.c.token_index == session.token_index
    await tx.run(sa.update(web_sessions).where(here).values(seen_at=now, fresh=False))


def must_note(session: Session, now: datetime) -> bool:
    """Whether it is time to note that a session is used."""
    return session.fresh or now - session.seen_at > LOOK_EVERY


async def seen(tx: Tx, addresses: Collection[str]) -> dict[str, datetime]:
    """Of these conversations, those that a token still opens, each with when it was last used."""
    at = sa.select(web_sessions.c.address, sa.func.max(web_sessions.c.seen_at).label("seen_at"))
    rows = await tx.all(at.where(web_sessions.c.address.in_(list(addresses))).group_by(web_sessions.c.address))
    return {row["address"]: row["seen_at"] for row in rows}


async def end(tx: Tx, address: str) -> bool:
    """No token opens this conversation any more; False if none did."""
    return bool(await tx.run(sa.delete(web_sessions).where(web_sessions.c.address == address)))


async def confirm(tx: Tx, account_id: int, now: datetime) -> None:
    """The owner of an account has proved who she is."""
    await tx.run(sa.update(accounts).where(accounts.c.id == account_id).values(confirmed_at=now))


async def lock(tx: Tx, account_id: int, now: datetime) -> None:
    """From now on the owner of an account must prove who she is before anything else."""
    await confirm(tx, account_id, now - CONFIRMED_FOR)


async def forget(tx: Tx, now: datetime) -> int:
    """Drop the sessions that were idle for too long; returns how many."""
    return await tx.run(sa.delete(web_sessions).where(web_sessions.c.seen_at < now - IDLE))


def _index(tx: Tx, token: str) -> bytes:
    return tx.vault.index(token, kind="session")


def _session(row: Mapping[Any, Any]) -> Session:
    since = row["staff_since"]
    return Session(
        bytes(row["token_index"]),
        row["address"],
        row["created_at"],
        row["seen_at"],
        row["fresh"],
        since,
        row["confirmed_at"],
    )
