"""Our own program in the benchmark: a database with people in it who agreed to take part, and a broadcast that waits."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bench.processes import ROOT
from bot.process.app import connect
from bot.process.startup import utc_now
from bot.settings import read_settings
from storage.broadcast import broadcasts
from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import Draft
from storage.campaign import campaigns
from storage.database import Database
from storage.demo import seed
from storage.tables import accounts, consents, people

KEY = "a key that only the benchmark knows, long enough"
CHUNK = 20_000
AGREED = ("take_part", "announcements")
OLD = (
    """
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
    INSERT INTO inbox (channel, update_key, address, state, received_at, due_at)
    SELECT 'telegram', 'old' || n, '9' || n, 'done', :at, :at FROM numbers
    """,
    """
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
    INSERT INTO outbox (channel, address, dedupe_key, state, created_at, due_at, sent_at)
    SELECT 'telegram', '9' || n, 'old' || n, 'sent', :at, :at, :at FROM numbers
    """,
)
"""What came and what was answered some days ago, its words gone."""
DAYS_OLD = 3


def prepare(folder: Path, residents: range, recipients: range, announcement: str, tree: Path = ROOT) -> None:
    """Make ``bot.db`` with residents in these chats, and an announcement to the recipients that waits for `let_go`.

    In a process of its own, from this tree, as a user would, so that the harness stays small and may run in a thread.
    """
    chats = [str(n) for n in (residents.start, residents.stop, recipients.start, recipients.stop)]
    subprocess.run([sys.executable, "-m", "bench.ours", str(folder), announcement, *chats], cwd=tree, check=True)


def main(folder: Path, announcement: str, *chats: str) -> None:
    """What that process does."""
    here, there, first, last = map(int, chats)
    asyncio.run(_prepare(folder, range(here, there), range(first, last), announcement))
    with closing(sqlite3.connect(folder / "bot.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def add_old(folder: Path, messages: int) -> None:
    """Put so many old messages into ``bot.db``, half of them received and half of them sent."""
    at = int((utc_now() - timedelta(days=DAYS_OLD)).timestamp() * 1e6)
    with closing(sqlite3.connect(folder / "bot.db")) as database, database:
        for statement in OLD:
            database.execute(statement, {"count": messages // 2, "at": at})


def move(folder: Path, url: str) -> None:
    """Copy ``bot.db`` into this empty database, as an operator would."""
    given = {"DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "SECRET_KEY": KEY, "CHANNELS": "web"}
    command = [sys.executable, "-m", "bot", "db", "copy", "--to", url]
    subprocess.run(command, cwd=ROOT, env=os.environ | given, check=True, stdout=subprocess.DEVNULL)


def let_go(folder: Path) -> None:
    """The time of the announcement has come."""
    with closing(sqlite3.connect(folder / "bot.db", timeout=30)) as database, database:
        database.execute("UPDATE broadcasts SET go_at = 0")


async def _prepare(folder: Path, residents: range, recipients: range, announcement: str) -> None:
    settings = read_settings(
        env_file="",
        database_url=f"sqlite+aiosqlite:///{folder / 'bot.db'}",
        channels=("web",),
        secret_key=KEY,
    )
    app = await connect(settings)
    async with app.database.write() as tx:
        await seed.plant(tx, app.today)
    for begin in range(0, len(residents), CHUNK):
        await _settle_in(app.database, begin, residents[begin : begin + CHUNK], utc_now())
    for begin in range(0, len(recipients), CHUNK):
        known = len(residents) + begin
        await _settle_in(app.database, known, recipients[begin : begin + CHUNK], utc_now())
    if recipients:
        await _announce(app.database, len(residents), announcement)
    await app.close()


async def _announce(database: Database, first: int, announcement: str) -> None:
    """Plan a broadcast to everybody who speaks the language of the recipients."""
    now = utc_now()
    draft = Draft({"en": announcement}, Audience(language="en"), urgent=True)
    async with database.write() as tx:
        await tx.run(sa.update(people).where(people.c.id > first).values(language="en"))
        campaign = await campaigns.active(tx)
        assert campaign is not None
        id = await broadcasts.add(tx, campaign.id, None, draft, now)
        await broadcasts.plan(tx, id, "draft", now + timedelta(days=1), now)


async def _settle_in(database: Database, known: int, chats: range, now: datetime) -> None:
    who = list(enumerate(chats, known + 1))
    proof = {"text_version": "1", "text_hash": "", "language": "vi", "channel": "telegram", "given_at": now}
    there = {"channel": "telegram", "announcements_here": True, "created_at": now}
    async with database.write() as tx:
        await tx.run(sa.insert(people), [{"id": n, "language": "vi", "created_at": now} for n, _ in who])
        await tx.run(sa.insert(accounts), [{"id": n, "person_id": n, "address": str(chat), **there} for n, chat in who])
        given = [{"person_id": n, "purpose": purpose, **proof} for n, _ in who for purpose in AGREED]
        await tx.run(sa.insert(consents), given)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
