"""Open what a command works on, and say in one line what is wrong with it."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from bot import logs
from bot.channels import Channel
from bot.channels.kind import Imitated
from bot.process import app as parts
from bot.process.app import App, connect
from bot.process.startup import WrongClock, place, utc_now
from bot.settings import Settings
from bot.turn.operate import Away, BadDisk, Mistake, Passing
from storage.campaign import campaigns
from storage.database import is_outage
from storage.database.alone import InUse, alone
from storage.upkeep.seals import Altered, WrongKey
from storage.upkeep.upgrade import NewerDatabase, Unwritable, UpgradeFailed, copies, is_current, is_server_current

DEMO, MONTH = "demo.db", "demo-month.db"
May = Literal["look", "write", "upgrade", "create"]
"""What a command may do to the database: nothing at all, write into one that is as this program needs it, bring it up to
date, or make it."""


PASSING = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENETUNREACH, errno.EHOSTUNREACH)
FULL = 1 << 20
"""Bytes under which a disk is full: a new database takes half of it."""
RESTORE = "nhandao restore BACKUP"
UNCHANGED = "nothing was changed"
FIRST = "run `nhandao init` first, or `nhandao demo` to look around"


async def open_app(
    settings: Settings,
    names: Sequence[str],
    *more: Channel,
    now: Callable[[], datetime] = utc_now,
    may: May = "write",
    begun: bool = True,
    demo: bool = False,
    imitated: Imitated | None = None,
) -> App:
    """A process with these channels, ``more`` of them made already; there must be a campaign if it has ``begun``.

    Raises Mistake.
    """

    def channels(app: App) -> list[Channel]:
        return [*parts.make_channels(app, names, demo=demo, imitated=imitated), *more]

    with explained(settings):
        await must_be_there(settings, may)
        app = await connect(settings, channels=channels, now=now, only_look=may == "look")
    say_where(settings)
    if begun and not await _has_a_campaign(app):
        await app.close()
        raise Mistake(f"{_named(settings)}: there is no campaign yet; {FIRST}")
    return app


@asynccontextmanager
async def opened(settings: Settings, may: May = "write") -> AsyncIterator[App]:
    """The program without channels, for one command of the operator's. Raises Mistake."""
    logs.set_up("WARNING", settings.log_format)
    app = await open_app(settings, (), may=may)
    try:
        yield app
    finally:
        await app.close()


async def _has_a_campaign(app: App) -> bool:
    async with app.database.read() as tx:
        return await campaigns.active(tx) is not None


def say_where(settings: Settings) -> None:
    """Say on which database a command works, and where its settings are from; on standard error, for the operator."""
    if settings.log_format == "text":
        read_from = ".env and the environment" if Path(".env").exists() else "the environment"
        sys.stderr.write(f"nhandao: database {settings.shown('database_url')}, settings from {read_from}\n")


async def must_be_there(settings: Settings, may: May) -> None:
    """Raise Mistake unless there is a database of this version, or what lacks may be done. Makes nothing."""
    if may == "create":
        return
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        if not path.exists():
            raise Mistake(f"{_named(settings)}: there is no database yet; {FIRST}", mend="nhandao init")
        current = is_current(path)
    else:
        current = await is_server_current(url)
    if not current and may != "upgrade":
        raise Mistake(
            f"{_named(settings)}: the database is empty or of an older version; run `nhandao db upgrade` first",
            mend="nhandao db upgrade",
        )


def _named(settings: Settings) -> str:
    return f"DATABASE_URL={settings.shown('database_url')}"


@contextmanager
def explained(settings: Settings, name: str = "DATABASE_URL") -> Iterator[None]:
    """What goes wrong with a database, as the operator's mistake that it is."""
    try:
        yield
    except NewerDatabase as newer:
        raise Mistake(f"{newer}; install the newer version, or {_way_back(settings)}", mend=RESTORE) from None
    except WrongKey as wrong:
        which = f" (its id is {wrong})" if str(wrong) else ""
        raise Mistake(
            f"SECRET_KEY is not the key that encrypted this database{which}: set the one it was created with; after "
            "`nhandao key rotate` the one before it is needed as SECRET_KEY_BEFORE until `nhandao key status` says otherwise"
        ) from None
    except Altered as altered:
        raise Mistake(
            f"{_named(settings)}: what an earlier version had noted of its keys was put back into it by hand ({altered} is "
            "sealed by this one): find out who can write to it, and `nhandao restore` a backup from before",
            mend=RESTORE,
        ) from None
    except UpgradeFailed as failed:
        raise Mistake(str(failed)) from None
    except WrongClock as wrong:
        raise Passing(str(wrong)) from None
    except InUse as used:
        raise Passing(f"{name}={settings.shown('database_url')}: {used}") from None
    except Exception as failed:
        if not _is_the_database(failed):
            raise
        disk = _disk(settings)
        kind = (Away if is_on_server(settings) else BadDisk if disk else Passing) if _may_pass(failed) else Mistake
        reason = disk or getattr(failed, "orig", None) or failed
        raise kind(f"{name}={settings.shown('database_url')}: cannot be opened ({reason}); {UNCHANGED}") from None


def _way_back(settings: Settings) -> str:
    """How to go on with this version: from a backup, since the database itself cannot be made older."""
    made = [] if is_on_server(settings) else copies(database_file(settings))
    beside = f"; the copy from before the last upgrade is {made[-1]}" if made else ""
    return f"`nhandao restore` a backup from before the upgrade (docs/may-chu.md){beside}"


def _is_the_database(failed: Exception) -> bool:
    """Whether it, its disk or the way to it is at fault. An error of a server's own kind bears its code (asyncpg)."""
    return isinstance(failed, OSError | sqlite3.OperationalError | sa.exc.DBAPIError) or hasattr(failed, "sqlstate")


def _may_pass(failed: Exception) -> bool:
    """Whether it may be otherwise in a minute: a server that starts, a name that is not known yet, a disk that is full."""
    if isinstance(failed, OSError):
        return (
            isinstance(failed, Unwritable | ConnectionError | TimeoutError | socket.gaierror) or failed.errno in PASSING
        )
    return is_outage(failed)


def _disk(settings: Settings) -> str:
    """What is wrong with the disk of a database file, in plain words; nothing where that is not it."""
    if is_on_server(settings):
        return ""
    folder = place(settings)
    try:
        seen = os.statvfs(folder if folder.exists() else folder.absolute().parent)
    except OSError:
        return ""
    if seen.f_flag & os.ST_RDONLY:
        return f"the disk at {folder.absolute()} can only be read"
    return f"the disk at {folder.absolute()} is full" if seen.f_bavail * seen.f_frsize < FULL else ""


def is_on_server(settings: Settings) -> bool:
    """Whether the database is not a file."""
    return sa.make_url(settings.database_url).get_backend_name() != "sqlite"


@contextmanager
def kept_alone(settings: Settings, *, new: bool = False) -> Iterator[None]:
    """No second program on this database as long as this lasts, if it is a file, which may be ``new``. Raises Mistake."""
    if is_on_server(settings) or not (new or database_file(settings).exists()):
        yield
        return
    with ExitStack() as held:
        with explained(settings):
            held.enter_context(alone(database_file(settings)))
        yield


def demo_settings(settings: Settings, name: str = DEMO) -> Settings:
    """The settings with the demo's own database, in the folder of the one that is set."""
    url = sa.make_url(settings.database_url)
    folder = Path(url.database or "").parent if url.get_backend_name() == "sqlite" else Path("data")
    return settings.but(database_url=f"sqlite+aiosqlite:///{folder / name}", backup_key="")


def database_file(settings: Settings) -> Path:
    """The file of a database that is one."""
    return Path(sa.make_url(settings.database_url).database or "")


def address_of(settings: Settings, port: int = 0) -> str:
    """Where the web chat listens; on the port that was given out if the setting leaves it open."""
    host = f"[{settings.http_host}]" if ":" in settings.http_host else settings.http_host
    return f"http://{host}:{port or settings.http_port}"


def public_address(settings: Settings) -> str:
    """Where people outside find this server; empty if that is not set."""
    return str(getattr(settings, "webhook_url", ""))
