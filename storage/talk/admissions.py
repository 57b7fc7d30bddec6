"""How much is used up of what strangers may use: by one account, from one source of the network, through one channel.

It is counted in the transaction that writes what is admitted, so that two at once cannot both have the last place. Whom a
count is of stands here as a keyed hash, and for two days only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from operator import add, sub
from typing import Any, NamedTuple

import sqlalchemy as sa
from msgspec import Struct

from storage.database import Tx
from storage.database.insert import insert_and_add
from storage.tables import admissions

ACCOUNT, SOURCE, SOURCE_DAY, CHANNEL = "account", "source", "source_day", "channel"
WINDOWS: Mapping[str, timedelta] = {
    ACCOUNT: timedelta(hours=1), SOURCE: timedelta(hours=1), SOURCE_DAY: timedelta(days=1), CHANNEL: timedelta(days=1),
}  # fmt: skip
"""Who is counted, and for how long before a count begins anew."""
KEPT = timedelta(days=2)


class Use(NamedTuple):
    """So much of each thing."""

    people: int = 0
    messages: int = 0
    bytes: int = 0
    photos: int = 0
    photo_bytes: int = 0
    pledges: int = 0

    def plus(self, other: Use) -> Use:
        return Use(*map(add, self, other))

    def minus(self, other: Use) -> Use:
        return Use(*map(sub, self, other))

    def leaves(self, more: Use, most: Use) -> bool:
        """Whether there is room for more of what is wanted."""
        return all(not wanted or one + wanted <= limit for one, wanted, limit in zip(self, more, most, strict=True))


class Want(Struct, frozen=True):
    """What somebody wants to use, and of whom it is counted: the kind of each count, and whose it is."""

    use: Use
    counts: tuple[tuple[str, str], ...]


def counts_of(channel: str, source: str, account: str = "") -> tuple[tuple[str, str], ...]:
    """Where something is counted that comes from a source through a channel: also for the account, if one is named."""
    counts = [(CHANNEL, channel)]
    if account:
        counts.append((ACCOUNT, f"{channel}:{account}"))
    if source:
        counts += [(SOURCE, source), (SOURCE_DAY, source)]
    return tuple(counts)


async def take(tx: Tx, wants: Sequence[Want], most: Mapping[str, Use], now: datetime) -> list[bool]:
    """Take as much of this as there is, in its order; returns of each whether there was enough, and takes nothing of those
    of which there was not. ``most``: for each kind of count."""
    if not wants:
        return []
    sums: dict[tuple[str, str], Use] = {}
    for want in wants:
        for count in want.counts:
            sums[count] = sums.get(count, Use()).plus(want.use)
    used = await _add(tx, sums, now)
    used = {count: used[count].minus(sums[count]) for count in sums}
    back: dict[tuple[str, str], Use] = {}
    given = []
    for want in wants:
        enough = all(used[kind, who].leaves(want.use, most[kind]) for kind, who in want.counts)
        for count in want.counts:
            if enough:
                used[count] = used[count].plus(want.use)
            else:
                back[count] = back.get(count, Use()).minus(want.use)
        given.append(enough)
    await _add(tx, back, now)
    return given


async def forget(tx: Tx, now: datetime) -> int:
    """Drop the counts that are over; returns how many."""
    return await tx.run(sa.delete(admissions).where(admissions.c.since_at < now - KEPT))


NAMES = Use._fields


async def _add(tx: Tx, sums: Mapping[tuple[str, str], Use], now: datetime) -> dict[tuple[str, str], Use]:
    """Add these to the counts; returns what they come to, each under the same key."""
    rows = {
        tx.vault.index(who, kind=kind): ((kind, who), {"since_at": _begins(kind, now), **use._asdict()})
        for (kind, who), use in sums.items()
    }
    # In one order, so that two that count the same do not wait for each other.
    many = [{"who": who, **values} for who, (_, values) in sorted(rows.items(), key=lambda row: row[0])]
    found = await tx.each(_adding(tx.dialect), many)
    return {rows[row["who"]][0]: Use(*(int(row[name]) for name in NAMES)) for row in found}


@cache
def _adding(dialect: str) -> Any:
    return insert_and_add(dialect, admissions, NAMES).returning(*(admissions.c[name] for name in ("who", *NAMES)))


def _begins(kind: str, now: datetime) -> datetime:
    """When the count began that is running now."""
    seconds = WINDOWS[kind].total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, now.tzinfo)
