"""How much slower is one message when a whole province is in the database? `python -m bench.province [people]`

Fills PostgreSQL, a server of its own, with so many people, accounts and consents (1,500,000 unless told otherwise) and
with a year's messages of a tenth of them, and lets the real engine handle messages before and after.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from storage.database import Database
from storage.database.vault import Vault
from storage.upkeep.copy import copy
from storage.upkeep.upgrade import upgrade
from tests.fakes.postgres import Server, server
from tests.stage import KEY, NINE, Stage, Template

MESSAGES, ALONE = 1000, 60
FILL = [
    "INSERT INTO people (id, language, created_at) SELECT n, 'vi', 0 FROM generate_series({first}, {last}) n",
    "INSERT INTO accounts (person_id, channel, address, announcements_here, created_at) "
    "SELECT n, 'room', 'p' || n, true, 0 FROM generate_series({first}, {last}) n",
    "INSERT INTO consents (person_id, purpose, text_version, text_hash, language, channel, given_at) "
    "SELECT n, 'take_part', 't', 't', 'vi', 'room', 0 FROM generate_series({first}, {last}) n",
    "INSERT INTO inbox (channel, update_key, address, state, received_at, due_at) "
    "SELECT 'room', 'old' || n, 'p' || n, 'done', 0, 0 FROM generate_series({first}, {last}, 10) n",
    "INSERT INTO outbox (channel, address, dedupe_key, state, created_at, due_at) "
    "SELECT 'room', 'p' || n, 'old' || n, 'sent', 0, 0 FROM generate_series({first}, {last}, 10) n",
    "SELECT setval('people_id_seq', (SELECT max(id) FROM people))",
    "VACUUM ANALYZE",
]


async def measure(stage: Stage, people: int) -> tuple[float, float]:
    """Messages a second when many wait; milliseconds from received to answered when one comes alone (median)."""
    async with stage.program() as app:
        step = max(people // MESSAGES, 1)
        many = [stage.room.arrival(f"p{1000 + n * step % people}", text="/help") for n in range(MESSAGES)]
        began = time.perf_counter()
        await app.engine.receive(many)
        await app.settle()
        rate = len(many) / (time.perf_counter() - began)
        alone = []
        for n in range(ALONE):
            one = stage.room.arrival(f"p{1000 + (n * step * 7 + 13) % people}", text="/help")
            began = time.perf_counter()
            await app.engine.receive([one])
            await app.settle()
            alone.append((time.perf_counter() - began) * 1000)
            stage.clock.forward(seconds=1)
    return rate, statistics.median(alone)


async def compare(postgres: Server, folder: Path, people: int) -> None:
    template = Template(folder / "template", postgres)
    template.folder.mkdir()
    await template.make()
    stage = Stage(folder, url=template.copy(folder))
    database = stage.settings.database_url.rpartition("/")[2]
    filled = 1000
    for last in (2000, people + 1000):
        began = time.perf_counter()
        for statement in FILL:
            postgres.sql(statement.format(first=filled, last=last - 1), database)
        filled = last
        took = time.perf_counter() - began
        await measure(stage, last - 1000)  # caches are warm in real life too
        rate, alone = await measure(stage, last - 1000)
        size = int(postgres.sql(f"SELECT pg_database_size('{database}')", database)) / 2**20
        print(
            f"{last - 1000:>9} people: {rate:6.0f} messages/s, one alone {alone:5.1f} ms; "
            f"{size:.0f} MiB, filled in {took:.0f} s"
        )
    await move(stage, folder)


async def move(stage: Stage, folder: Path) -> None:
    """What `nhandao db copy` takes, to SQLite."""
    upgrade(folder / "moved.db", NINE)
    old = Database(stage.settings.database_url, Vault(KEY))
    new = Database(f"sqlite+aiosqlite:///{folder / 'moved.db'}", Vault(KEY))
    began, rows = time.perf_counter(), 0
    async for _, count in copy(old, new):
        rows += count
    took = time.perf_counter() - began
    await old.close()
    await new.close()
    print(f"copied {rows} rows in {took:.0f} s, {rows / took:.0f} rows/s")


if __name__ == "__main__":
    with server() as running, tempfile.TemporaryDirectory() as place:
        asyncio.run(compare(running, Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else 1_500_000))
