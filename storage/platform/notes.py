"""What a channel has found out of its platform, so that it need not find it out again and admins can see it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_or_replace
from storage.tables import channel_notes


class ChannelNote(Struct, frozen=True):
    """Nothing personal, and no secret."""

    said: str
    noted_at: datetime


async def note(tx: Tx, channel: str, name: str, said: str, now: datetime) -> None:
    """It is so now, whatever it was before."""
    await insert_or_replace(tx, channel_notes, [{"channel": channel, "name": name, "said": said, "noted_at": now}])


async def noted(tx: Tx, channel: str) -> dict[str, ChannelNote]:
    """All that was noted of a channel, by name."""
    columns = channel_notes.c.name, channel_notes.c.said, channel_notes.c.noted_at
    rows = await tx.all(sa.select(*columns).where(channel_notes.c.channel == channel))
    return {row["name"]: ChannelNote(row["said"], row["noted_at"]) for row in rows}
