"""Where everything is kept: the database, brought up to date, the key that seals it, and the pictures."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct

from bot.settings import Settings
from storage.database import Database
from storage.database.vault import Vault
from storage.files import Folder
from storage.files.sealed import Sealed
from storage.upkeep import seals
from storage.upkeep.upgrade import AWAY, Unwritable, UpgradeFailed, is_current, is_server_current

CLOCKS_APART = 10.0
"""Seconds: far less than any lease."""
DATA = Path("data")
"""Where a program keeps its files whose database is on a server."""


class WrongClock(RuntimeError):
    """This machine's clock and the database's differ so much that leases would not hold."""


class Store(Struct, frozen=True):
    """Where one process keeps everything."""

    database: Database
    files: Sealed
    folder: Path
    """For what is in neither."""


def utc_now() -> datetime:
    return datetime.now(UTC)


async def open_store(settings: Settings, now: Callable[[], datetime], *, only_look: bool = False) -> Store:
    """Open the database, upgraded, and the files; to ``only_look`` nothing is written, and the database must be as it is
    needed. Raises NewerDatabase, UpgradeFailed, WrongKey, Altered and WrongClock."""
    folder = place(settings)
    if not only_look:
        await upgraded(sa.make_url(settings.database_url), now(), backups(settings))
    database = Database(settings.database_url, vault(settings, folder))
    try:
        if database.shared and now is utc_now:
            await check_clock(database)
        if only_look:
            async with database.read() as tx:
                await seals.look(tx)
        else:
            await database.transact(seals.check)
        return Store(database, open_files(settings, folder, database.vault), folder)
    except BaseException:
        await database.close()
        raise


def place(settings: Settings) -> Path:
    """Where this process keeps what is not in the database: beside its file, else beside the pictures."""
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "").parent
    return DATA if not settings.files_url or settings.files_url.startswith("s3://") else Path(settings.files_url).parent


def backups(settings: Settings) -> Path:
    """The folder for backups, and for what no restored backup may undo."""
    return Path(settings.backup_to) if settings.backup_to else place(settings) / "backups"


def vault(settings: Settings, folder: Path) -> Vault:
    """What seals personal data, with the key of now and, while they are exchanged, the one before."""
    before = settings.secret_key_before
    return Vault(secret_key(settings, folder), before.get_secret_value() if before else "")


def secret_key(settings: Settings, folder: Path) -> str:
    """The key that seals personal data: the setting, or for the demo one of its own, made once beside its database."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = folder / "demo.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
    return path.read_text().strip()


async def upgraded(url: sa.URL, now: datetime, copies: Path) -> None:
    """Upgrade where needed, in a child process: Alembic's memory would stay with us. A file's copy of before is made beside it,
    a server's in the folder ``copies``. Raises NewerDatabase."""
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        current = is_current(path)
    else:
        current = await is_server_current(url)
    if current:
        return
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "storage.upkeep.upgrade", now.isoformat(), str(copies),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await child.communicate(url.render_as_string(hide_password=False).encode())
    if child.returncode == AWAY:
        raise Unwritable(out.decode(errors="replace").strip())
    if child.returncode:
        raise UpgradeFailed(
            f"the database {url.database} could not be upgraded; nothing was changed (the reason is above)"
        )


async def check_clock(database: Database) -> None:
    apart = abs((await database.now() - utc_now()).total_seconds())
    if apart > CLOCKS_APART:
        raise WrongClock(
            f"the clocks of this machine and of the database are {apart:.0f} seconds apart; set them by NTP"
        )


def open_files(settings: Settings, folder: Path, ring: Vault) -> Sealed:
    """Where pictures are kept, sealed with these keys. The client for S3 is loaded only where it is used."""
    if not settings.files_url.startswith("s3://"):
        return Sealed(Folder(Path(settings.files_url) if settings.files_url else folder / "files"), ring)
    from storage.files.s3 import Bucket

    assert settings.files_secret is not None
    return Sealed(Bucket(settings.files_url, settings.files_key, settings.files_secret.get_secret_value()), ring)
