"""Photos that people sent: who sent them, under which random name they are shown, how long they stay."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.files import loose
from storage.tables import accounts, addresses, broadcasts, campaign_messages, deed_pictures, deeds, pictures, staff

PUBLISHED = ("approved", "paused", "closed")
"""The states of deeds and addresses whose pictures anybody was shown."""


class Stored(Struct, frozen=True):
    """A picture's file and size in pixels."""

    file: str
    width: int
    height: int


async def add(tx: Tx, account_id: int | None, stored: Stored, size: int, now: datetime) -> str:
    """Note a stored picture; returns its new random name, which says nothing of the content."""
    name = secrets.token_urlsafe(16)
    values = {"name": name, "file": stored.file, "account_id": account_id, "bytes": size, "created_at": now}
    await tx.run(sa.insert(pictures).values(**values, width=stored.width, height=stored.height))
    return name


async def find(tx: Tx, name: str) -> Stored | None:
    """The picture with this name."""
    row = await tx.first(sa.select(pictures.c.file, pictures.c.width, pictures.c.height).where(pictures.c.name == name))
    return None if row is None else Stored(row["file"], row["width"], row["height"])


async def is_used(tx: Tx, file: str) -> bool:
    """Whether any picture is in this file."""
    return await tx.first(sa.select(pictures.c.name).where(pictures.c.file == file).limit(1)) is not None


async def count_since(tx: Tx, account_id: int, since: datetime) -> int:
    """How many pictures this account has sent since then."""
    counted = sa.select(sa.func.count()).where(pictures.c.account_id == account_id, pictures.c.created_at >= since)
    return int(await tx.value(counted))


async def keep(tx: Tx, names: Collection[str], *, kept: bool = True) -> None:
    """These pictures belong to something now and stay as long as it does; or no longer, and go with the next sweep."""
    await tx.run(sa.update(pictures).where(pictures.c.name.in_(list(names))).values(kept=kept))


async def here(tx: Tx, names: Collection[str]) -> bool:
    """Whether all of these pictures are still kept."""
    found = sa.select(sa.func.count()).where(pictures.c.name.in_(list(names)))
    return int(await tx.value(found)) == len(set(names))


async def forget(tx: Tx, names: Collection[str]) -> int:
    """Drop these pictures, and let the files go that nothing needs any more; returns how many."""
    wanted = list(names)
    files = {row["file"] for row in await tx.all(sa.select(pictures.c.file).where(pictures.c.name.in_(wanted)))}
    await tx.run(sa.delete(pictures).where(pictures.c.name.in_(wanted)))
    still = await tx.all(sa.select(pictures.c.file).where(pictures.c.file.in_(files)))
    await loose.let_go(tx, files - {row["file"] for row in still})  # earlier versions kept the same photo once
    return len(wanted)


async def files(tx: Tx) -> list[str]:
    """The files of all pictures."""
    return [row["file"] for row in await tx.all(sa.select(pictures.c.file).distinct().order_by(pictures.c.file))]


async def may_see(tx: Tx, name: str, channel: str, address: str) -> bool:
    """Whether a picture that was shown to this account may be looked at there now: it is its person's own, or published,
    announced or drawn by the program, or she works for the Society."""
    person = sa.select(accounts.c.person_id).where(accounts.c.channel == channel, accounts.c.address == address)
    person_id = await tx.value(person)
    if await tx.first(sa.select(staff.c.id).where(staff.c.person_id == person_id, staff.c.revoked_at.is_(None))):
        return True
    hers = sa.select(accounts.c.id).where(accounts.c.person_id == person_id)
    if await tx.first(sa.select(pictures.c.name).where(pictures.c.name == name, pictures.c.account_id.in_(hers))):
        return True
    reported = sa.select(deeds.c.state).join(deed_pictures, deed_pictures.c.deed_id == deeds.c.id)
    states = {row["state"] for row in await tx.all(reported.where(deed_pictures.c.picture == name))}
    of_homes = sa.select(addresses.c.state).where(addresses.c.picture == name)
    states |= {row["state"] for row in await tx.all(of_homes)}
    if states:
        return bool(states & set(PUBLISHED))
    if await tx.value(sa.select(pictures.c.account_id).where(pictures.c.name == name)) is None:
        return True  # the program drew it
    announced = sa.union_all(
        *(sa.select(table.c.id).where(table.c.picture == name) for table in (broadcasts, campaign_messages))
    )
    return await tx.first(announced.limit(1)) is not None


async def find_unclaimed(tx: Tx, now: datetime, older_than: timedelta) -> list[str]:
    """The names of pictures that belong to nothing and are older than that."""
    rows = await tx.all(
        sa.select(pictures.c.name).where(~pictures.c.kept, pictures.c.created_at < now - older_than).limit(500)
    )
    return [row["name"] for row in rows]
