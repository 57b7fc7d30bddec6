"""Nothing is changed before all of it is proven, and nothing is destroyed."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio
import sqlalchemy as sa
from msgspec.structs import replace
from structlog.testing import capture_logs

from bot.cli import backup as making
from bot.cli.backup import make, make_keys, scratch_folder
from bot.cli.restore import restore, restore_from
from bot.declared import Secret
from bot.process.nightly import Nightly
from bot.process.startup import utc_now, vault
from bot.settings import Settings
from bot.turn.operate import Mistake
from locales import Speech
from storage.aid.households import shared
from storage.audit import HEAD, first_broken
from storage.audit import add as note
from storage.backup import keys, proof, remembered, resume, shelf
from storage.backup.archive import Damaged, Reading
from storage.backup.remembered import Remembered
from storage.database.vault import Vault
from storage.files import Folder, pictures
from storage.tables import accounts, addresses, audit, campaigns, consents, seals, shared_cards, staff
from storage.upkeep.upgrade import head
from tests.desk import LAN, appoint
from tests.stage import KEY, NINE, Stage
from tests.started import environment, nhandao

PRIVATE, PUBLIC = keys.new_pair()
OPENS = keys.read_private(PRIVATE)
RING = Vault(KEY)


@pytest.fixture
def settings(stage: Stage) -> Settings:
    more = {"backup_key": PUBLIC, "backup_to": str(stage.folder / "safe")}
    stage.settings = stage.settings.but(**more)
    return stage.settings


@pytest_asyncio.fixture
async def made(stage: Stage, settings: Settings) -> AsyncIterator[Path]:
    """A proven backup of the demo."""
    path = stage.folder / "one.age"
    async with stage.program() as app:
        async with app.database.write() as tx:
            await note(tx, NINE, "operator", "grant", "person:1", {})
        with scratch_folder(stage.folder, making.SCRATCH) as scratch:
            await make(app, path, scratch, NINE, PUBLIC)
    yield path


def files(folder: Path) -> dict[str, str]:
    """Every file of a folder but what says that somebody is there, by what is in it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".lock", "-shm"))
    }


async def refused(settings: Settings, path: Path, private: str = PRIVATE) -> str:
    """The one line that is said, and nothing was changed."""
    folder = path.parent
    before = files(folder)
    with pytest.raises(Mistake) as told:
        await restore_from(settings, path, keys.read_private(private))
    assert files(folder) == before
    assert told.value.status == 2
    said = str(told.value)
    assert "\n" not in said
    assert "nothing was changed" in said
    return said


async def test_what_cannot_be_restored_is_told_in_a_line_and_nothing_is_changed(made: Path, settings: Settings) -> None:
    whole = made.read_bytes()
    middle = len(whole) // 2
    for damaged, said in (
        (whole[:middle], "cut off"),
        (whole[:middle] + bytes([whole[middle] ^ 4]) + whole[middle + 1 :], "changed since"),
        (b"", "empty"),
        (b"PK" * 5000, "no backup of this program"),
    ):
        made.write_bytes(damaged)
        assert said in await refused(settings, made)
    made.write_bytes(whole)
    assert "this key does not open it" in await refused(settings, made, keys.new_pair()[0])
    other = settings.but(secret_key=Secret(KEY[::-1]))
    assert "SECRET_KEY is not that of this backup" in await refused(other, made)


async def test_a_backup_of_a_newer_version_is_refused(
    stage: Stage, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stage.folder / "newer.age"
    async with stage.program() as app:
        with scratch_folder(stage.folder, making.SCRATCH) as scratch:
            monkeypatch.setattr(making, "head", lambda: "9999")
            with pytest.raises(Exception, match="newer version"):
                await make(app, path, scratch, NINE, PUBLIC)
    assert not path.exists(), "and what does not prove itself gets no name"
    assert head() != "9999"


async def test_trying_it_changes_nothing(made: Path, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(made.parent)
    await restore_from(settings, made, OPENS, check=True)
    assert files(made.parent) == before
    assert "It can be restored." in capsys.readouterr().out


async def test_it_says_when_nothing_tells_what_happened_since(
    stage: Stage, settings: Settings, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a new machine, where only the backup itself was copied, those who were erased would come back unseen."""
    await restore_from(settings, made, OPENS)
    assert remembered.NAME not in capsys.readouterr().out, "the database that was there told it"
    for path in stage.folder.glob("bot.db*"):
        path.unlink()
    await restore_from(settings, made, OPENS)
    assert f"{remembered.NAME} is not there: who was erased since" in capsys.readouterr().out
    for path in stage.folder.glob("bot.db*"):
        path.unlink()
    remembered.keep(stage.folder / "safe", Remembered({"a": NINE}), RING)
    await restore_from(settings, made, OPENS)
    assert remembered.NAME not in capsys.readouterr().out


async def test_a_database_that_has_nothing_to_do_with_the_backup_tells_nothing_of_what_happened_since(
    stage: Stage, settings: Settings, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fresh one, of the program that was started before anybody thought of the backup: it knows no receipts."""
    for path in stage.folder.glob("bot.db*"):
        path.unlink()
    async with stage.program() as app, app.database.write() as tx:
        await note(tx, NINE, "operator", "setup", "campaign", {})
    await restore_from(settings, made, OPENS)
    out = capsys.readouterr().out
    assert "are left out, since somebody may hold them" in out
    assert f"{remembered.NAME} is not there: who was erased since" in out


@pytest.mark.parametrize("by_hand", [{"actor": "person:9"}, {}], ids=["a row", "the noted end"])
async def test_a_broken_audit_log_ends_no_backup_and_is_told_everywhere(
    stage: Stage, settings: Settings, made: Path, by_hand: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    async with stage.program() as app, app.database.write() as tx:
        if by_hand:
            await tx.run(sa.update(audit).values(by_hand))
        else:
            await tx.run(sa.update(seals).where(seals.c.name == HEAD).values(sealed=b"by hand"))
        broken = await first_broken(tx)
    assert await making.backup(settings, None) == 0
    assert f"row {broken} of the audit log" in capsys.readouterr().err
    (path,) = (stage.folder / "safe").glob("*.age")
    async with stage.program() as app:
        nightly = Nightly(app.database, app.now, settings.zone, folder=stage.folder / "safe", at=None)
        await nightly.tick()
        assert ("audit:broken", "trouble.audit") in [(one.name, one.sentence) for one in await nightly.look()]
    scratch = stage.folder / "scratch"
    scratch.mkdir()
    reading = Reading(path, OPENS)
    database = await proof.unpack(reading, scratch)
    await proof.prove(database, reading.about, vault(settings, stage.folder))
    with pytest.raises(Damaged, match="audit log"):
        await proof.prove(database, replace(reading.about, broken_act=None), vault(settings, stage.folder))
    await restore_from(settings, path, OPENS)
    assert f"row {broken} of the audit log" in capsys.readouterr().err
    async with stage.program() as app, app.database.read() as tx:
        assert await first_broken(tx) is not None, "nothing hides it"
        assert [row["act"] for row in await tx.all(sa.select(audit))][-1] == "restore"


async def test_a_log_that_was_left_goes_aside_with_its_database(stage: Stage, settings: Settings, made: Path) -> None:
    """A killed program leaves a log, which SQLite would read into whatever is in the file's place."""
    database = stage.folder / "bot.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as live:
        live.execute("PRAGMA wal_autocheckpoint=0")
        live.execute("UPDATE campaigns SET title = 'only in the log'")
        left = {tail: database.with_name(f"bot.db{tail}").read_bytes() for tail in ("", "-wal")}
    for tail, data in left.items():
        database.with_name(f"bot.db{tail}").write_bytes(data)
    database.write_bytes(b"not a database any more" + left[""][23:])  # so that nobody can read the log into it
    await restore_from(settings, made, OPENS)
    assert "only in the log" not in {row["title"] for row in await stage.rows(campaigns)}
    (aside,) = stage.folder.glob("bot-*.replaced.db")
    assert aside.read_bytes().startswith(b"not a database any more")
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == left["-wal"]


def test_killed_at_any_instant_the_old_database_or_the_new_one_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step that changes a folder is the last one, once."""

    class Killed(BaseException):
        pass

    def title(path: Path) -> str:
        with closing(sqlite3.connect(path)) as file:
            return str(file.execute("SELECT title FROM t").fetchone()[0])

    seen = set()
    for steps in range(12):
        folder = tmp_path / str(steps)
        folder.mkdir()
        for name in ("new", "old"):
            with closing(sqlite3.connect(folder / f"{name}.db")) as file:
                file.execute("CREATE TABLE t AS SELECT ? AS title", (name,))
                file.commit()
        left = iter(range(steps))

        def step(real: Any, left: Any = left) -> Any:
            def stepped(*given: Any, **named: Any) -> Any:
                if next(left, None) is None:
                    raise Killed
                return real(*given, **named)

            return stepped

        with monkeypatch.context() as patched:
            for owner, name in ((os, "link"), (Path, "unlink"), (os, "fsync"), (os, "chmod"), (Path, "replace")):
                patched.setattr(owner, name, step(getattr(owner, name)))
            try:
                aside = resume.replace(folder / "new.db", folder / "old.db", NINE)
            except Killed:
                aside = None
        seen.add(title(folder / "old.db"))
        kept = [title(path) for path in folder.glob("*.db")]
        assert "old" in kept, "the only copy was destroyed"
    assert aside is not None
    assert seen == {"old", "new"}


async def test_receipts_go_on_after_the_last_one_that_anybody_may_hold(stage: Stage, made: Path) -> None:
    """Known from the database itself, nothing is left out; otherwise a thousand, and the audit says so."""
    async with stage.program() as app:
        async with app.database.read() as tx:
            known = await remembered.collect(tx)
        (id,) = known.receipts
        seven = Remembered({}, {id: 7})
        for exact, last in ((True, 7), (False, 1007)):
            async with app.database.write() as tx:
                await tx.run(sa.update(campaigns).values(last_receipt=5))
                done = await resume.resume(tx, NINE, seven, "operator", app.now(), exact=exact)
            assert list(done.gaps.values()) == [(6, last)]
            assert await app.database.transact(lambda tx: tx.value(sa.select(campaigns.c.last_receipt))) == last
    noted = [row["details"] for row in await stage.rows(audit) if row["act"] == "restore"]
    assert [next(value for value in said.values() if "–" in str(value)) for said in noted] == ["6–7", "6–1007"]


async def test_nothing_that_was_taken_back_since_holds_again(stage: Stage) -> None:
    """Roles, consents, shared links, invitations, and a household's yes; what had ended before is no matter."""
    before, since = NINE - timedelta(days=1), NINE + timedelta(hours=1)
    await stage.agree("take_part", "announcements")
    officer = await appoint(stage, LAN)
    ends = [staff.c.revoked_at, consents.c.withdrawn_at, shared_cards.c.taken_back_at]
    async with stage.program() as app:
        async with app.database.write() as tx:
            address = await tx.value(sa.select(addresses.c.id).where(addresses.c.code == "DC-0001"))
            await shared.share(tx, address, before)
            await tx.run(sa.update(accounts).values(confirmed_at=before))
            for column in ends:
                await tx.run(sa.update(column.table).values({column.name: since}))
            await note(tx, since, f"person:{officer}", "no_consent", "address:DC-0001", {})
            known = await remembered.collect(tx)
            for column in ends:  # as the backup has it
                await tx.run(sa.update(column.table).values({column.name: None}))
        done = []
        for made_at in (since, NINE):
            async with app.database.write() as tx:
                done.append(await resume.resume(tx, made_at, known, "operator", since))
    held = len(await stage.rows(staff)) + len(await stage.rows(consents)) + 1
    assert [one.taken_back for one in done] == [0, held + 1]
    for column in ends:
        assert {row[column.name] for row in await stage.rows(column.table)} == {since}
    assert {row["confirmed_at"] for row in await stage.rows(accounts)} == {None}
    assert "DC-0001" in {row["code"] for row in await stage.rows(addresses) if not row["consented"]}


def test_what_is_remembered_only_grows(tmp_path: Path) -> None:
    folder = tmp_path / "safe"
    later = NINE + timedelta(days=1)
    assert remembered.keep(folder, Remembered({"a": NINE}, {"1": 5}), RING)
    assert not remembered.keep(folder, Remembered({}, {"1": 4}), RING), "an older database takes nothing back"
    assert remembered.read(folder, RING) == Remembered({"a": NINE}, {"1": 5})
    assert remembered.keep(folder, Remembered({"b": NINE, "a": later}, {"2": 1}, {"staff:1": NINE}), RING)
    assert remembered.read(folder, RING) == Remembered({"a": later, "b": NINE}, {"1": 5, "2": 1}, {"staff:1": NINE})
    assert not remembered.keep(folder, Remembered({}, {}, {}), RING)
    role, zoneless = '"staff:nobody": "2026-05-12T02:00:00Z"', '"staff:1": "2026-05-12T02:00:00"'
    for wrong in (
        "[]",
        *(f'{{"erased": {{}}, "receipts": {{}}, "taken_back": {{{one}}}}}' for one in (role, zoneless)),
    ):
        (folder / remembered.NAME).write_text(wrong)
        with pytest.raises(ValueError, match=remembered.NAME):
            remembered.read(folder, RING)


def test_no_date_that_somebody_else_wrote_makes_the_folder_forget(tmp_path: Path) -> None:
    """Whoever can write beside the backups in the bucket can put any date there; the folder goes on to remember."""
    later = NINE + timedelta(days=1)
    mine = Remembered({"e": NINE}, {"1": 5}, {"staff:12": NINE})
    remembered.keep(tmp_path, mine, RING)
    assert not remembered.keep(tmp_path, Remembered(since=NINE + timedelta(days=36500)), RING)
    assert remembered.read(tmp_path, RING) == mine
    assert remembered.keep(tmp_path, Remembered({"f": later}, since=later), RING)
    remembered.shorten(tmp_path, NINE, RING)
    assert set(remembered.read(tmp_path, RING).erased) == {"e", "f"}
    other = tmp_path / "new"
    assert remembered.keep(other, Remembered({"e": NINE}, since=later), RING), "where nothing is kept, all of it is"
    assert remembered.read(other, RING) == Remembered({"e": NINE}, since=later)


def test_what_is_remembered_is_signed_and_what_somebody_altered_is_refused(tmp_path: Path) -> None:
    """Of an earlier version nothing is signed: it can be read, and is signed as soon as it is written."""
    here, there = tmp_path / "here", tmp_path / "there"
    remembered.keep(here, Remembered({"e": NINE}), RING)
    remembered.shorten(here, NINE + timedelta(days=9), RING)
    remembered.keep(there, Remembered({"e": NINE, "f": NINE}, taken_back={"staff:1": NINE}), RING)
    signed = remembered.read(there, RING)
    assert set(remembered.join(here, signed, RING).erased) == {"e", "f"}, "it is ours, and goes back farther"
    assert remembered.join(here, signed, RING).since is None
    file = there / remembered.NAME
    said = orjson.loads(file.read_bytes())
    file.write_bytes(orjson.dumps({**said, "taken_back": {}}))
    with pytest.raises(ValueError, match=r"remembered\.json: altered since it was signed"):
        remembered.read(there, RING)
    for nobody_s in (
        {**said, "signed": ""},
        {**said, "signed": Vault(KEY[::-1]).sign(b"", about=remembered.NAME).hex()},
    ):
        file.write_bytes(orjson.dumps(nobody_s))
        read = remembered.read(there, RING)
        assert (read, read.signed_by) == (signed, b"")
        assert remembered.join(here, read, RING).erased == {}, "it only adds what the folder cannot have forgotten"
    newer = Vault("one that came after it", before=KEY)
    assert remembered.keep(there, Remembered(), newer), "it is signed with the newest key"
    assert remembered.read(there, newer).signed_by == newer.key_ids[0]
    assert not remembered.keep(there, Remembered(), newer)


async def test_what_lay_beside_the_backup_is_kept_only_if_the_backup_can_be_restored(
    stage: Stage, settings: Settings, made: Path
) -> None:
    """And a date of the days to come is no reason to forget until then."""
    folder = stage.folder / "safe"
    file = folder / remembered.NAME
    file.unlink(missing_ok=True)
    beside = Remembered({"e": utc_now()}, since=utc_now() + timedelta(days=36500))
    with pytest.raises(ValueError, match="nobody"):
        await restore_from(
            settings, made, OPENS, beside=dataclasses.replace(beside, taken_back={"staff:nobody": utc_now()})
        )
    assert not file.exists()
    await restore_from(settings, made, OPENS, beside=beside)
    kept = remembered.read(folder, RING)
    assert kept.since is not None and kept.since <= utc_now()
    assert "e" in kept.erased
    assert remembered.keep(folder, Remembered({"f": utc_now()}), RING)


async def test_what_is_remembered_is_shortened_to_what_the_oldest_kept_backup_needs(
    stage: Stage, settings: Settings, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the database tells every minute does not bring it back; a backup of before, from elsewhere, is said to be one."""
    folder, old, late = stage.folder / "safe", NINE - timedelta(days=1), utc_now() - timedelta(days=1)
    all_of_it = Remembered({"a": old, "b": late}, {"1": 5}, {"staff:1": old, "staff:2": late})
    remembered.keep(folder, all_of_it, RING)
    (folder / shelf.name_at(NINE)).write_bytes(b"of another day")
    assert await making.backup(settings, None) == 0
    assert {"a", "b"} <= set(remembered.read(folder, RING).erased), "one of that day is kept"
    for path in folder.glob("*.age"):
        path.unlink()
    assert await making.backup(settings, None) == 0
    remembered.keep(folder, all_of_it, RING)
    known = remembered.read(folder, RING)
    assert (set(known.erased), set(known.taken_back), known.receipts["1"]) == ({"b"}, {"staff:2"}, 5)
    capsys.readouterr()
    for path in stage.folder.glob("bot.db*"):
        path.unlink()
    await restore_from(settings, made, OPENS)
    assert "remembered.json goes back to" in capsys.readouterr().out


async def test_a_photo_that_was_altered_ends_no_backup_and_is_named(stage: Stage, settings: Settings) -> None:
    async with stage.program() as app:
        async with app.database.read() as tx:
            altered, whole = (await pictures.files(tx))[:2]
        await Folder(Path(settings.files_url)).put(altered, b"by hand")
        with capture_logs() as logs:
            kept = making._members(app, stage.folder / "copy", [altered, whole, "0" * 64])
            members = [member.name async for member in kept]
    assert members[2:] == [f"files/{whole}"]
    assert [said["file"] for said in logs] == [altered], "of what was erased meanwhile nothing is said"


async def test_a_killed_backup_leaves_no_file_that_looks_whole_and_nothing_unsealed(
    stage: Stage, settings: Settings
) -> None:
    given = {
        "CHANNELS": "web", "SECRET_KEY": KEY, "BACKUP_KEY": PUBLIC, "BACKUP_TO": settings.backup_to,
        "DATABASE_URL": settings.database_url, "FILES_URL": settings.files_url,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "backup", cwd=stage.folder, env=environment(**given),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    while process.returncode is None and not list(stage.folder.glob(f"{making.SCRATCH}*/*")):
        await asyncio.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert await process.wait() == -signal.SIGKILL
    safe = stage.folder / "safe"
    assert not list(safe.glob("*.age"))
    safe.mkdir(exist_ok=True)
    (safe / "nhandao-20260512T020000Z.tar.age.unfinished").write_text("of one that was killed later")
    status, _, err = await nhandao(stage.folder, "backup", **given)
    assert status == 0, err
    assert not list(stage.folder.glob(f"{making.SCRATCH}*"))
    kept = sorted(path.name for path in safe.iterdir() if path.suffix != ".age")
    assert kept == ["proven.json", "remembered.json"] and len(list(safe.glob("*.age"))) == 1


async def test_the_private_key_is_printed_once_and_stored_nowhere(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(stage.folder)
    env = stage.folder / ".env"
    env.write_text("CHANNELS=web")
    await make_keys(stage.settings, "vi")
    sheet = capsys.readouterr().out
    private = next(line for line in sheet.splitlines() if line.startswith("AGE-SECRET-KEY-1"))
    public = str(keys.read_private(private).to_public())
    assert env.read_text() == f"CHANNELS=web\nBACKUP_KEY={public}\n"
    assert KEY in sheet
    assert not [path for path in stage.folder.rglob("*") if path.is_file() and private.encode() in path.read_bytes()]
    with pytest.raises(Mistake, match="keep the old sheet"):
        await make_keys(stage.settings.but(backup_key=public), "vi")


def test_the_key_before_stands_on_the_sheet_as_long_as_there_is_one(stage: Stage) -> None:
    speech = Speech("en", stage.settings.zone)
    assert "SECRET_KEY_BEFORE" not in making.sheet(stage.settings, speech, PRIVATE, PUBLIC)
    both = stage.settings.but(secret_key_before=Secret(KEY[::-1]))
    said = making.sheet(both, speech, PRIVATE, PUBLIC)
    assert (
        KEY in said
        and f"SECRET_KEY_BEFORE, the key before it; backups from before the exchange still need it:\n{KEY[::-1]}\n"
        in said
    )


async def test_settings_go_along_without_what_is_secret(stage: Stage) -> None:
    shown = making.without_secrets(stage.settings.but(database_url="postgresql+asyncpg://me:hunter2@db/x"))
    assert shown["CHANNELS"] == "web"
    assert "hunter2" not in str(shown)
    assert KEY not in str(shown)


async def test_a_backup_of_the_middle_of_a_change_of_keys_names_the_one_that_is_missing(
    stage: Stage, settings: Settings
) -> None:
    """Made while half of it was sealed with either; with both it comes back, whichever is the newer one."""
    new = "the next key, as long as the first one was"
    stage.use_keys(new, KEY)
    path = stage.folder / "half.age"
    async with stage.program() as app:
        with scratch_folder(stage.folder, making.SCRATCH) as scratch:
            await make(app, path, scratch, NINE, PUBLIC)
    for one, other in ((new, KEY), (KEY, new)):
        alone = settings.but(secret_key=Secret(one))
        said = await refused(alone, path)
        assert "needs both" in said
        assert f"SECRET_KEY_BEFORE (its id is {Vault(other).key_ids[0].hex()})" in said
        both = alone.but(secret_key_before=Secret(other))
        await restore_from(both, path, OPENS, check=True)


async def test_what_is_remembered_beside_a_backup_from_elsewhere_is_read_without_being_asked_for(
    stage: Stage, settings: Settings, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brought, key = stage.folder / "stick" / made.name, stage.folder / "key.txt"
    brought.parent.mkdir()
    made.rename(brought)
    key.write_text(PRIVATE)
    remembered.keep(brought.parent, Remembered({"e": utc_now()}), RING)
    await restore(settings, str(brought), key, check=True)
    assert not (stage.folder / "safe").exists()
    told = brought.with_name(remembered.NAME).read_text()
    brought.with_name(remembered.NAME).write_text(told.replace('"e"', '"f"'))
    with pytest.raises(Mistake, match=r"stick/remembered\.json: .*altered.*nothing was changed"):
        await restore(settings, str(brought), key)
    brought.with_name(remembered.NAME).write_text(told)
    for path in stage.folder.glob("bot.db*"):
        path.unlink()
    await restore(settings, str(brought), key)
    assert "e" in remembered.read(stage.folder / "safe", RING).erased
    assert "cannot be known" not in capsys.readouterr().out


async def test_an_older_backup_is_not_said_to_fit_under_another_key(
    made: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "head", lambda: "9999")  # so that this one is of before
    await restore_from(settings, made, OPENS, check=True)
    other = settings.but(secret_key=Secret(KEY[::-1]))
    with pytest.raises(Mistake, match="SECRET_KEY is not that of this backup"):
        await restore_from(other, made, OPENS, check=True)
