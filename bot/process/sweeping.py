"""Drop what need not be kept any longer, in pieces after which others have their turn."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from storage.database import Database, Tx
from storage.database.pieces import Portion
from storage.files import Files, loose
from storage.rights import bare, retention, unagreed
from storage.upkeep import dump, instants, upgrade

SECONDS = 0.025
"""How long a piece may hold the lock; somebody may wait for her answer."""
UNAGREED = "unagreed"
"""Under which it is noted up to when the words of people who do not take part are gone."""
SOONER, PIECE, LONGEST_AWAY = timedelta(hours=2), timedelta(hours=3), timedelta(days=14)
"""The sweep comes every hour, and their day must not be over before; so much is looked at in one transaction; and so far back,
where nobody has looked yet."""
ACCOUNTS = 100
"""So many go in one transaction."""
TRIES, PAUSE = 20, 0.25
"""How often, and after how many seconds again, the log is emptied while others read."""

log = structlog.get_logger(__name__)


async def sweep(database: Database, files: Files, now: datetime, copies: Path) -> None:
    """Drop it, and say how much it was; ``copies`` is where a server's copies from before upgrades are. Harmless twice, also at
    once, and when it ends in the middle."""
    swept = await database.transact(lambda tx: retention.sweep(tx, now))
    rows = Counter(swept)
    await _delete_files(database, files, now)
    portion, more = Portion(SECONDS, first=100, least=20, most=20_000), True
    while more:
        piece, more = await database.transact(partial(_sweep_messages, portion, now))
        rows.update(piece)
        await asyncio.sleep(portion.took)  # half of the time is for others
    if n := await _forget_unagreed(database, now):
        rows["unagreed"] = n
    if n := await _forget_bare(database, now - unagreed.KEPT_FOR + SOONER):
        rows["accounts"] = n
    if database.shared:
        await asyncio.to_thread(dump.drop_old, database.url, copies, now - retention.BACKUPS)
    else:
        await asyncio.to_thread(upgrade.drop_old, database.path, now - retention.BACKUPS)
    if not await _empty_log(database):
        log.info("the database's log could not be emptied, since somebody reads for long; the next sweep does it")
    if rows:
        log.info("what was kept for long enough is removed", **rows)


async def _delete_files(database: Database, files: Files, now: datetime) -> None:
    """Delete what no row refers to. What cannot be deleted just now is tried again by the next sweep."""
    failed: set[str] = set()
    while loose_ones := set(await database.transact(lambda tx: loose.take_over(tx, now))) - failed:
        for file in loose_ones:
            try:
                await files.delete(file)
            except Exception as why:
                failed.add(file)
                log.error("a picture could not be deleted", file=file, error=type(why).__name__)
        await database.transact(partial(loose.deleted, files=loose_ones - failed))


async def _sweep_messages(portion: Portion, now: datetime, tx: Tx) -> tuple[Mapping[str, int], bool]:
    """The rows of one piece by their table, and whether there may be more."""
    with portion.timed() as most:
        swept = await retention.sweep_messages(tx, now, most)
    return swept, sum(swept.values()) >= most


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


async def _forget_bare(database: Database, before: datetime) -> int:
    """Looked for among all of them without a lock, and deleted in pieces; returns how many."""
    n, last = 0, 0
    while True:
        async with database.read() as tx:
            found = await bare.find(tx, before, last, ACCOUNTS)
        if not found:
            break
        n, last = n + await database.transact(partial(bare.forget, ids=found, before=before)), found[-1]
        await asyncio.sleep(SECONDS)
    await database.transact(partial(bare.forget_sessions, before=before))
    return n


async def _empty_log(database: Database) -> bool:
    for _ in range(TRIES):
        if await database.empty_log():
            return True
        await asyncio.sleep(PAUSE)
    return False
