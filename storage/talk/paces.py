"""How fast each channel may be sent to: one row for each, shared by everybody who sends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from storage.database import Tx
from storage.database.columns import among
from storage.database.insert import insert_or_replace
from storage.database.prepared import Prepared
from storage.tables import accounts, paces


class Pace(Struct):
    """What was given away of a channel's time, and how far its platform has asked us to hold back."""

    channel: str
    slots: list[int] = []
    """In order, in microseconds since 1970: the instants of the last second or so, and those given away ahead."""
    reply_at: datetime | None = None
    broadcast_at: datetime | None = None
    """Not before may the next of each kind go out."""
    share: float = 1.0
    """Fraction of the full pace."""
    slowed_at: datetime | None = None
    paused_until: datetime | None = None
    sent_at: datetime | None = None
    """When the last copy of a broadcast went out."""


PACES = Prepared(sa.select(paces).where(among(paces.c.channel, "channels")).with_for_update())
PAUSES = Prepared(sa.select(paces.c.channel, paces.c.paused_until).where(paces.c.paused_until > sa.bindparam("now")))
FREE = Prepared(
    sa.select(accounts.c.id, accounts.c.free_at).where(among(accounts.c.id, "ids"), accounts.c.free_at.is_not(None))
)
OCCUPY = Prepared(
    sa.update(accounts).where(accounts.c.id == sa.bindparam("which")).values(free_at=sa.bindparam("until"))
)


async def load(tx: Tx, channels: Iterable[str]) -> dict[str, Pace]:
    """The paces of these channels, locked until the transaction ends; a fresh one where none was kept."""
    names = list(channels)
    rows = await tx.all(PACES, channels=names)
    kept = {row["channel"]: Pace(**row) for row in rows}
    return {name: kept.get(name) or Pace(name) for name in names}


async def save(tx: Tx, changed: Iterable[Pace]) -> None:
    """Keep these paces."""
    await insert_or_replace(tx, paces, [asdict(pace) for pace in changed])


async def pauses(tx: Tx, now: datetime) -> dict[str, datetime]:
    """The channels that must be left alone, and until when."""
    rows = await tx.all(PAUSES, now=now)
    return {row["channel"]: row["paused_until"] for row in rows}


async def last_sent(tx: Tx) -> datetime | None:
    """When the last copy of any broadcast went out."""
    found: datetime | None = await tx.value(sa.select(sa.func.max(paces.c.sent_at, type_=paces.c.sent_at.type)))
    return found


async def free(tx: Tx, account_ids: Collection[int]) -> dict[int, datetime]:
    """For each of these accounts the instant before which it must not be sent anything, if there is one."""
    rows = await tx.all(FREE, ids=list(account_ids))
    return {row["id"]: row["free_at"] for row in rows}


async def occupy(tx: Tx, until: Mapping[int, datetime]) -> None:
    """These accounts are not to be sent anything before these instants."""
    await tx.run(OCCUPY, [{"which": account_id, "until": at} for account_id, at in until.items()])
