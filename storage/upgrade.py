"""Bring a database up to this program's tables: a backup first, then Alembic, all in one transaction."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

VERSIONS = Path(__file__).parent / "migrations" / "versions"


class NewerDatabase(RuntimeError):
    """The database was written by a newer program; this one would damage it."""


class UpgradeFailed(RuntimeError):
    """The upgrade was undone; the database is as it was."""


def head() -> str:
    """The newest revision, such as «0001»: the file names begin with it, so Alembic need not be loaded to know."""
    return max(re.match(r"\d+", path.name)[0] for path in VERSIONS.glob("[0-9]*.py"))  # type: ignore[index]  # by the glob


def revision(path: Path) -> str | None:
    """The revision of a database file; None if there is no database yet."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    with closing(sqlite3.connect(path, timeout=30)) as db:
        try:
            row = db.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
    return row[0] if row else None


def is_current(path: Path) -> bool:
    """Whether the database is at this program's revision. Raises NewerDatabase."""
    was = revision(path)
    if was is not None and was > head():
        raise NewerDatabase(f"{path} was written by a newer version (revision {was}, this program knows {head()})")
    return was == head()


def upgrade(path: Path, now: datetime, *, say: Callable[[str], Any] = lambda line: None) -> bool:
    """Create or upgrade the database file; returns whether anything was done. Raises NewerDatabase.

    Two processes may call this at once: the second waits, and finds nothing left to do.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if is_current(path):
        return False
    was = revision(path)
    if was is not None:
        say(f"backup before the upgrade: {backup(path, now)}")
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 60, "isolation_level": None})
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _migrate(connection)
            connection.exec_driver_sql("COMMIT")
    finally:
        engine.dispose()
    os.chmod(path, 0o600)
    say(f"database {path}: revision {head()}")
    return True


def backup(path: Path, now: datetime) -> Path:
    """A complete copy beside the database, also while it is written to; returns where. Never copy the file itself:
    what stands in the write-ahead log would be missing."""
    copy = path.with_name(f"{path.stem}-{now:%Y%m%dT%H%M%S}.backup.db")
    with closing(sqlite3.connect(path, timeout=60)) as db:
        db.execute("VACUUM INTO ?", (str(copy),))
    os.chmod(copy, 0o600)
    return copy


def _migrate(connection: sa.Connection) -> None:
    from alembic import (
        command,
    )  # loaded only when there is something to do: it costs start-up time and memory
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


if __name__ == "__main__":
    upgrade(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), say=lambda line: sys.stderr.write(f"{line}\n"))
