"""Bring a database up to this program's tables: Alembic, all in one transaction, after a backup."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.database import is_outage, postgresql
from storage.database.address import tls_for
from storage.upkeep import dump

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

COPY = ".backup.db"
"""Ends the name of a copy that is made before an upgrade."""
COPIES = 3
"""How many of them stay."""
VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"


class NewerDatabase(RuntimeError):
    """The database was written by a newer program; this one would damage it."""


class Unwritable(OSError):
    """The disk or the server did not let it be done, now."""


class UpgradeFailed(RuntimeError):
    """The upgrade was undone; the database is as it was."""


@cache
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
        except sqlite3.OperationalError as failed:
            if is_outage(failed):
                raise
            return None  # there is no such table
    return row[0] if row else None


def is_current(path: Path) -> bool:
    """Whether the database file is at this program's revision. Raises NewerDatabase."""
    return _compared(revision(path), path)


def _compared(was: str | None, where: object) -> bool:
    if was is not None and was > head():
        raise NewerDatabase(f"{where} was written by a newer version (revision {was}, this program knows {head()})")
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
            connection.exec_driver_sql("PRAGMA secure_delete=ON")  # what a step takes away is gone from the file, too
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _migrate(connection)
            connection.exec_driver_sql("COMMIT")
    finally:
        engine.dispose()
    os.chmod(path, 0o600)
    prune(path)
    say(f"database {path}: revision {head()}")
    return True


def backup(path: Path, now: datetime) -> Path:
    """A complete copy beside the database, also while it is written to; returns where. Never copy the file itself:
    what stands in the write-ahead log would be missing.

    It gets its name when it is whole, on disk, and of the same revision. Raises UpgradeFailed and what SQLite raises.
    """
    copy = path.with_name(f"{path.stem}-{now:%Y%m%dT%H%M%S}{COPY}")
    unfinished = copy.with_name(f"{copy.name}.unfinished-{secrets.token_hex(4)}")  # another process may make one, too
    try:
        with closing(sqlite3.connect(path, timeout=60)) as db:
            db.execute("VACUUM INTO ?", (str(unfinished),))
        os.chmod(unfinished, 0o600)
        _prove(unfinished, revision(path))
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.rename(copy)
    finally:
        unfinished.unlink(missing_ok=True)
    return copy


def _prove(copy: Path, was: str | None) -> None:
    with closing(sqlite3.connect(copy)) as db:
        found = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok" or revision(copy) != was:
        raise UpgradeFailed(f"the copy before the upgrade is not whole ({found}); nothing was changed")


def prune(path: Path) -> list[Path]:
    """Remove all but the last copies that were made before upgrades of this database, and what a killed program left;
    returns what went."""
    for left in path.parent.glob(f"{path.stem}-*{COPY}.unfinished-*"):
        left.unlink(missing_ok=True)
    too_many = copies(path)[:-COPIES]
    for gone in too_many:
        gone.unlink(missing_ok=True)
    return too_many


def copies(path: Path) -> list[Path]:
    """The copies that were made before upgrades of this database, the newest last."""
    named = re.compile(rf"{re.escape(path.stem)}-\d{{8}}T\d{{6}}{re.escape(COPY)}")
    return sorted(one for one in path.parent.glob(f"*{COPY}") if named.fullmatch(one.name))


def drop_old(path: Path, before: datetime) -> list[Path]:
    """Remove the copies that were made before this instant, and return them: who is erased since then still stands in them."""
    too_old = [copy for copy in copies(path) if copy.name < f"{path.stem}-{before:%Y%m%dT%H%M%S}"]
    for gone in too_old:
        gone.unlink(missing_ok=True)
    return too_old


def _migrate(connection: sa.Connection) -> None:
    from alembic import (
        command,
    )  # loaded only when there is something to do: it costs start-up time and memory
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def is_server_current(url: sa.URL) -> bool:
    """Whether the database on a PostgreSQL server is at this program's revision. Raises NewerDatabase, OSError."""
    async with _connected(postgresql.pool(url)) as connection:
        return _compared(await connection.run_sync(_server_revision), url.database)


async def upgrade_server(
    url: sa.URL,
    *,
    copy: Callable[[], Awaitable[Path]] | None = None,
    say: Callable[[str], Any] = lambda line: None,
) -> bool:
    """Create or upgrade a database on a PostgreSQL server, after a ``copy``; returns whether anything was done.

    Raises NewerDatabase.

    Two processes may call this at once: the second waits, and finds nothing left to do.
    """
    from sqlalchemy.ext.asyncio import create_async_engine  # several megabytes that SQLite does not need

    patient = create_async_engine(url, connect_args={"timeout": 5, **tls_for(url)}, hide_parameters=True)
    async with _connected(patient) as connection:
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended("upgrade", 0))))
        was = await connection.run_sync(_server_revision)
        if _compared(was, url.database):
            return False
        if was is not None and copy is not None:
            await _say_copied(copy, say)
        await connection.run_sync(_migrate)
    say(f"database {url.database}: revision {head()}")
    return True


async def _say_copied(copy: Callable[[], Awaitable[Path]], say: Callable[[str], Any]) -> None:
    """Where none can be made the upgrade goes on, all in one transaction: who keeps the server may have one."""
    try:
        say(f"backup before the upgrade: {await copy()}")
    except (dump.NotMade, OSError) as failed:
        say(f"no backup is made before the upgrade: {failed}")


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


def _server_revision(connection: sa.Connection) -> str | None:
    if connection.execute(sa.text("SELECT to_regclass('alembic_version')")).scalar() is None:
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found


def main(url: sa.URL, now: datetime, folder: Path) -> None:
    """Upgrade, and say so on standard error; a server's copy goes into the folder."""

    def say(line: str) -> None:
        sys.stderr.write(f"{line}\n")

    if url.get_backend_name() == "sqlite":
        upgrade(Path(url.database or ""), now, say=say)
    else:
        asyncio.run(upgrade_server(url, copy=partial(dump.make, url, folder, now), say=say))


AWAY = 3
"""The status with which the child ends when the disk or the server is at fault; what it prints is the reason."""


if __name__ == "__main__":
    # The address comes by standard input: a command line is for everybody on the machine to see, passwords and all.
    try:
        main(sa.make_url(sys.stdin.readline().strip()), datetime.fromisoformat(sys.argv[1]), Path(sys.argv[2]))
    except (OSError, sqlite3.Error, sa.exc.DBAPIError) as failed:
        if not isinstance(failed, OSError) and not is_outage(failed):
            raise
        sys.stdout.write(f"{getattr(failed, 'orig', None) or failed}\n")
        sys.exit(AWAY)
