"""The tokens of a channel whose platform gives a new pair again and again: sealed, the newest is used, the others are kept."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.vault import Tampered
from storage.tables import channel_tokens
from storage.tables.sealed import TOKENS


class TokenPair(Struct, frozen=True):
    """``access`` is shown with each call until ``expires_at``, ``refresh`` gets the next pair, once."""

    id: int
    whose: str
    access: str
    refresh: str
    made_at: datetime
    expires_at: datetime
    refused_at: datetime | None = None
    """When the platform would give no next pair for it."""
    reason: str = ""


async def keep(
    tx: Tx, channel: str, whose: str, access: str, refresh: str, made_at: datetime, expires_at: datetime
) -> int:
    """A new pair, the one that is used from now on; returns its number."""
    sealed = TOKENS.seal_json(tx.vault, [access, refresh], channel, made_at)
    row = {"channel": channel, "whose": whose, "sealed": sealed, "made_at": made_at, "expires_at": expires_at}
    return int(await tx.value(sa.insert(channel_tokens).values(row).returning(channel_tokens.c.id)))


async def current(tx: Tx, channel: str) -> TokenPair | None:
    """The pair that is used now; None if there never was one, or it was sealed with another key."""
    newest = sa.select(channel_tokens).where(channel_tokens.c.channel == channel).order_by(channel_tokens.c.id.desc())
    row = await tx.first(newest.limit(1))
    if row is None:
        return None
    try:
        access, refresh = TOKENS.open_json(tx.vault, row["sealed"], channel, row["made_at"])
    except Tampered:
        return None
    kept = {name: row[name] for name in ("id", "whose", "made_at", "expires_at", "refused_at", "reason")}
    return TokenPair(access=access, refresh=refresh, **kept)


async def refuse(tx: Tx, id: int, reason: str, now: datetime) -> None:
    """The platform gives no next pair for this one."""
    refused = {"refused_at": now, "reason": reason[:200]}
    await tx.run(sa.update(channel_tokens).where(channel_tokens.c.id == id).values(**refused))
