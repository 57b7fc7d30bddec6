"""What only one process may do at a time: a row says who, and until when, by the database's clock."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from storage.database import Tx
from storage.database.columns import EPOCH, MICROSECOND, database_now
from storage.database.insert import insert_new
from storage.tables import leases


async def take(tx: Tx, name: str, owner: str, length: timedelta) -> int | None:
    """Take a lease that nobody holds, or whose time is over; returns its token, None if somebody holds it."""
    await insert_new(tx, leases, [{"name": name, "owner": "", "expires_at": EPOCH}])
    token: int | None = await tx.value(
        sa.update(leases)
        .where(leases.c.name == name, leases.c.expires_at <= database_now())
        .values(owner=owner, token=leases.c.token + 1, expires_at=_after(length))
        .returning(leases.c.token)
    )
    return token


async def renew(tx: Tx, name: str, owner: str, token: int, length: timedelta) -> bool:
    """Hold a lease for this long from now; returns False if somebody else has taken it."""
    hers = sa.update(leases).where(leases.c.name == name, leases.c.owner == owner, leases.c.token == token)
    return bool(await tx.run(hers.values(expires_at=_after(length))))


async def give_back(tx: Tx, name: str, owner: str, token: int) -> None:
    """Let the next one have it at once."""
    await renew(tx, name, owner, token, timedelta(0))


def _after(length: timedelta) -> sa.ColumnElement[int]:
    return sa.type_coerce(database_now(), sa.BigInteger) + length // MICROSECOND
