"""The database is made, upgraded after a backup, and refused when it is newer than the program."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from storage.tables import metadata
from storage.upkeep import dump
from storage.upkeep.upgrade import (
    VERSIONS,
    NewerDatabase,
    UpgradeFailed,
    backup,
    head,
    is_server_current,
    prune,
    revision,
    upgrade,
    upgrade_server,
)
from tests.fakes.postgres import Server
from tests.stage import NINE


def test_the_migrations_lead_to_the_tables(tmp_path: Path) -> None:
    upgrade(tmp_path / "bot.db", NINE)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'bot.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


async def test_the_migrations_lead_to_the_tables_on_postgresql_too(postgres: Server) -> None:
    url = postgres.create()
    await upgrade_server(sa.make_url(url))

    def compare(connection: sa.Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

    engine = create_async_engine(url)
    async with engine.connect() as connection:
        assert await connection.run_sync(compare) == []
    await engine.dispose()
    postgres.drop(url)


async def test_several_programs_that_start_at_once_upgrade_a_server_once(postgres: Server) -> None:
    url = sa.make_url(postgres.create())
    said: list[str] = []
    done = await asyncio.gather(*(upgrade_server(url, say=said.append) for _ in range(4)))
    assert sorted(done) == [False, False, False, True]
    assert await is_server_current(url)
    postgres.sql("UPDATE alembic_version SET version_num = '9999'", str(url.database))
    with pytest.raises(NewerDatabase, match="9999"):
        await upgrade_server(url)
    with pytest.raises(NewerDatabase, match="9999"):
        await is_server_current(url)
    assert len(said) == 1
    postgres.drop(url.render_as_string())


async def test_a_server_s_copy_before_an_upgrade_is_whole_or_absent(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{postgres.bin}:{os.environ['PATH']}")  # the tools of this server's version
    url, folder, said = sa.make_url(postgres.create()), tmp_path / "copies", list[str]()
    before = f"{int(head()) - 1:04}"
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_at, before)
        await connection.execute(sa.text("INSERT INTO posters VALUES ('a', 'b', 'c')"))
    await engine.dispose()
    folder.mkdir()
    (folder / f"{url.database}-20200101T000000.backup.dump.unfinished-ab").write_text("of a program that was killed")
    assert await upgrade_server(url, copy=partial(dump.make, url, folder, NINE), say=said.append)
    (copy,) = folder.iterdir()
    assert said[0] == f"backup before the upgrade: {copy}"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    again = sa.make_url(postgres.create())
    at = ["--host=127.0.0.1", f"--port={again.port}", f"--username={again.username}", f"--dbname={again.database}"]
    restoring = await asyncio.create_subprocess_exec("pg_restore", *at, "--no-owner", "--exit-on-error", str(copy))
    assert await restoring.wait() == 0
    found = postgres.sql("SELECT version_num || code FROM alembic_version, posters", str(again.database))
    assert found == f"{before}a"
    half = tmp_path / "bin" / "pg_dump"
    half.parent.mkdir()
    half.write_text('#!/bin/sh\nfor one; do case $one in --file=*) echo half > "${one#--file=}";; esac; done\nexit 1\n')
    half.chmod(0o700)
    monkeypatch.setenv("PATH", f"{half.parent}:/bin")
    with pytest.raises(dump.NotMade, match="ended with 1"):
        await dump.make(url, folder, NINE + timedelta(days=1))
    assert list(folder.iterdir()) == [copy], "what is not whole is gone"
    dump.drop_old(url, folder, NINE)
    assert copy.exists()
    dump.drop_old(url, folder, NINE + timedelta(seconds=1))
    assert not copy.exists(), "no copy outlives those who were erased since"
    for one in (url, again):
        postgres.drop(one.render_as_string())


def _at(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_an_upgrade_is_done_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "bot.db"
    assert upgrade(path, NINE)
    assert not upgrade(path, NINE)
    assert revision(path) == head()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_programs_that_start_at_once_upgrade_it_once(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: upgrade(path, NINE), range(4)))
    assert any(done)
    assert revision(path) == head()


def test_a_database_newer_than_the_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    upgrade(path, NINE)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    with pytest.raises(NewerDatabase, match="9999"):
        upgrade(path, NINE)


def test_the_copies_before_upgrades_are_whole_or_absent_and_the_last_three_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bot.db"
    upgrade(path, NINE)
    (tmp_path / "bot-mine.backup.db").write_text("not one of them")
    (tmp_path / "bot-20200101T000000.backup.db.unfinished-ab").write_text("of a program that was killed")
    made = [backup(path, NINE + timedelta(days=day)) for day in range(5)]
    assert prune(path) == made[:2]
    assert sorted(tmp_path.glob("bot-*")) == sorted([*made[2:], tmp_path / "bot-mine.backup.db"])
    monkeypatch.setattr("storage.upkeep.upgrade.revision", lambda one: "0001" if one == path else head())
    with pytest.raises(UpgradeFailed):
        backup(path, NINE + timedelta(days=9))
    assert not list(tmp_path.glob("bot-20260521*")), "what did not prove itself is gone"


def test_a_backup_holds_what_still_stands_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    upgrade(path, NINE)
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO posters VALUES ('a', 'b', 'c')")
        db.commit()
        copy = backup(path, NINE)
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT code FROM posters").fetchall() == [("a",)]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
