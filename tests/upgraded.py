"""Upgrade a database of an earlier revision in a test's own transaction, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from storage.upkeep.upgrade import VERSIONS
from tests.fakes.postgres import Server

Try = Callable[[sa.Connection], None]
"""Fills an old revision, upgrades it, and looks."""


def to_revision(connection: sa.Connection, revision: str) -> None:
    """Bring it up to this revision, such as «0026» or «head»."""
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def try_on_sqlite(folder: Path, work: Try) -> None:
    engine = sa.create_engine(f"sqlite:///{folder / 'bot.db'}")
    with engine.begin() as connection:
        work(connection)
    engine.dispose()


async def try_on_postgresql(postgres: Server, work: Try, prepare: str = "SELECT 1") -> None:
    url = postgres.create()
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql(prepare)
        await connection.run_sync(work)
    await engine.dispose()
    postgres.drop(url)
