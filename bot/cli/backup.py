"""Make a backup: everything at one instant, sealed to the key in the safe, and proven before it gets its name."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

import orjson
import sqlalchemy as sa
import structlog

from bot import logs
from bot.cli.opening import UNCHANGED, opened
from bot.declared import Secret
from bot.process.app import App
from bot.process.startup import backups, place, utc_now
from bot.settings import Settings
from bot.turn.operate import Mistake, Passing
from locales import Speech
from storage import audit
from storage.backup import keys, proof, proven, remembered, shelf, snapshot
from storage.backup.archive import DATABASE, FILES, SETTINGS, About, Member, Reading, Unusable, write
from storage.database import Database, Tx
from storage.database.alone import InUse, alone
from storage.files import NoSuchFile, pictures, voices
from storage.upkeep import instants
from storage.upkeep.copy import CopyFailed
from storage.upkeep.upgrade import head

log = structlog.get_logger()

ENV = Path(".env")
SCRATCH = ".backup-"
NO_KEY = "BACKUP_KEY is not set: `nhandao backup --keys` makes a key pair, once"


async def backup(settings: Settings, file: Path | None, to: str = "") -> int:
    """Write a backup into the folder for backups, and remove what is too many there; or into this file.

    One that is sealed ``to`` another key than that in the safe is an export: it counts for no backup.
    """
    logs.set_up("WARNING", settings.log_format)
    if to and not file:
        raise Mistake("--to needs a file to write to: nhandao backup --to age1… FILE")
    public = to or settings.backup_key
    if not public:
        raise Mistake(NO_KEY)
    try:
        keys.read_public(public)
    except keys.NoKey:
        raise Mistake(f"{public!r} is no public key of the age format, which looks like age1…") from None
    folder = backups(settings)
    now = utc_now()
    path = file or folder / shelf.name_at(now)
    async with opened(settings) as app:
        about = await _made(app, path, now, public, kept=not file)
        try:
            gone = [] if file else await _tidy(app, path)
            if not to:
                await app.database.transact(lambda tx: _note_made(tx, about))
        except (OSError, ValueError, sa.exc.DBAPIError) as failed:
            reason = getattr(failed, "orig", None) or failed
            raise Mistake(
                f"{path} is made and proven, but what belongs beside it could not be written ({reason})"
            ) from None
    rows = sum(about.counts.values())
    print(f"{path}: {path.stat().st_size >> 10} kB, restored on trial: {rows} rows, as many as were in the database.")
    if gone:
        print(f"{len(gone)} older ones were removed.")
    warn_of_broken_act(about)
    return 0


async def _made(app: App, path: Path, now: datetime, public: str, *, kept: bool) -> About:
    """Make it, and note what it is if it is to be ``kept`` among the others. Raises Mistake; then there is no file."""
    settings, folder = app.settings, backups(app.settings)
    try:
        if path.exists():
            raise Mistake(f"{path} exists already: name another file; {UNCHANGED}")
        async with app.database.read() as tx:
            known = await remembered.collect(tx)
        remembered.keep(folder, known, app.database.vault)
        with alone(place(settings) / "backup"), scratch_folder(place(settings), SCRATCH) as scratch:
            shelf.sweep(folder)
            about = await make(app, path, scratch, now, public)
            if kept:
                with _or_gone(path):
                    proven.note(path)
            return about
    except InUse as used:
        raise Passing(f"another backup is being made: {used}") from None
    except Unusable as failed:
        raise Mistake(f"the backup did not prove itself: {failed}; it was removed, {UNCHANGED}") from None
    except (OSError, ValueError, CopyFailed, sqlite3.Error, sa.exc.DBAPIError) as failed:
        reason = getattr(failed, "orig", None) or failed
        raise Mistake(f"{path}: the backup could not be made ({reason}); {UNCHANGED}") from None


@contextmanager
def _or_gone(path: Path) -> Iterator[None]:
    """What must be done with a file for it to stay."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def _tidy(app: App, path: Path) -> list[Path]:
    """Remove what is too many, bring it into the bucket, too, and forget what no backup needs; returns what went here."""
    settings, folder = app.settings, backups(app.settings)
    gone = shelf.prune(folder, settings.zone)
    kept = [shelf.made_at(one) for one in folder.iterdir()]
    if settings.backup_also_to:
        kept.append(await _bring(settings, path))
    remembered.shorten(folder, min(filter(None, kept)), app.database.vault)
    return gone


async def _note_made(tx: Tx, about: About) -> None:
    """Note when it was made, and whether its audit log was broken: the program tells the admins."""
    await instants.mark(tx, instants.BACKUP, about.made_at)
    if about.broken_act is None:
        await instants.unmark(tx, instants.BROKEN_ACT)
    else:
        await instants.mark(tx, instants.BROKEN_ACT, about.made_at)


def warn_of_broken_act(about: About) -> None:
    """Say, on standard error, that the audit log was broken when this was made."""
    if about.broken_act is not None:
        sys.stderr.write(
            f"nhandao: row {about.broken_act} of the audit log, or one before it, was changed or removed by hand, and is kept "
            "so: find out who can write to the database, copy the backups of before elsewhere while they are there, and "
            "see `nhandao audit verify`\n"
        )


async def _bring(settings: Settings, path: Path) -> datetime | None:
    """Bring it into the bucket, too; returns when the oldest there was made. Raises Passing; the backup that is here stays."""
    from storage.backup.away import Away, NotBrought  # the client for S3 is loaded only where it is used

    assert settings.backup_also_secret is not None
    where = settings.backup_also_to.partition("?")[0]
    secret = settings.backup_also_secret.get_secret_value()
    try:
        away = Away(settings.backup_also_to, settings.backup_also_key, secret)
        await asyncio.to_thread(away.bring, path, settings.zone)
        there = await asyncio.to_thread(away.instants)
    except NotBrought as failed:
        raise Passing(f"{path} is made and proven, but could not be brought to {where} ({failed})") from None
    print(f"It was brought to {where}, too.")
    return min(there, default=None)


async def make(app: App, path: Path, scratch: Path, now: datetime, public: str) -> About:
    """Write a backup and prove it: what was written is read through again, and its database opened.

    It is sealed to this public key, and to a second one, which is made here, opens it once for the proof, and is forgotten.
    Raises Unusable and OSError; then there is no file.
    """
    taken = scratch / DATABASE
    await snapshot.take(app.database, taken, now)
    copy = Database(snapshot.address_of(taken), app.database.vault)
    try:
        async with copy.read() as tx:
            broken = await audit.first_broken(tx)
            about = About(version("nhandao"), head(), now, await snapshot.count(tx), broken)
            files = [*await pictures.files(tx), *await voices.files(tx)]
    finally:
        await copy.close()
    once, also = keys.new_pair()
    with shelf.finished(path) as unfinished:
        to = [keys.read_public(public), keys.read_public(also)]
        await write(unfinished, to, about, _members(app, taken, files))
        taken.unlink()
        reading = Reading(unfinished, keys.read_private(once))
        restored = await proof.unpack(reading, scratch)
        await proof.prove(restored, reading.about, app.database.vault)
    return about


async def _members(app: App, database: Path, files: list[str]) -> AsyncIterator[Member]:
    yield Member(DATABASE, database)
    yield Member(SETTINGS, orjson.dumps(without_secrets(app.settings)))
    for name in dict.fromkeys(files):
        try:
            yield Member(FILES + name, await app.files.get(name))
        except NoSuchFile:  # it was erased since the snapshot, or harm was done to it
            async with app.database.read() as tx:
                if await pictures.is_used(tx, name) or await voices.is_used(tx, name):
                    log.error("a picture or a voice message is missing, or was altered", file=name)


def without_secrets(settings: Settings) -> dict[str, str]:
    """Every setting that is not as usual, as it may be shown."""
    return {
        name.upper(): settings.shown(name)
        for name, field in settings.declared.items()
        if (value := getattr(settings, name)) != field.default and not isinstance(value, Secret)
    }


@contextmanager
def scratch_folder(folder: Path, named: str) -> Iterator[Path]:
    """A folder for what is not sealed, which goes away; also what a killed program left in one of this name."""
    for left in folder.glob(f"{named}*"):
        shutil.rmtree(left, ignore_errors=True)
    made = Path(mkdtemp(prefix=named, dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


async def make_keys(settings: Settings, language: str) -> int:
    """Make the key pair of the backups: the public key goes into ``.env``, the private one only onto the printed sheet."""
    if settings.backup_key:
        raise Mistake(
            "BACKUP_KEY is set already, and its private key opens the backups that there are: "
            "take the line out first if you want another pair, and keep the old sheet"
        )
    speech = Speech(language, settings.zone)
    private, public = keys.new_pair()
    if not _note(public):
        print(speech.say("backup.keys.set", public=public))
    print(sheet(settings, speech, private, public))
    return 0


def _note(public: str) -> bool:
    """Write the public key into ``.env``; False where there is none, or it cannot be written."""
    try:
        with ENV.open("r+", encoding="utf-8") as file:
            before = file.read()
            file.write("\n" if before and not before.endswith("\n") else "")
            file.write(f"BACKUP_KEY={public}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def sheet(settings: Settings, speech: Speech, private: str, public: str) -> str:
    """What belongs into a safe, on paper: the two keys without which nothing can be restored, and the one before."""
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    if settings.secret_key_before is not None:
        secret = speech.say("backup.sheet.before", secret=secret, before=settings.secret_key_before.get_secret_value())
    today = datetime.now(settings.zone).date()
    return speech.say("backup.sheet", private=private, public=public, secret=secret, day=today)
