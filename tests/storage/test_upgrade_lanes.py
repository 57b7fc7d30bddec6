"""What waits to be sent while the program is upgraded keeps its place: begun first, then answers, then notices."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from storage.upkeep.upgrade import VERSIONS
from tests.fakes.postgres import Server

WAITING = [
    # key, kind, state, what is known as sent, its lane afterwards
    ("a", "notice", "waiting", "", 2),
    ("b", "reply", "waiting", "", 1),
    ("c", "broadcast", "waiting", "", 2),
    ("d", "notice", "leased", "", 0),
    ("e", "reply", "waiting", "17", 0),
]


def test_what_waits_finds_its_lane(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'bot.db'}")
    with engine.begin() as connection:
        _upgraded(connection)
    engine.dispose()


async def test_what_waits_finds_its_lane_on_postgresql_too(postgres: Server) -> None:
    url = postgres.create()
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_upgraded)
    await engine.dispose()
    postgres.drop(url)


def _upgraded(connection: sa.Connection) -> None:
    """Fill the outbox of the revision before, upgrade, and look."""
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "0026")
    for key, kind, state, message_id, _ in WAITING:
        connection.exec_driver_sql(
            "INSERT INTO outbox (channel, address, dedupe_key, kind, state, message_id, created_at, due_at)"
            f" VALUES ('web', '1', '{key}', '{kind}', '{state}', '{message_id}', 0, 0)"
        )
    command.upgrade(config, "head")
    lanes = connection.execute(sa.text("SELECT dedupe_key, lane FROM outbox ORDER BY id"))
    assert [tuple(row) for row in lanes] == [(key, lane) for key, *_, lane in WAITING]
