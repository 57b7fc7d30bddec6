"""A database moves from SQLite to PostgreSQL and back, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage.tables import inbox, metadata, units
from storage.upkeep.copy import CHUNK
from tests.fakes.postgres import Server
from tests.stage import KEY, Stage
from tests.started import nhandao


async def everything(stage: Stage) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in order."""
    kept = {}
    async with stage.program() as app, app.database.read() as tx:
        for table in metadata.sorted_tables:
            rows = await tx.all(sa.select(table).order_by(*table.primary_key))
            kept[table.name] = [dict(row) for row in rows]
    return kept


async def copy(folder: Path, source: str, target: str) -> tuple[int, str, str]:
    settings = {"CHANNELS": "web", "SECRET_KEY": KEY, "DATABASE_URL": source}
    return await nhandao(folder, "db", "copy", "--to", target, **settings)


async def test_everything_moves_to_postgresql_and_back(stage: Stage, postgres: Server, tmp_path: Path) -> None:
    await stage.say("/start")
    async with stage.program() as app, app.database.write() as tx:
        many = {"channel": "room", "address": "7", "payload": None, "state": "done"}
        at = {"received_at": stage.clock(), "due_at": stage.clock()}
        rows = [{"update_key": str(n), **many, **at} for n in range(2 * CHUNK + 1)]
        await tx.run(sa.insert(inbox), rows)
        # A unit that belongs to one with a higher number: it cannot be copied first.
        last = await tx.value(sa.select(sa.func.max(units.c.id)))
        await tx.run(sa.update(units).where(units.c.id == last - 1).values(parent_id=last))
    before = await everything(stage)
    server = postgres.create()
    status, out, err = await copy(tmp_path, stage.settings.database_url, server)
    assert status == 0, err
    assert f"inbox: {len(before['inbox'])} rows" in out
    assert out.count("rows\n") == len(metadata.tables)
    moved = Stage(tmp_path, stage.room, clock=stage.clock, url=server)
    assert await everything(moved) == before

    stage.room.said.clear()
    assert await moved.say("/menu"), "and the conversation goes on, with new numbers after the old ones"
    then = await everything(moved)
    file = f"sqlite+aiosqlite:///{tmp_path / 'back.db'}"
    status, out, err = await copy(tmp_path, server, file)
    assert status == 0, err
    assert await everything(Stage(tmp_path, url=file)) == then
    postgres.drop(server)


async def test_nothing_is_copied_into_a_database_that_holds_something(
    stage: Stage, postgres: Server, tmp_path: Path
) -> None:
    server = postgres.create()
    assert (await copy(tmp_path, stage.settings.database_url, server))[0] == 0
    status, _, err = await copy(tmp_path, stage.settings.database_url, server)
    assert status == 2
    assert "already has rows" in err
    assert "nothing was copied" in err
    postgres.drop(server)


async def test_a_wrong_target_is_explained_without_its_password(stage: Stage, tmp_path: Path) -> None:
    for target, said, ends in (
        ("mysql://x/y", "--to", 2),
        (stage.settings.database_url, "is the same database as DATABASE_URL", 2),
        ("postgresql+asyncpg://nhandao:hunter2@127.0.0.1:1/x", "cannot be opened", 1),  # it may be there later
    ):
        status, out, err = await copy(tmp_path, stage.settings.database_url, target)
        assert status == ends, err
        assert said in err
        assert "hunter2" not in out + err
