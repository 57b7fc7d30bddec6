"""Where the backup that is to be restored lies, what is remembered beside it, and the key that opens it."""

from __future__ import annotations

import asyncio
import stat
import sys
from getpass import getpass
from pathlib import Path

from pyrage.x25519 import Identity

from bot.cli.opening import UNCHANGED
from bot.process.startup import backups, place, vault
from bot.settings import Settings
from bot.turn.operate import Mistake
from storage.backup import keys, remembered
from storage.backup.remembered import Remembered


def found(wanted: str) -> Path:
    """Raises Mistake."""
    file = Path(wanted)
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise Mistake(f"{file}: that is no file; {UNCHANGED}")
    except FileNotFoundError:
        raise Mistake(f"{file}: there is no such file; {UNCHANGED}") from None
    except (OSError, ValueError) as failed:
        raise Mistake(f"{file}: it cannot be read ({getattr(failed, 'strerror', failed)}); {UNCHANGED}") from None
    return file


async def fetched(settings: Settings, wanted: str, folder: Path) -> tuple[Path, Remembered | None]:
    """The backup at this address, or the newest there, and what is remembered beside it. Raises Mistake."""
    from storage.backup.away import Away, NotFetched, split  # the client for S3 is loaded only where it is used

    if not (settings.backup_also_key and settings.backup_also_secret):
        raise Mistake(f"to read a bucket, set its BACKUP_ALSO_KEY and BACKUP_ALSO_SECRET; {UNCHANGED}")
    url, name = split(wanted)
    away = Away(url, settings.backup_also_key, settings.backup_also_secret.get_secret_value())
    try:
        file = await asyncio.to_thread(away.fetch, name, folder)
        beside = (folder / remembered.NAME).exists()
        return file, remembered.read(folder, vault(settings, place(settings))) if beside else None
    except (NotFetched, OSError, ValueError) as failed:
        where = wanted.partition("?")[0]
        raise Mistake(f"{where}: no backup could be fetched from there ({failed}); {UNCHANGED}") from None


def remembered_beside(settings: Settings, file: Path) -> Remembered | None:
    """What is remembered beside a backup that was brought from elsewhere than the folder for backups. Raises Mistake."""
    folder = file.parent
    beside = folder / remembered.NAME
    if not beside.exists() or folder.resolve() == backups(settings).resolve():
        return None
    try:
        return remembered.read(folder, vault(settings, place(settings)))
    except (OSError, ValueError) as failed:
        raise Mistake(f"{beside}: {failed}; if it does not belong to this backup, move it away; {UNCHANGED}") from None


def private_key(file: Path | None) -> Identity:
    """Raises Mistake, without the key."""
    try:
        if file is not None:
            return keys.read_private(file.read_text(encoding="utf-8"))
        asked = getpass("Private key (AGE-SECRET-KEY-1…): ") if sys.stdin.isatty() else sys.stdin.readline()
        return keys.read_private(asked)
    except OSError as failed:
        raise Mistake(f"--key {file}: {failed.strerror}; {UNCHANGED}") from None
    except ValueError:
        raise Mistake(f"that is no private key: it begins with AGE-SECRET-KEY-1; {UNCHANGED}") from None
