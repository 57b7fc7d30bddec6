"""The key is exchanged under load by a program that is killed in the middle of it, again and again."""

from __future__ import annotations

import asyncio
import random
import signal
import sys

import sqlalchemy as sa

from storage import audit
from storage.database.vault import Vault
from storage.files import pictures
from storage.tables import inbox
from storage.upkeep import seals
from tests import ROOT
from tests.figures import measured
from tests.sealed import NEW, every, fill
from tests.stage import BOTH, KEY, Stage
from tests.started import environment

pytestmark = BOTH
KILLS, STEPS, SEED = 3, 8, 20261128
"""There are fifteen columns, and all of them are looked through twice: that many steps are never the end."""


async def resealer(stage: Stage) -> asyncio.subprocess.Process:
    ring = {"SECRET_KEY": NEW, "SECRET_KEY_BEFORE": KEY}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.resealer",
        env=environment(
            **ring, DATABASE_URL=stage.settings.database_url, FILES_URL=stage.settings.files_url, PYTHONPATH=str(ROOT)
        ),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_a_key_is_exchanged_whole_although_the_program_is_killed_in_the_middle(stage: Stage, kind: str) -> None:
    chance, said = random.Random(SEED), list[str]()
    await fill(stage)
    async with stage.program() as app:
        before = await every(app.database)
        async with app.database.write() as tx:
            await audit.add(tx, app.now(), "operator", "grant", "person:1", {})
    for _ in range(KILLS):
        child = await resealer(stage)
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(b"\n" * STEPS)
        for _ in range(chance.randint(1, STEPS - 1)):
            while (line := (await child.stdout.readline()).decode().strip()) != "step":
                assert line
                said.append(line)
        child.send_signal(signal.SIGKILL)
        rest, _ = await child.communicate()
        said += rest.decode().split("\n")[:-1]
        assert child.returncode == -signal.SIGKILL
    child = await resealer(stage)
    rest, _ = await child.communicate(b"\n" * 10_000)
    said += rest.decode().splitlines()
    assert child.returncode == 0
    stage.use_keys(NEW)
    kept = {line.removeprefix("kept ") for line in said if line.startswith("kept ")}
    async with stage.program() as app:
        after = await every(app.database)
        async with app.database.read() as tx:
            assert await seals.needed(tx) == [Vault(NEW).key_ids[0].hex()]
            assert await audit.first_broken(tx) is None
            photos = [await app.files.get(file) for file in await pictures.files(tx)]
            there = await tx.all(sa.select(inbox.c.update_key).where(inbox.c.channel == "load"))
    assert kept and photos
    assert set(before) <= set(after)
    assert kept <= {row["update_key"] for row in there}
    measured(
        f"the key is exchanged while messages come in, killed in the middle {KILLS} times ({kind})",
        "all sealed values open with the new key alone", "every message that was kept is there",
    )  # fmt: skip
