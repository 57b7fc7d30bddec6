"""Photos and voice messages lie sealed on the disk; what an earlier version kept in clear is sealed in the background."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.database.vault import VERSION, Vault
from storage.files import Folder, NoSuchFile, loose, pictures
from storage.files.pictures import Stored
from storage.files.sealed import Foreign, Sealed
from storage.tables import pictures as images
from storage.tables import seals
from storage.upkeep import sealing_files
from storage.upkeep.seals import FilesWalk, read_files, write_files
from tests.figures import measured
from tests.sealed import NEW, seal_all
from tests.stage import BOTH, KEY, NINE, Stage

PHOTOS = [b"\xff\xd8 photo %d" % n for n in range(5)]
NAMES = [loose.new_name() for _ in PHOTOS]
TEN_MEGABYTES = 10_000_000


async def test_what_is_kept_says_nothing_and_opens_under_its_own_name_only(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    files = Sealed(folder, Vault(KEY))
    first, second = NAMES[:2]
    for name, photo in zip(NAMES, PHOTOS, strict=True):
        await files.put(name, photo)
    kept = await folder.get(first)
    assert kept[:1] == VERSION and PHOTOS[0] not in kept
    assert await files.get(first) == PHOTOS[0]
    await folder.put(second, kept)
    for altered in (kept, kept[:-1], b"", b"\xff\xd8 of somebody else"):
        await folder.put(second, altered)
        with pytest.raises(NoSuchFile):
            await files.get(second)
    with pytest.raises(NoSuchFile):
        await files.seal_anew(second)
    with pytest.raises(NoSuchFile):
        await Sealed(folder, Vault(NEW)).get(first)


async def test_a_photo_of_ten_megabytes_is_in_memory_three_times_at_most(tmp_path: Path) -> None:
    files, photo = Sealed(Folder(tmp_path), Vault(KEY)), os.urandom(TEN_MEGABYTES)
    tracemalloc.start()
    try:
        await files.put(NAMES[0], photo)
        put = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        assert await files.get(NAMES[0]) == photo
        got = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(put, got) < 3.2 * TEN_MEGABYTES
    measured(
        "a photo of 10 MB is sealed, and opened", f"{max(put, got) / 1e6:.0f} MB at most", "beside the photo itself"
    )


@BOTH
async def test_photos_of_an_earlier_version_are_shown_meanwhile_and_sealed_in_steps_that_may_be_killed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing_files, "MOST", 2)
    async with stage.program() as app:
        nobodys = await plain(stage, app.database)
        async with app.database.write() as tx:
            await tx.run(sa.delete(seals).where(seals.c.name.startswith("files:")))
    folder, erased, steps, finished = Folder(Path(stage.settings.files_url)), "", 0, False
    while not finished:
        async with stage.program() as app:  # killed after each step
            async with app.database.read() as tx:
                files, walk = await pictures.files(tx), await read_files(tx)
            assert all([await app.files.get(file) for file in files])
            if not erased and (found := [file for file in walk.hand if file in nobodys]):
                erased = found[0]
                photo = await app.files.get(erased)
                async with app.database.write() as tx:  # its owner is erased while it is being sealed
                    await tx.run(sa.delete(images).where(images.c.file == erased))
                await app.files.delete(erased)
                await app.files.put(
                    erased, photo
                )  # and the process is killed before it looks whether it is still needed
            await sealing_files.step(app.database, app.files)
            steps += 1
            async with app.database.read() as tx:
                finished = (await read_files(tx)).rests
    assert steps > 2 * (len(PHOTOS) // 2)  # all are looked through once more, since some were changed
    assert {(await folder.get(file))[:1] for file in files} == {VERSION}
    with pytest.raises(NoSuchFile):
        await folder.get(erased)


async def test_a_photo_that_was_altered_is_told_and_holds_nothing_up(stage: Stage) -> None:
    async with stage.program() as app:
        file = (await plain(stage, app.database))[0]
        await Folder(Path(stage.settings.files_url)).put(file, b"by hand")
        async with app.database.write() as tx:
            await write_files(tx, FilesWalk())
        lost: list[str] = []
        while not (done := await sealing_files.step(app.database, app.files)).finished:
            lost += done.lost
        assert set(lost) == {file}  # once for each time that all are looked through


async def test_the_key_before_is_needed_until_the_photos_are_sealed_anew(stage: Stage) -> None:
    async with stage.program() as app:
        await app.files.put(file := NAMES[0], PHOTOS[0])
        async with app.database.write() as tx:
            await pictures.add(tx, None, Stored(file, 1, 1), 1, NINE)
    stage.use_keys(NEW, KEY)
    async with stage.program() as app:
        assert await app.files.get(file) == PHOTOS[0]
        await seal_all(app)
    stage.use_keys(NEW)
    async with stage.program() as app:
        assert await app.files.get(file) == PHOTOS[0]


async def plain(stage: Stage, database: Database) -> list[str]:
    """Photos in clear, as an earlier version kept them; returns their files."""
    folder = Folder(Path(stage.settings.files_url))
    kept = [hashlib.sha256(photo).hexdigest() for photo in PHOTOS]
    for file, photo in zip(kept, PHOTOS, strict=True):
        await folder.put(file, photo)
    async with database.write() as tx:
        for file in kept:
            await pictures.add(tx, None, Stored(file, 1, 1), 1, NINE)
    return kept


async def test_what_a_process_of_an_earlier_version_kept_beside_is_sealed_after_the_next_start(stage: Stage) -> None:
    async with stage.program() as app:
        await seal_all(app)
        file = (await plain(stage, app.database))[0]  # all is sealed already
    async with stage.program() as app:
        await seal_all(app)
    assert (await Folder(Path(stage.settings.files_url)).head(file))[:1] == VERSION


async def test_putting_back_fills_what_is_missing_and_touches_nothing_that_another_key_sealed(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    await Sealed(folder, Vault(KEY)).put(name := NAMES[0], PHOTOS[0])
    kept = await folder.get(name)
    with pytest.raises(Foreign):
        await Sealed(folder, Vault(NEW)).put_back(name, PHOTOS[0])
    await Sealed(folder, Vault(NEW, KEY)).put_back(name, PHOTOS[0])
    assert await folder.get(name) == kept
    await folder.put(name, kept[:-1])
    await Sealed(folder, Vault(KEY)).put_back(name, PHOTOS[0])
    assert await Sealed(folder, Vault(KEY)).get(name) == PHOTOS[0]
