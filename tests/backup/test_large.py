"""What it takes to back up a hundred thousand people, to prove that, and to restore them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.process.app import App
from storage.backup import keys
from storage.tables import accounts, consents, metadata, people, volunteers
from storage.tables.sealed import VOLUNTEER_PHONE
from tests.backup.conftest import Empty
from tests.figures import measured, size
from tests.stage import BOTH, KEY, Stage
from tests.started import environment

pytestmark = BOTH
PRIVATE, PUBLIC = keys.new_pair()
AT_ONCE = 5000


@dataclass(frozen=True)
class Cost:
    """What a command took. ``peak``: the most memory, in bytes."""

    seconds: float
    peak: int

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.peak / 2**20:.0f} MB of memory"


async def fill(app: App, n: int) -> None:
    """So many people, each with an account, a consent, and a registration with a sealed number."""
    async with app.database.read() as tx:
        like = await tx.first(sa.select(volunteers).limit(1))
    assert like is not None
    now, first = app.now(), 1_000_000
    for begin in range(first, first + n, AT_ONCE):
        ids = range(begin, min(begin + AT_ONCE, first + n))
        async with app.database.write() as tx:
            await tx.run(sa.insert(people), [{"id": id, "language": "vi", "created_at": now} for id in ids])
            known = {"channel": "room", "announcements_here": True, "created_at": now}
            await tx.run(sa.insert(accounts), [{"person_id": id, "address": f"p{id}", **known} for id in ids])
            said = {"purpose": "take_part", "text_version": "t", "text_hash": "t", "language": "vi", "channel": "room"}
            await tx.run(sa.insert(consents), [{"person_id": id, "given_at": now, **said} for id in ids])
            same = {name: value for name, value in like.items() if name != "id"}
            phones = {id: VOLUNTEER_PHONE.seal(tx.vault, f"+849{id:08}".encode(), id) for id in ids}
            await tx.run(sa.insert(volunteers), [{**same, "person_id": id, "phone": phones[id]} for id in ids])


async def cost(folder: Path, *arguments: str, **settings: str) -> Cost:
    """Run a command to its end, which must be a good one."""
    return await asyncio.to_thread(_cost, folder, arguments, settings)


def _cost(folder: Path, arguments: Sequence[str], settings: Mapping[str, str]) -> Cost:
    log, began = folder / "said", time.perf_counter()
    with log.open("wb") as said:
        command = (sys.executable, "-m", "bot", *arguments)
        process = subprocess.Popen(command, cwd=folder, env=environment(**settings), stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, log.read_text()
    return Cost(time.perf_counter() - began, used.ru_maxrss << 10)


async def counted(app: App) -> dict[str, int]:
    async with app.database.read() as tx:
        tables = [table for table in metadata.sorted_tables if table.name not in ("audit", "instants", "marks")]
        return {str(table): await tx.value(sa.select(sa.func.count()).select_from(table)) for table in tables}


async def test_many_people_are_backed_up_proven_and_restored(
    stage: Stage, kind: str, empty: Empty, tmp_path: Path
) -> None:
    n = size(300, 100_000)
    settings = {
        "CHANNELS": "web", "SECRET_KEY": KEY, "BACKUP_KEY": PUBLIC, "BACKUP_TO": str(tmp_path / "safe"),
        "DATABASE_URL": stage.settings.database_url, "FILES_URL": stage.settings.files_url,
    }  # fmt: skip
    (tmp_path / "key").write_text(PRIVATE)
    async with stage.program() as app:
        await fill(app, n)
        before = await counted(app)
    made = await cost(tmp_path, "backup", "one.age", **settings)
    file = tmp_path / "one.age"
    proven = await cost(tmp_path, "restore", "--check", "--key", "key", "one.age", **settings)
    there = {"DATABASE_URL": empty() or f"sqlite+aiosqlite:///{tmp_path / 'there.db'}"}
    restored = await cost(tmp_path, "restore", "--key", "key", "one.age", **settings | there)
    again = Stage(tmp_path, stage.room, clock=stage.clock, url=there["DATABASE_URL"])
    async with again.program() as app:
        after = await counted(app)
    assert {name: n for name, n in after.items() if n < before[name]} == {}, "nothing is lost"
    assert after["volunteers"] == before["volunteers"] >= n
    measured(
        f"{n:,} people, {sum(before.values()):,} rows, backed up, proven and restored, {kind}",
        f"backed up and proven in {made}; a file of {file.stat().st_size / 2**20:.0f} MB",
        f"proven alone in {proven}", f"restored in {restored}",
    )  # fmt: skip
