"""How many photos strangers may have kept: for one account a day, for one source of the network, and on one channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.campaign import settings
from storage.database import Tx
from storage.files import pictures
from storage.talk import admissions
from storage.talk.admissions import CHANNEL, SOURCE, Use, Want

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sender:
    """Of whom a photo is counted."""

    channel: str
    account_id: int | None
    source: str = ""


class PhotoShare:
    """What is left of it. ``is_full`` says whether the disk has room for nothing but what officers do."""

    def __init__(self, most: Mapping[str, Use], is_full: Callable[[], bool]) -> None:
        self.most, self.is_full = most, is_full

    async def take(self, tx: Tx, sender: Sender, size: int, now: datetime) -> bool:
        """Take the place of one photo, in the transaction that notes it; False if there is none."""
        if sender.account_id is not None:
            await tx.exclusive(f"photos:{sender.account_id}")
        if not await self.has_left(tx, sender.account_id, now):
            return False
        counts = [(CHANNEL, sender.channel), *([(SOURCE, sender.source)] if sender.source else [])]
        return (await admissions.take(tx, [Want(Use(photos=1, photo_bytes=size), tuple(counts))], self.most, now))[0]

    async def has_left(self, tx: Tx, account_id: int | None, now: datetime) -> bool:
        """Whether this account may send one more photo today. Asked also before any work is done for one."""
        if account_id is None:
            return True
        return await pictures.count_since(tx, account_id, now - DAY) < await settings.read(tx, settings.PHOTOS_A_DAY)
