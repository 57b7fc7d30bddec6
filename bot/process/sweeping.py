"""Drop what need not be kept any longer, in pieces after which others have their turn."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import structlog

from storage.database import Database, Tx
from storage.files import Files
from storage.rights import retention, unagreed
from storage.upkeep import dump, instants, upgrade

FIRST = 100
"""Rows of the first piece; the next are as many as their time allows."""
AT_LEAST, AT_MOST = 20, 20_000
SECONDS = 0.025
"""How long a piece may hold the lock; somebody may wait for her answer."""
UNAGREED = "unagreed"
"""Under which it is noted up to when the words of people who do not take part are gone."""
SOONER, PIECE, LONGEST_AWAY = timedelta(hours=2), timedelta(hours=3), timedelta(days=14)
"""The sweep comes every hour, and their day must not be over before; so much is looked at in one transaction; and so far back,
where nobody has looked yet."""
TRIES, PAUSE = 20, 0.25
"""How often, and after how many seconds again, the log is emptied while others read."""

log = structlog.get_logger(__name__)


async def sweep(database: Database, files: Files, now: datetime, copies: Path) -> None:
    """Drop it, and say how much it was; ``copies`` is where a server's copies from before upgrades are. Harmless twice, also at
    once, and when it ends in the middle."""
    swept = await database.transact(lambda tx: retention.sweep(tx, now))
    rows = Counter(swept.rows)
    for file in swept.files:
        try:
            await files.delete(file)
        except Exception as failed:
            log.error("a picture could not be deleted", file=file, error=type(failed).__name__)
    most = FIRST
    while True:
        piece, took = await _sweep_messages(database, now, most)
        rows.update(piece)
        if sum(piece.values()) < most:
            break
        await asyncio.sleep(took)  # half of the time is for others
        most = min(max(int(most * min(SECONDS / took, 2)), AT_LEAST), AT_MOST)
    if n := await _forget_unagreed(database, now):
        rows["unagreed"] = n
    if database.shared:
        await asyncio.to_thread(dump.drop_old, database.url, copies, now - retention.BACKUPS)
    else:
        await asyncio.to_thread(upgrade.drop_old, database.path, now - retention.BACKUPS)
    if not await _empty_log(database):
        log.info("the database's log could not be emptied, since somebody reads for long; the next sweep does it")
    if rows:
        log.info("what was kept for long enough is removed", **rows)


async def _sweep_messages(database: Database, now: datetime, most: int) -> tuple[Mapping[str, int], float]:
    """The rows of one piece, and the seconds for which it held the lock."""

    async def piece(tx: Tx) -> tuple[Mapping[str, int], float]:
        began = perf_counter()
        return await retention.sweep_messages(tx, now, most), perf_counter() - began

    return await database.transact(piece)


async def _forget_unagreed(database: Database, now: datetime) -> int:
    """Go on from where the last sweep ended, so that what may stay is looked at only once; returns how much it was."""
    until, n = now - unagreed.KEPT_FOR + SOONER, 0

    async def piece(tx: Tx) -> tuple[int, bool]:
        since = await instants.marked(tx, UNAGREED) or until - LONGEST_AWAY
        to = min(until, since + PIECE)
        if to <= since:
            return 0, False
        await instants.mark(tx, UNAGREED, to)
        return await unagreed.forget(tx, since, to), to < until

    more = True
    while more:
        gone, more = await database.transact(piece)
        n += gone
        if gone:
            await asyncio.sleep(SECONDS)
    return n


async def _empty_log(database: Database) -> bool:
    for _ in range(TRIES):
        if await database.empty_log():
            return True
        await asyncio.sleep(PAUSE)
    return False
