"""Files are kept whole or not at all, under names that lead nowhere else."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.backup import backup
from bot.cli.doctor import bucket as bucket_of_doctor
from bot.cli.restore import restore
from bot.declared import Secret
from bot.process.startup import utc_now
from bot.turn.operate import Mistake, Passing
from storage import audit
from storage.backup import keys, remembered, shelf
from storage.database.vault import VERSION, Vault
from storage.files import Files, Folder, NoSuchFile, loose
from storage.files.s3 import Bucket, store_of
from storage.files.sealed import Sealed
from storage.tables import pictures
from tests import ROOT
from tests.fakes import s3
from tests.fakes.ports import free_port
from tests.stage import KEY, NINE, Stage
from tests.started import nhandao


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    with s3.server() as address:
        yield address


@pytest.fixture(params=["folder", "s3"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Files]:
    """Opens one and the same place that keeps files, as each program that uses it does."""
    if request.param == "folder":
        return lambda: Folder(tmp_path)
    url = s3.bucket(request.getfixturevalue("s3_server"))
    return lambda: Bucket(url, s3.KEY, s3.SECRET)


@pytest.fixture
def files(opened: Callable[[], Files]) -> Files:
    return opened()


DATA = "một bức ảnh".encode()
NAME = "0123456789abcdef" * 4


async def test_what_was_put_can_be_got_by_its_name_until_it_is_deleted(files: Files) -> None:
    await files.put(NAME, DATA)
    assert await files.get(NAME) == DATA
    await files.delete(NAME)
    with pytest.raises(NoSuchFile):
        await files.get(NAME)


async def test_what_was_put_is_there_for_the_next_program(opened: Callable[[], Files]) -> None:
    await opened().put(NAME, DATA)
    assert await opened().get(NAME) == DATA


async def test_what_is_put_twice_under_a_name_is_kept_once(files: Files) -> None:
    await asyncio.gather(*(files.put(NAME, DATA) for _ in range(20)))
    assert await files.size() == len(DATA)


async def test_the_size_counts_every_byte_that_is_kept(files: Files) -> None:
    assert await files.size() == 0
    for length in range(50):
        await files.put(loose.new_name(), bytes(length))
    assert await files.size() == sum(range(50))


async def test_deleting_twice_is_fine(files: Files) -> None:
    await files.put(NAME, DATA)
    await files.delete(NAME)
    await files.delete(NAME)


@pytest.mark.parametrize(
    "name",
    ["", "..", "../" * 21 + "a", "/etc/passwd", NAME.upper(), NAME[:-1], NAME + "\n", NAME + "/", "\0" * 64],
)
async def test_a_name_leads_nowhere_but_to_its_own_file(files: Files, name: str) -> None:
    await files.put(NAME, DATA)
    with pytest.raises(NoSuchFile):
        await files.get(name)
    await files.delete(name)
    assert await files.get(NAME) == DATA


async def test_nobody_else_on_the_machine_may_read(tmp_path: Path) -> None:
    root = tmp_path / "data" / "pictures"
    await Folder(root).put(NAME, DATA)
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in [root, *root.rglob("*")]}
    assert modes == {True: 0o700, False: 0o600}


KILLED_BEFORE_ITS_NAME = """
import asyncio, os, signal, sys
from pathlib import Path
from storage.files import Folder

def killed(event, args):
    if event == "os.rename":
        os.kill(os.getpid(), signal.SIGKILL)

folder = Folder(Path(sys.argv[1]))
sys.addaudithook(killed)
asyncio.run(folder.put(sys.argv[2], sys.stdin.buffer.read()))
"""


async def test_a_kill_before_the_file_has_its_name_leaves_nothing_that_counts(tmp_path: Path) -> None:
    files = Folder(tmp_path)
    here = ROOT
    command = (sys.executable, "-c", KILLED_BEFORE_ITS_NAME, str(tmp_path), NAME)
    killed = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE, cwd=here)
    await killed.communicate(DATA)
    assert killed.returncode == -signal.SIGKILL
    (left,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert left.read_bytes() == DATA

    assert await files.size() == 0
    with pytest.raises(NoSuchFile):
        await files.get(NAME)
    await files.put(NAME, DATA)
    assert left.exists(), "it might still be another program's work"

    os.utime(left, (left.stat().st_atime, left.stat().st_mtime - 2 * 3600))
    await files.put(loose.new_name(), b"the next picture")
    assert not left.exists()
    assert await files.get(NAME) == DATA


async def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    files = Folder(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            await files.put(NAME, bytes(20_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


async def test_pictures_move_from_the_folder_to_a_bucket(s3_server: str, stage: Stage, tmp_path: Path) -> None:
    url = s3.bucket(s3_server)
    settings = {"CHANNELS": "web", "SECRET_KEY": KEY, "DATABASE_URL": stage.settings.database_url}
    keys = {"FILES_URL": stage.settings.files_url, "FILES_KEY": s3.KEY, "FILES_SECRET": s3.SECRET}
    status, out, err = await nhandao(tmp_path, "files", "copy", "--to", url, **settings, **keys)
    assert status == 0, err
    names = {row["file"] for row in await stage.rows(pictures)}
    assert f"{len(names)} pictures" in out
    kept = Bucket(url, s3.KEY, s3.SECRET), Folder(Path(stage.settings.files_url))
    there, here = (Sealed(place, Vault(KEY)) for place in kept)
    for name in names:
        assert await there.get(name) == await here.get(name)
        assert (await kept[0].get(name))[:1] == VERSION, "sealed there too"


async def test_each_backup_goes_into_a_bucket_too_and_old_ones_go_there_as_here(
    s3_server: str, stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = s3.bucket(s3_server)
    private, public = keys.new_pair()
    given = {
        "backup_key": public, "backup_to": str(tmp_path / "safe"), "backup_also_to": url,
        "backup_also_key": s3.KEY, "backup_also_secret": Secret(s3.SECRET),
    }  # fmt: skip
    settings = stage.settings.but(**given)
    bucket = store_of(url, s3.KEY, s3.SECRET)
    for day in range(20):
        bucket.put(shelf.name_at(stage.clock() - timedelta(days=day)), b"of another night")
    bucket.put("letter.txt", b"not ours")
    assert await backup(settings, None) == 0
    assert "It was brought to s3://" in capsys.readouterr().out
    (made,) = (tmp_path / "safe").glob("*.age")
    there = {kept["path"].rpartition("/")[2] for page in bucket.list() for kept in page}
    assert {made.name, "proven.json", "remembered.json", "letter.txt"} <= there
    assert len(there) < 15, "seven days and five weeks"
    assert bytes(bucket.get(made.name).bytes()) == made.read_bytes()
    key = tmp_path / "key"
    key.write_text(private)
    elsewhere = settings.but(
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'new' / 'bot.db'}",
        backup_to=str(tmp_path / "new" / "safe"),
    )
    assert await restore(elsewhere, url, key) == 0, "the newest"
    assert "is not there: who was erased since" not in capsys.readouterr().out
    assert (tmp_path / "new" / "bot.db").exists() and (tmp_path / "new" / "safe" / remembered.NAME).exists()
    named = url.replace("?", f"/{made.name}?")
    assert await restore(settings, named, key, check=True) == 0
    for wrong, said in (
        (url.replace("?", f"/{shelf.name_at(NINE + timedelta(days=9))}?"), "it is not there"),
        (url.replace("?", "/no?"), "no backup"),
    ):
        with pytest.raises(Mistake, match=f"{said}.*nothing was changed"):
            await restore(settings, wrong, key)
    stage.settings = settings
    async with stage.program() as app:
        assert app.nightly is not None
        for erased in ("somebody", "another"):
            async with app.database.write() as tx:
                await audit.add(tx, utc_now(), "person:1", "forget", "person:1", {"accounts": [erased]})
            await app.nightly.remember()
            assert erased.encode() in bytes(bucket.get(remembered.NAME).bytes()), "not only with the next backup"
    seen = await bucket_of_doctor.look(settings, utc_now(), timedelta(days=2))
    assert [(one.state, made.name[8:16] in one.said.replace("-", "")) for one in seen] == [("right", True)]
    nowhere = settings.but(backup_also_to=url.replace("s3://", "s3://no-"))
    away = settings.but(backup_also_to=f"s3://x?endpoint=http://127.0.0.1:{free_port()}")
    empty = settings.but(backup_also_to=url.replace("?", "/empty?"))
    late = utc_now() + timedelta(days=3)
    for its, at, why in (
        (nowhere, utc_now(), "there is no such bucket"), (away, utc_now(), "it does not answer"),
        (empty, utc_now(), "there is no backup yet"), (settings, late, "the newest of"),
    ):  # fmt: skip
        (one,) = await bucket_of_doctor.look(its, at, timedelta(days=2))
        assert (one.state, one.mend, why in one.said) == ("wrong", "nhandao backup", True), one
        assert s3.SECRET not in one.said
    made.unlink()
    with pytest.raises(Passing, match=r"is made and proven, but could not be brought .*no such bucket") as told:
        await backup(nowhere, None)
    assert s3.SECRET not in str(told.value)
    assert len(list((tmp_path / "safe").glob("*.age"))) == 1, "what is here stays"
