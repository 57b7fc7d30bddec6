"""How many photos and voice messages strangers may have kept: for one account, one source of the network, one channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from storage.campaign import settings
from storage.campaign.settings import Setting
from storage.database import Tx
from storage.files import pictures, voices
from storage.talk import admissions
from storage.talk.admissions import Use, Want, counts_of

DAY = timedelta(days=1)


class Sender(Struct, frozen=True):
    """Of whom a photo or a voice message is counted."""

    channel: str
    account_id: int | None
    source: str = ""


class Kind(Struct, frozen=True):
    """What is counted for each account, and how many a day."""

    a_day: Setting[int]
    count: Callable[[Tx, int, datetime], Awaitable[int]]


PHOTOS = Kind(settings.PHOTOS_A_DAY, pictures.count_since)
VOICES = Kind(settings.VOICES_A_DAY, voices.count_since)


class PhotoShare:
    """What is left of it. ``is_full`` says whether the disk has room for nothing but what officers do."""

    def __init__(self, most: Mapping[str, Use], is_full: Callable[[], bool]) -> None:
        self.most, self.is_full = most, is_full

    async def take(self, tx: Tx, sender: Sender, size: int, now: datetime, kind: Kind = PHOTOS) -> bool:
        """Take the place of one, in the transaction that notes it; False if there is none."""
        if sender.account_id is not None:
            await tx.exclusive(f"photos:{sender.account_id}")
        if not await self.has_left(tx, sender.account_id, now, kind):
            return False
        want = Want(Use(photos=1, photo_bytes=size), counts_of(sender.channel, sender.source))
        return (await admissions.take(tx, [want], self.most, now))[0]

    async def has_left(self, tx: Tx, account_id: int | None, now: datetime, kind: Kind = PHOTOS) -> bool:
        """Whether this account may send one more today. Asked also before any work is done for one."""
        if account_id is None:
            return True
        return await kind.count(tx, account_id, now - DAY) < await settings.read(tx, kind.a_day)
