"""Voice messages that people sent: kept as they came under a random name, until the officers heard of them for long enough."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Tx
from storage.files import loose
from storage.tables import accounts, staff, voices


async def add(tx: Tx, account_id: int | None, file: str, form: str, size: int, now: datetime) -> str:
    """Note a stored voice message; returns its new random name, which ends with its format: «….ogg»."""
    name = f"{secrets.token_urlsafe(16)}.{form}"
    values = {"name": name, "file": file, "account_id": account_id, "bytes": size, "created_at": now}
    await tx.run(sa.insert(voices).values(**values))
    return name


async def find_file(tx: Tx, name: str) -> str | None:
    """The file of the voice message with this name."""
    found: str | None = await tx.value(sa.select(voices.c.file).where(voices.c.name == name))
    return found


async def count_since(tx: Tx, account_id: int, since: datetime) -> int:
    """How many this account has sent since then."""
    counted = sa.select(sa.func.count()).where(voices.c.account_id == account_id, voices.c.created_at >= since)
    return int(await tx.value(counted))


async def find_unheard(tx: Tx, person_id: int, since: datetime) -> str:
    """A person's newest voice message since then that was not passed on; empty if there is none."""
    hers = sa.select(accounts.c.id).where(accounts.c.person_id == person_id)
    mine = sa.select(voices.c.name).where(voices.c.account_id.in_(hers), ~voices.c.kept, voices.c.created_at >= since)
    return str(await tx.value(mine.order_by(voices.c.created_at.desc(), voices.c.name)) or "")


async def keep(tx: Tx, names: Collection[str], *, kept: bool = True) -> None:
    """These belong to a thread now and stay as long as it does; or no longer, and go with the next sweep."""
    await tx.run(sa.update(voices).where(voices.c.name.in_(list(names))).values(kept=kept))


async def may_hear(tx: Tx, name: str, channel: str, address: str) -> bool:
    """Whether this account may listen to it now: it is its person's own, or she works for the Society."""
    person = sa.select(accounts.c.person_id).where(accounts.c.channel == channel, accounts.c.address == address)
    person_id = await tx.value(person)
    if await tx.first(sa.select(staff.c.id).where(staff.c.person_id == person_id, staff.c.revoked_at.is_(None))):
        return True
    mine = sa.select(voices.c.name).join(accounts, accounts.c.id == voices.c.account_id)
    return await tx.first(mine.where(voices.c.name == name, accounts.c.person_id == person_id)) is not None


async def is_used(tx: Tx, file: str) -> bool:
    """Whether any of them is kept in this file."""
    return await tx.first(sa.select(voices.c.name).where(voices.c.file == file)) is not None


async def files(tx: Tx) -> list[str]:
    """The files of all of them."""
    return [row["file"] for row in await tx.all(sa.select(voices.c.file).distinct().order_by(voices.c.file))]


async def forget(tx: Tx, now: datetime, older_than: timedelta) -> int:
    """Drop those that belong to nothing and are older than that, and let their files go; returns how many."""
    over = sa.select(voices.c.name, voices.c.file).where(~voices.c.kept, voices.c.created_at < now - older_than)
    rows = await tx.all(over.limit(500))
    names, files = [row["name"] for row in rows], {row["file"] for row in rows}
    await tx.run(sa.delete(voices).where(voices.c.name.in_(names)))
    still = await tx.all(sa.select(voices.c.file).where(voices.c.file.in_(files)))
    await loose.let_go(tx, files - {row["file"] for row in still})
    return len(names)
