"""What went wrong with a channel last, of each kind, whichever process saw it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.tables import channel_errors


class ChannelError(Struct, frozen=True):
    """``reason`` is in the platform's words; it holds nothing personal."""

    kind: str
    reason: str
    seen_at: datetime


async def note(tx: Tx, channel: str, kind: str, reason: str, now: datetime) -> None:
    """It went wrong now."""
    row = {"channel": channel, "kind": kind, "reason": reason[:200], "seen_at": now}
    await insert_or_replace(tx, channel_errors, [row])


async def mended(tx: Tx, channel: str, kind: str) -> None:
    """It goes well again."""
    await tx.run(sa.delete(channel_errors).where(channel_errors.c.channel == channel, channel_errors.c.kind == kind))


async def seen(tx: Tx, channel: str) -> list[ChannelError]:
    """What went wrong, the newest first."""
    columns = channel_errors.c.kind, channel_errors.c.reason, channel_errors.c.seen_at
    rows = await tx.all(
        sa.select(*columns).where(channel_errors.c.channel == channel).order_by(channel_errors.c.seen_at.desc())
    )
    return [ChannelError(**row) for row in rows]
