"""Look at the bucket into which backups go as well: whether it can be reached, and whether they come there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.channels.kind import Seen
from bot.settings import Settings

NAME = "BACKUP_ALSO_TO"


async def look(settings: Settings, now: datetime, too_old: timedelta) -> Sequence[Seen]:
    """What is there; nothing where none is to be. With a command that mends it: whatever is missing goes there anew."""
    if not (settings.backup_also_to and settings.backup_also_secret):
        return []
    from storage.backup.away import Away, NotBrought  # the client for S3 is loaded only where it is used

    where = settings.backup_also_to.partition("?")[0]
    try:
        away = Away(settings.backup_also_to, settings.backup_also_key, settings.backup_also_secret.get_secret_value())
        there = await asyncio.to_thread(away.instants)
    except (NotBrought, ValueError) as failed:
        return [Seen(NAME, "wrong", f"{where}: {failed}; mend that, and bring one there", mend="nhandao backup")]
    if not there:
        return [Seen(NAME, "wrong", f"{where}: there is no backup yet", mend="nhandao backup")]
    said = f"{where}: {len(there)} there, the newest of {there[-1]:%Y-%m-%d %H:%M} UTC"
    if now - there[-1] > too_old:
        return [Seen(NAME, "wrong", said, mend="nhandao backup")]
    return [Seen(NAME, "right", said)]
