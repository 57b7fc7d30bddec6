"""An upgrade from any earlier schema keeps every row, and one that is killed at any statement leaves the database as it was."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from storage.tables import metadata
from storage.upkeep.upgrade import VERSIONS, copies, head, main, revision, upgrade
from tests.fakes.forked import FORKS
from tests.fakes.postgres import Server
from tests.stage import NINE
from tests.upgraded import BEFORE, THREADS, to_revision, try_on_sqlite

FILLED = "0018"
"""The schema of which rows are known."""
KILLS = 4
REVISIONS = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))


def filled(connection: sa.Connection, at: str = FILLED) -> None:
    """Rows of back then, brought to this revision."""
    to_revision(connection, min(at, FILLED))
    if at >= FILLED:
        for statement in BEFORE.split(";"):
            connection.exec_driver_sql(statement)
    to_revision(connection, at)


def upgrade_until(url: str, folder: Path, last: int, counted: Path) -> None:
    """Upgrade in a process of its own, which is killed after so many statements; with 0 it goes on to the end, and the number
    is noted."""
    done = 0

    @sa.event.listens_for(sa.Engine, "after_cursor_execute")
    def count(*_: object) -> None:
        nonlocal done
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)

    main(sa.make_url(url), NINE, folder)
    counted.write_text(str(done))


def killed(url: str, folder: Path, last: int) -> bool:
    """Whether it was killed before its end."""
    process = FORKS.Process(target=upgrade_until, args=(url, folder, last, folder / "counted"))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def points(total: int) -> list[int]:
    """The first statement, the last one before COMMIT, and some between them."""
    return sorted({1, 2, total - 1, *(total * n // KILLS for n in range(1, KILLS))})


@pytest.mark.parametrize("at", [*REVISIONS[:-2:14], *REVISIONS[-2:]])
def test_from_every_earlier_schema_the_tables_are_those_of_now_and_no_row_is_lost(tmp_path: Path, at: str) -> None:
    try_on_sqlite(tmp_path, lambda connection: filled(connection, at))
    path = tmp_path / "bot.db"
    before = rows(path)
    assert upgrade(path, NINE) == (at != head())
    assert (revision(path), set(metadata.tables) <= set(rows(path))) == (head(), True)
    gone = {"deed_questions", "questions", "alembic_version", "alarms"}
    assert not [name for name, n in before.items() if name not in gone and rows(path).get(name, 0) < n]


def rows(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def test_an_upgrade_of_a_file_that_is_killed_anywhere_changed_nothing_and_goes_through_afterwards(
    tmp_path: Path,
) -> None:
    try_on_sqlite(tmp_path, filled)
    path = tmp_path / "bot.db"
    whole = path.read_bytes()
    url = f"sqlite+aiosqlite:///{path}"
    assert not killed(url, tmp_path, 0)
    for last in points(int((tmp_path / "counted").read_text())):
        for left in tmp_path.glob("bot*"):
            left.unlink()
        path.write_bytes(whole)
        before = dumped(path)
        if killed(url, tmp_path, last):
            assert (revision(path), dumped(path)) == (FILLED, before), last
            assert all(dumped(copy) == before for copy in copies(path)), "the copy of before is whole, or is not there"
    upgrade(path, NINE)
    assert revision(path) == head()
    with closing(sqlite3.connect(path)) as db:
        assert len(db.execute(THREADS).fetchall()) == 4
    assert not list(tmp_path.glob("*.unfinished*"))


def dumped(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


async def test_an_upgrade_of_a_server_s_database_that_is_killed_anywhere_changed_nothing(
    postgres: Server, tmp_path: Path
) -> None:
    url = postgres.create()
    name = url.rpartition("/")[2]
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(filled)
    await engine.dispose()
    postgres.sql(f'CREATE DATABASE kept TEMPLATE "{name}"')
    total = 0
    for n in range(KILLS // 2 + 1):
        postgres.sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        postgres.sql(f'CREATE DATABASE "{name}" TEMPLATE kept')
        if not killed(url, tmp_path, total * n // (KILLS // 2)):
            total = total or int((tmp_path / "counted").read_text())
            assert postgres.sql("SELECT version_num FROM alembic_version", name) == head()
            continue
        assert postgres.sql("SELECT version_num FROM alembic_version", name) == FILLED
        assert postgres.sql("SELECT count(*) FROM deed_questions", name) == "3", n
        assert not killed(url, tmp_path, 0), "the server let go of what the killed one held"
        assert postgres.sql("SELECT count(*) FROM threads", name) == "4"
    postgres.sql("DROP DATABASE kept")
    postgres.drop(url)
