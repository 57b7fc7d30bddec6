"""Move everything to another machine in one file: data, keys, tokens and every other setting, opened by a passphrase.

The file is a tar of two, which any tar and any age tool open: `key.age`, sealed by the passphrase, holds the settings with
their secrets and the private key made for this file; `nhandao.tar.age` is a backup sealed to that one.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from getpass import getpass
from pathlib import Path
from typing import Any

import orjson
import pyrage
import sqlalchemy as sa
from msgspec import Struct

from bot import logs
from bot.cli.backup import ENV, SCRATCH, make, scratch_folder, warn_of_broken_act
from bot.cli.opening import UNCHANGED, kept_alone, opened
from bot.cli.restore import restore_from
from bot.declared import Secret, WrongSetting
from bot.process.startup import backups, place, utc_now, vault
from bot.settings import Settings, read_settings
from bot.turn.operate import Mistake, Passing
from storage.backup import keys, remembered, shelf
from storage.backup.archive import Unusable
from storage.upkeep import processes
from storage.upkeep.copy import CopyFailed

KEY, DATA = "key.age", "nhandao.tar.age"
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of a passphrase: none can be taken for another one."""
GROUPS, EACH = 5, 5
"""25 letters of 32 are 125 bits: nobody guesses them."""
LARGEST_KEY = 1 << 24
"""Bytes above which the sealed settings are not what they say."""
TRIES = 5
"""At opening it with a machine that is busy for a moment."""
OF_THE_MACHINE = ("database_url", "backup_to", "http_host", "http_port", "telegram_photo")
"""Settings that stay: they name places of the old machine."""


class Given(Struct, frozen=True):
    """What is in `key.age`."""

    private: str
    settings: Mapping[str, str]
    remembered: Mapping[str, Any]


async def give(settings: Settings, file: Path) -> int:
    """Write everything into the file, and print its passphrase once. The program must stand still: what came afterwards
    would be lost."""
    logs.set_up("WARNING", settings.log_format)
    if file.exists():
        raise Mistake(f"{file} exists already: name another file; {UNCHANGED}")
    with kept_alone(settings):
        async with opened(settings) as app:
            async with app.database.read() as tx:
                if running := await processes.running(tx, app.now()):
                    raise Mistake(f"the program runs on {running[0].host}: stop it first; {UNCHANGED}")
                known = await remembered.collect(tx)
            private, public = keys.new_pair()
            passphrase = new_passphrase()
            try:
                remembered.keep(backups(settings), known, app.database.vault)
                with scratch_folder(place(settings), SCRATCH) as scratch:
                    about = await make(app, scratch / DATA, scratch, utc_now(), public)
                    kept = orjson.loads((backups(settings) / remembered.NAME).read_bytes())
                    _write(file, _sealed(Given(private, with_secrets(settings), kept), passphrase), scratch / DATA)
            except Unusable as failed:
                raise Mistake(f"{file}: it did not prove itself: {failed}; it was removed, {UNCHANGED}") from None
            except (OSError, ValueError, CopyFailed, sqlite3.Error, sa.exc.DBAPIError) as failed:
                reason = getattr(failed, "orig", None) or failed
                raise Mistake(f"{file}: it could not be made ({reason}); {UNCHANGED}") from None
    print(f"{file}: {file.stat().st_size >> 10} kB, {sum(about.counts.values())} rows, restored on trial.")
    warn_of_broken_act(about)
    print(f"Passphrase, shown only now: {passphrase}")
    print(
        "It opens everything, the tokens too. Bring file and passphrase over by different ways; there, in an empty folder:"
    )
    print(f"  nhandao handover --take {file.name}")
    print("Do not start the program here again: two on the same tokens take each other's messages.")
    return 0


async def take(file: Path, passphrase_file: Path | None) -> int:
    """Put everything in place from such a file, and write the settings into ``.env``."""
    if ENV.exists() and ENV.stat().st_size:
        raise Mistake(f"{ENV.absolute()} exists already: take it over in an empty folder; {UNCHANGED}")
    with _opened(file) as tar:
        given = _unsealed(file, tar, _passphrase(passphrase_file))
        settings, moved = _settings_here(given)
        with _written_env(moved), ExitStack() as held:
            try:
                place(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
                scratch = held.enter_context(scratch_folder(place(settings), SCRATCH))
                _extract(tar, DATA, scratch / DATA)
                (scratch / remembered.NAME).write_bytes(orjson.dumps(given.remembered))
                known = remembered.read(scratch, vault(settings, place(settings)))
            except (OSError, ValueError, KeyError, tarfile.TarError) as failed:
                where = place(settings).absolute()
                raise Mistake(f"{file}: it cannot be read, or unpacked into {where} ({failed}); {UNCHANGED}") from None
            await restore_from(settings, scratch / DATA, keys.read_private(given.private), final=True, beside=known)
    print(f"The settings are in {ENV.absolute()}. Remove {file} once `nhandao doctor` finds nothing wrong.")
    return 0


def new_passphrase() -> str:
    """Letters in groups, made by chance."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(EACH)) for _ in range(GROUPS))


def _as_made(typed: str) -> str:
    """A passphrase as it was made, however its groups were typed."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return "-".join(letters[at : at + EACH] for at in range(0, len(letters), EACH))


def _passphrase(file: Path | None) -> str:
    try:
        if file is not None:
            return _as_made(file.read_text(encoding="utf-8"))
    except OSError as failed:
        raise Mistake(f"--passphrase {file}: {failed.strerror}; {UNCHANGED}") from None
    return _as_made(getpass("Passphrase: ") if sys.stdin.isatty() else sys.stdin.readline())


def with_secrets(settings: Settings) -> dict[str, str]:
    """Every setting that is not as usual and does not belong to the machine, as it stands in ``.env``."""
    return {
        name.upper(): _written(value)
        for name, field in settings.declared.items()
        if (value := getattr(settings, name)) != field.default and _moves(name, value)
    }


def _moves(name: str, value: object) -> bool:
    """A bucket is the same from everywhere, a folder is not."""
    return name not in OF_THE_MACHINE and (name != "files_url" or str(value).startswith("s3://"))


def _written(value: object) -> str:
    if isinstance(value, Secret):
        return value.get_secret_value()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _sealed(given: Given, passphrase: str) -> bytes:
    said = {"format": 1, "private": given.private, "settings": given.settings, "remembered": given.remembered}
    return pyrage.passphrase.encrypt(orjson.dumps(said), passphrase)


def _write(file: Path, sealed: bytes, data: Path) -> None:
    with shelf.finished(file) as unfinished:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                (data.parent / KEY).write_bytes(sealed)
                for name in (KEY, DATA):
                    tar.add(data.parent / name, name)
            out.flush()
            os.fsync(out.fileno())


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    with ExitStack() as held:
        try:
            content = held.enter_context(file.open("rb"))
        except FileNotFoundError:
            raise Mistake(f"{file}: there is no such file; {UNCHANGED}") from None
        except OSError as failed:
            raise Mistake(f"{file}: it cannot be read ({failed.strerror}); {UNCHANGED}") from None
        try:
            yield held.enter_context(tarfile.open(fileobj=content, mode="r:"))
        except tarfile.TarError:
            raise Mistake(f"{file}: it is no file of `nhandao handover`, or it was cut off; {UNCHANGED}") from None


def _unsealed(file: Path, tar: tarfile.TarFile, passphrase: str) -> Given:
    """Raises Mistake if it is not a file of ours, or this is not its passphrase."""
    try:
        content = tar.extractfile(KEY)
        assert content is not None
        sealed = content.read(LARGEST_KEY)
    except (KeyError, AssertionError):
        raise Mistake(f"{file}: it is no file of `nhandao handover`; {UNCHANGED}") from None
    try:
        said = orjson.loads(_decrypted(file, sealed, passphrase))
        if said["format"] > 1:
            raise Mistake(f"{file}: it was made by a newer version of this program; {UNCHANGED}")
        return Given(said["private"], said["settings"], said["remembered"])
    except (pyrage.DecryptError, OSError, ValueError, KeyError, TypeError):
        raise Mistake(f"{file}: this passphrase does not open it, or it was changed; {UNCHANGED}") from None


def _decrypted(file: Path, sealed: bytes, passphrase: str) -> bytes:
    """Raises DecryptError, and Passing where age will not: it measures how fast this machine is just now, and gives up what
    would take it too long."""
    for left in reversed(range(TRIES)):
        try:
            return pyrage.passphrase.decrypt(sealed, passphrase)
        except pyrage.DecryptError as failed:
            if "Excessive work" not in str(failed):
                raise
            if not left:
                said = "this machine is too busy or too slow to open it now: stop what else runs on it, and try again"
                raise Passing(f"{file}: {said}; {UNCHANGED}") from None
    raise AssertionError


def _settings_here(given: Given) -> tuple[Settings, Mapping[str, str]]:
    """The settings on this machine, and those that belong into ``.env``: what the environment says already stays so.

    Raises Mistake if that cannot stand, or the key would be another one.
    """
    said = {name.removesuffix("_FILE").upper(): name for name, value in os.environ.items() if value}
    moved = {name: value for name, value in given.settings.items() if name not in said}
    try:
        settings = read_settings(**{name.lower(): value for name, value in moved.items()})
    except WrongSetting as wrong:
        raise Mistake(f"{wrong}; {UNCHANGED}") from None
    for name, key in (("SECRET_KEY", settings.secret_key), ("SECRET_KEY_BEFORE", settings.secret_key_before)):
        if name in said and (key is None or key.get_secret_value() != given.settings.get(name)):
            raise Mistake(
                f"{said[name]} is set in the environment to another key than the one that comes in this file: give this "
                f"command an environment without it (docs/may-chu.md); {UNCHANGED}"
            )
    return settings, moved


def _extract(tar: tarfile.TarFile, name: str, to: Path) -> None:
    content = tar.extractfile(name)
    if content is None:
        raise KeyError(name)
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        shutil.copyfileobj(content, out)


@contextmanager
def _written_env(moved: Mapping[str, str]) -> Iterator[None]:
    """The settings on disk, which become ``.env`` at the end, unless something fails. Raises Mistake, before anything is done,
    where they cannot be written."""
    env = ENV.absolute()
    with ExitStack() as held:
        try:
            unfinished = held.enter_context(shelf.finished(env))
            with os.fdopen(
                os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
            ) as out:
                out.writelines(f"{name}={_quoted(value)}\n" for name, value in moved.items())
                out.flush()
                os.fsync(out.fileno())
        except OSError as failed:
            raise Mistake(
                f"{env}: it cannot be written ({failed.strerror}): stand in a folder that this user may write to; {UNCHANGED}"
            ) from None
        yield


def _quoted(value: str) -> str:
    """A value as ``.env`` has it, whatever is in it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
