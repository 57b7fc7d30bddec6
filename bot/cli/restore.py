"""Put everything back from a backup: look first, change nothing until all of it is proven, destroy nothing."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
import sys
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

import orjson
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace
from pyrage.x25519 import Identity

from bot import logs
from bot.broadcast.restored import Heartbeat
from bot.cli.backup import scratch_folder, warn_of_broken_act, without_secrets
from bot.cli.found import fetched, found, private_key, remembered_beside
from bot.cli.opening import UNCHANGED, database_file, explained, is_on_server, kept_alone
from bot.cli.staff import BY
from bot.process.startup import backups, open_files, place, upgraded, utc_now, vault
from bot.settings import BUCKET, Settings
from bot.turn.operate import Mistake, Passing
from storage import audit
from storage.backup import proof, remembered, resume, snapshot
from storage.backup.archive import FILES, SETTINGS, About, Reading, Unusable
from storage.backup.remembered import Remembered
from storage.backup.resume import Resumed
from storage.database import Database
from storage.database.alone import InUse, alone
from storage.database.vault import Vault
from storage.files.sealed import Foreign
from storage.upkeep.copy import NotEmpty, copy, first_filled
from storage.upkeep.seals import WrongKey

SCRATCH, FETCHED = ".restore-", ".fetched-"


class Known(Struct, frozen=True):
    """What is known of the time after the backup; ``exact`` if the database that is replaced told it; ``lost`` is where it
    should have been told if nobody did; ``unsigned`` if what lay beside the backup may be from anybody."""

    remembered: Remembered
    exact: bool
    lost: Path | None = None
    unsigned: bool = False


async def restore(settings: Settings, wanted: str, key_file: Path | None, *, check: bool = False) -> int:
    """Restore a backup, a file or in a bucket, where DATABASE_URL and FILES_URL say; with ``check``, only see whether that
    would do."""
    logs.set_up("WARNING", settings.log_format)
    if wanted.startswith("s3://"):
        if not BUCKET.match(wanted):
            raise Mistake(
                f"{wanted}: that is no bucket, which looks like s3://BUCKET/PREFIX?endpoint=https://…; {UNCHANGED}"
            )
        with explained(settings), scratch_folder(_made(place(settings)), FETCHED) as scratch:
            file, beside = await fetched(settings, wanted, scratch)
            await restore_from(settings, file, private_key(key_file), check=check, beside=beside)
        return 0
    file = found(wanted)
    key = private_key(key_file)
    await restore_from(settings, file, key, check=check, beside=None if check else remembered_beside(settings, file))
    return 0


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


async def restore_from(
    settings: Settings, file: Path, key: Identity, *, check: bool = False, final: bool = False,
    beside: Remembered | None = None,
) -> None:  # fmt: skip
    """The same with the key in hand; ``final`` if nothing happened after it was made; ``beside`` is what was remembered beside
    it, elsewhere than in the folder for backups.

    Raises Mistake with one line for whatever is wrong with the file or the key.
    """
    folder = place(settings)
    ring = vault(settings, folder)
    with explained(settings), ExitStack() as held:
        if not check:
            held.enter_context(kept_alone(settings, new=True))
        _made(folder)
        try:
            held.enter_context(alone(folder / "restore"))  # whoever comes second would sweep the first one's folder
        except InUse as used:
            raise Passing(f"another backup is being restored or tried: {used}") from None
        scratch = held.enter_context(scratch_folder(folder, SCRATCH))
        reading = Reading(file, key)
        try:
            database = await proof.unpack(reading, scratch)
            await proof.prove(database, reading.about, ring)
        except WrongKey as wrong:
            raise _another_key(wrong) from None
        except Unusable as failed:
            raise Mistake(f"{file}: {failed}; {UNCHANGED}") from None
        except OSError as failed:
            raise Mistake(f"{file}: it cannot be read, or unpacked into {folder} ({failed}); {UNCHANGED}") from None
        _describe(file, reading.about)
        if check:
            print("It can be restored.")
            return
        await _restore(settings, reading, database, ring, beside, final=final)


async def _restore(
    settings: Settings, reading: Reading, database: Path, ring: Vault, beside: Remembered | None, *, final: bool
) -> None:
    """All that changes something: first the files, which harm nobody, and the database at the very end, in one step."""
    now = utc_now()
    if is_on_server(settings):
        await _refuse_filled(settings, ring)
    await upgraded(sa.make_url(snapshot.address_of(database)), now, backups(settings))
    scratch = Database(snapshot.address_of(database), ring)
    try:
        known = await _known(settings, scratch, beside and _not_ahead(beside, now))
        try:
            async with scratch.write() as tx:
                resumed = await resume.resume(
                    tx, reading.about.made_at, known.remembered, BY, now,
                    exact=known.exact or final, hold=is_on_server(settings),
                )  # fmt: skip
        except WrongKey as wrong:
            raise _another_key(wrong) from None
        then = await _put_files(settings, reading, ring)
        if beside:
            _keep(settings, known.remembered, ring)
        Heartbeat(place(settings) / f"{database_file(settings).stem}.sent").beat(now)
        if is_on_server(settings):
            await _fill(settings, scratch)
    finally:
        await scratch.close()
    aside = None if is_on_server(settings) else _put_in_place(settings, database, now)
    _tell(settings, resumed, then, aside)
    if known.unsigned and not final:
        print(
            f"{remembered.NAME} beside the backup is not signed with this SECRET_KEY: an earlier version wrote it, or somebody "
            "else. What it says was done, too: look at /staff and at the numbers of receipts."
        )
    if not (known.exact or final):
        _tell_what_is_not_known(known, reading.about)


def _another_key(wrong: WrongKey) -> Mistake:
    if wrong.partly:
        return Mistake(
            "this backup was made while its key was exchanged, and needs both: set the other one as SECRET_KEY_BEFORE (its id "
            f"is {wrong}); {UNCHANGED}"
        )
    return Mistake(f"SECRET_KEY is not that of this backup: set the one from the sheet; {UNCHANGED}")


def _tell_what_is_not_known(known: Known, about: About) -> None:
    since = known.remembered.since
    if since and since > about.made_at:
        print(
            f"{remembered.NAME} goes back to {since:%Y-%m-%d %H:%M} UTC only, and the backup is older: who was erased between "
            "the two, and which roles and consents were taken back, cannot be known."
        )
    if known.lost:
        print(
            f"{known.lost} is not there: who was erased since, which roles and consents were taken back, and the last receipts "
            "cannot be known. If there is one elsewhere, put it there and restore once more before the start."
        )


async def _known(settings: Settings, restored: Database, beside: Remembered | None) -> Known:
    """What the folder for backups remembers, with what was remembered ``beside`` the backup, and what the database knows that
    will be replaced. Writes nothing. Raises Mistake."""
    folder, ring = backups(settings), restored.vault
    try:
        kept = remembered.join(folder, beside, ring) if beside else remembered.read(folder, ring)
    except (OSError, ValueError) as failed:
        raise Mistake(f"BACKUP_TO={folder}: {failed}; {UNCHANGED}") from None
    file = folder / remembered.NAME
    unsigned = beside is not None and not beside.signed_by
    known = Known(kept, exact=False, lost=None if beside or file.exists() else file, unsigned=unsigned)
    if is_on_server(settings) or not database_file(settings).exists():
        return known
    # Of a copy: SQLite tidies up what it opens, and removes the log of a file that is damaged.
    with scratch_folder(place(settings), f"{SCRATCH}old-") as scratch:
        return await _told_by(_copied(database_file(settings), scratch), restored, known)


def _not_ahead(beside: Remembered, now: datetime) -> Remembered:
    """A ``since`` that is yet to come, which anybody may have written who signs nothing, would keep this machine from
    remembering until then."""
    return dataclasses.replace(beside, since=min(beside.since, now)) if beside.since else beside


def _keep(settings: Settings, known: Remembered, ring: Vault) -> None:
    """Raises Mistake."""
    try:
        remembered.keep(backups(settings), known, ring)
    except (OSError, ValueError) as failed:
        raise Mistake(f"BACKUP_TO={backups(settings)}: {failed}; {UNCHANGED}") from None


def _copied(database: Path, folder: Path) -> Path:
    for tail in ("", "-wal"):
        with suppress(FileNotFoundError):
            shutil.copyfile(database.with_name(database.name + tail), folder / f"old.db{tail}")
    return folder / "old.db"


async def _told_by(copy: Path, restored: Database, known: Known) -> Known:
    """What that database knows of it, if it is the one from which the restored one was taken, grown older."""
    old = Database(snapshot.address_of(copy), restored.vault)
    try:
        async with old.read() as tx, restored.read() as other:
            if await audit.goes_on_from(tx, other):
                told = known.remembered.with_(await remembered.collect(tx))
                return replace(known, remembered=told, exact=True, lost=None)
    except (sqlite3.Error, sa.exc.DBAPIError) as failed:
        reason = getattr(failed, "orig", None) or failed
        sys.stderr.write(f"nhandao: the database that is replaced cannot be read ({reason})\n")
    finally:
        await old.close()
    return known


async def _put_files(settings: Settings, reading: Reading, ring: Vault) -> dict[str, str]:
    """Put the pictures and voice messages back that are missing; returns the settings of then. Raises Mistake where some
    are sealed with a key that is not here: a database that is put aside may need them so."""
    there, then = open_files(settings, place(settings), ring), {}
    for name, content in reading:
        if name == SETTINGS:
            then = orjson.loads(content.read())
        elif name.startswith(FILES):
            try:
                await there.put_back(name.removeprefix(FILES), content.read())
            except Foreign:
                where = f"FILES_URL={settings.shown('files_url')}" if settings.files_url else "the folder for pictures"
                raise Mistake(
                    f"{where} holds pictures that another key sealed: set SECRET_KEY_BEFORE to it, or FILES_URL to an empty "
                    f"place; {UNCHANGED}"
                ) from None
    return {str(name): str(value) for name, value in then.items()}


async def _refuse_filled(settings: Settings, ring: Vault) -> None:
    """Raises Mistake if the server's database holds anything: it would be upgraded, and pictures put back, before `_fill`
    finds that out."""
    target = Database(settings.database_url, ring)
    try:
        if filled := await first_filled(target):
            raise _not_empty(settings, f"the table {filled} already has rows")
    finally:
        await target.close()


def _not_empty(settings: Settings, why: object) -> Mistake:
    return Mistake(f"DATABASE_URL={settings.shown('database_url')}: {why}; name an empty database; {UNCHANGED}")


async def _fill(settings: Settings, restored: Database) -> None:
    """Write everything into the empty database of a server, in one transaction. Raises Mistake if it is not empty."""
    await upgraded(sa.make_url(settings.database_url), utc_now(), backups(settings))
    target = Database(settings.database_url, restored.vault)
    try:
        async for _ in copy(restored, target):
            pass
    except NotEmpty as failed:
        raise _not_empty(settings, failed) from None
    finally:
        await target.close()


def _put_in_place(settings: Settings, database: Path, now: datetime) -> Path | None:
    snapshot.make_one_file(database)
    return resume.replace(database, database_file(settings), now)


def _describe(file: Path, about: About) -> None:
    rows = sum(about.counts.values())
    print(f"{file}: made at {about.made_at:%Y-%m-%d %H:%M} UTC by version {about.version}, {rows} rows, whole.")
    warn_of_broken_act(about)


def _tell(settings: Settings, resumed: Resumed, then: dict[str, str], aside: Path | None) -> None:
    """What was done, and what is left to a human."""
    print(f"Everything is back, in DATABASE_URL={settings.shown('database_url')}.")
    if aside:
        print(f"The database that was there is now {aside}. Remove it when nobody misses anything.")
    if resumed.erased:
        print(f"Erased again, as they had asked for since: {resumed.erased} people.")
    if resumed.taken_back:
        print(
            f"Taken back again, as it was since: {resumed.taken_back} roles, consents, links and invitations. Officers prove "
            "anew who they are; look at /staff for who was appointed, and at passphrases that were changed since."
        )
    for prefix, (first, last) in resumed.gaps.items():
        print(f"Receipts of {prefix}: the numbers {first} to {last} are left out, since somebody may hold them.")
    print(
        f"Nothing is sent again by itself: broadcasts that may have gone out wait for an officer, {resumed.unsent} replies "
        f"are marked as unknown, {resumed.unhandled} messages are set aside."
    )
    now = without_secrets(settings)
    for name, value in then.items():
        if now.get(name, "") != value:
            print(f"Setting of then that is another one now: {name}={value}")
    print("Start the program, and look at /status.")
