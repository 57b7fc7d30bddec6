"""A copy of a server's database before an upgrade, by PostgreSQL's own tools: whole or absent."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shutil
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from storage.database.address import tls_for

DUMP = ".backup.dump"
"""Ends the name of a copy."""
DUMPS = 3
"""How many of them stay."""
SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""What asyncpg and PostgreSQL's tools call by the same name."""


class NotMade(RuntimeError):
    """There is no copy; the text says why."""


async def make(url: sa.URL, folder: Path, now: datetime) -> Path:
    """Write the copy, which `pg_restore` reads; returns where. It gets its name when it is whole and on disk.

    Raises NotMade and OSError.
    """
    if shutil.which("pg_dump") is None:
        raise NotMade("pg_dump is not installed here")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = folder / f"{_named(url)}-{now:%Y%m%dT%H%M%S}{DUMP}"
    unfinished = copy.with_name(f"{copy.name}.unfinished-{secrets.token_hex(4)}")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        as_it_is = ("--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=10s")
        await _run(url, "pg_dump", *as_it_is, f"--file={unfinished}")
        await _run(None, "pg_restore", "--list", str(unfinished))
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.rename(copy)
    finally:
        unfinished.unlink(missing_ok=True)
    _prune(url, folder)
    return copy


async def _run(url: sa.URL | None, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools, on this database. Raises NotMade."""
    child = await asyncio.create_subprocess_exec(
        program, *arguments, env={**os.environ, **(_environment(url) if url else {})},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await child.communicate()
    if child.returncode:
        lines = said.decode(errors="replace").strip().splitlines()
        raise NotMade(lines[-1] if lines else f"{program} ended with {child.returncode}")


def _environment(url: sa.URL) -> dict[str, str]:
    """Where the database is, and whether over TLS, as the program goes there: not among the arguments, which everybody on the
    machine sees."""
    ssl = url.query.get("ssl") or tls_for(url).get("ssl")
    given = {
        "PGHOST": url.query.get("host") or url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password,
        "PGDATABASE": url.database, "PGSSLMODE": ssl if ssl in SSL else ssl and "require",
    }  # fmt: skip
    return {name: str(value) for name, value in given.items() if value}


def drop_old(url: sa.URL, folder: Path, before: datetime) -> None:
    """Remove the copies that were made before this instant: who is erased since then still stands in them."""
    oldest = f"{_named(url)}-{before:%Y%m%dT%H%M%S}"
    for copy in _copies(url, folder):
        if copy.name < oldest:
            copy.unlink(missing_ok=True)


def _prune(url: sa.URL, folder: Path) -> None:
    """Remove all but the last copies of this database, and what a killed program left."""
    for left in folder.glob(f"{_named(url)}-*{DUMP}.unfinished-*"):
        left.unlink(missing_ok=True)
    for gone in _copies(url, folder)[:-DUMPS]:
        gone.unlink(missing_ok=True)


def _copies(url: sa.URL, folder: Path) -> list[Path]:
    """The copies of this database, the newest last."""
    whole = re.compile(rf"{_named(url)}-\d{{8}}T\d{{6}}{re.escape(DUMP)}")
    return sorted(one for one in folder.glob(f"*{DUMP}") if whole.fullmatch(one.name))


def _named(url: sa.URL) -> str:
    return re.sub(r"\W", "_", url.database or "")
