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
from tests.stage import NINE

AT = int(NINE.timestamp() * 1_000_000)
BEFORE = f"""
INSERT INTO people (id, language, created_at) VALUES (1, 'vi', {AT}), (2, 'vi', {AT});
INSERT INTO units (id, kind, code, name, valid_from_on) VALUES (5, 'commune', '19414', 'Xã Cửa Tùng', '2025-07-01');
INSERT INTO campaigns (id, prefix, year, title, organiser, unit_id, first_on, last_on)
VALUES (1, 'TND26', 2026, 't', 'o', 5, '2026-05-01', '2026-05-31');
INSERT INTO questions (campaign_id, code, person_id, unit_id, question, answer, state, answered_by, dedupe_key, created_at,
                       answered_at)
VALUES (1, 'TND26-AAAAA', 1, 5, 'Hỏi một', '', 'new', NULL, 'k1', {AT}, NULL),
       (1, 'TND26-BBBBB', 1, 5, 'Hỏi hai', 'Đáp hai', 'answered', 2, 'k2', {AT}, {AT + 1});
INSERT INTO deeds (id, campaign_id, code, person_id, doer_kind, doer_name, what, unit_id, done_on, helped, state, dedupe_key,
                   created_at)
VALUES (7, 1, 'TND26-CCCCC', 1, 'group', 'Tổ', 'Vá lưới', 5, '2026-05-11', 'Một nhà', 'new', 'k3', {AT}),
       (8, 1, 'TND26-DDDDD', 1, 'group', 'Tổ', 'Vá lưới', 5, '2026-05-11', 'Một nhà', 'approved', 'k4', {AT});
INSERT INTO deed_questions (deed_id, asked_by, question, asked_at, answer, answered_at)
VALUES (7, 2, 'Thôn nào?', {AT}, 'Thôn Thử', {AT + 2}), (7, 2, 'Nhà ai?', {AT + 3}, '', NULL),
       (8, 2, 'Mấy giờ?', {AT}, '', NULL)
"""
THREADS = "SELECT code, kind, state, asked_at IS NOT NULL AS waits FROM threads ORDER BY id"
"""What of revision 0018 is asked of what became of these rows."""
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
