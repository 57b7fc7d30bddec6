"""No file is deleted that a row refers to, and none is left that no row refers to, whatever happens at the same instant."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.process.app import App
from storage.database.columns import EPOCH
from storage.files import loose, voices
from storage.files.loose import GivenUp
from storage.tables import loose_files
from storage.tables import pictures as images
from storage.tables import voices as sounds
from tests.stage import BOTH, Stage, photo, sound

pytestmark = BOTH
ROUNDS = 12


def kept(stage: Stage) -> set[str]:
    return {path.name for path in (stage.folder / "files").rglob("*") if path.is_file()}


async def needed(app: App) -> set[str]:
    async with app.database.read() as tx:
        return {row["file"] for table in (images, sounds) for row in await tx.all(sa.select(table.c.file))}


async def erase_all(app: App) -> None:
    """As an erasure does: the next sweep takes them."""
    async with app.database.write() as tx:
        for table in (images, sounds):
            await tx.run(sa.update(table).where(~table.c.kept).values(created_at=EPOCH))


@pytest.mark.parametrize("late", ["before", "after"])
async def test_the_same_photo_sent_again_while_its_first_sender_is_erased_keeps_its_file(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    raw = photo(stage.folder, "same").read_bytes()
    async with stage.program() as app:
        await app.fetcher.store(raw, "room", None)
        await erase_all(app)
        again: list[str] = []
        delete = app.files.delete

        async def deleting(name: str) -> None:
            """The slowest that a sweep can be: everything else happens just before, or just after."""
            if late == "after":
                await delete(name)
            if not again:
                again.append(await app.fetcher.store(raw, "room", None))
            if late == "before":
                await delete(name)

        monkeypatch.setattr(app.files, "delete", deleting)
        await app.sweep()
        assert await app.picture(again[0])
        assert kept(stage) == await needed(app)


async def test_senders_and_sweeps_that_race_lose_no_file_and_leave_none(stage: Stage) -> None:
    raw = sound(stage.folder).read_bytes()
    async with stage.program() as app, stage.program() as other:
        for _ in range(ROUNDS):
            names = await asyncio.gather(
                app.fetcher.voice(raw, "room", None), app.sweep(), other.fetcher.voice(raw, "room", None), other.sweep()
            )
            for name in names[::2]:
                assert await other.voice(str(name)) == raw
            await erase_all(app)
        await app.sweep()
        assert kept(stage) == await needed(app)
    assert not await stage.rows(sounds)


async def test_what_a_killed_program_was_writing_or_deleting_goes_with_a_later_sweep(stage: Stage) -> None:
    async with stage.program() as app:
        before = kept(stage)
        begun = await app.database.transact(lambda tx: loose.begin(tx, app.now()))
        await app.files.put(begun, b"and killed before any row refers to it")
        async with app.database.write() as tx:
            await loose.let_go(tx, [over := loose.new_name()])
        await app.files.put(over, b"let go, and killed before it is deleted")
    async with stage.program() as app:
        await app.sweep()
        assert kept(stage) - before == {begun}
        stage.clock.forward(hours=2)
        await app.sweep()
        assert kept(stage) == before
        with pytest.raises(GivenUp):
            await app.database.transact(lambda tx: loose.claim(tx, begun))
    assert await stage.rows(loose_files) == []


async def test_a_file_that_is_written_for_too_long_gets_no_row_and_does_not_stay(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.program() as app:
        put = app.files.put

        async def putting(name: str, data: bytes) -> None:
            stage.clock.forward(seconds=(loose.UNFINISHED_FOR + timedelta(seconds=1)).total_seconds())
            await app.sweep()
            await put(name, data)

        monkeypatch.setattr(app.files, "put", putting)
        before, rows = kept(stage), len(await stage.rows(sounds))
        with pytest.raises(GivenUp):
            await app.fetcher.voice(Path(sound(stage.folder)).read_bytes(), "room", None)
        assert kept(stage) == before
    assert len(await stage.rows(sounds)) == rows


async def test_what_cannot_be_deleted_now_is_deleted_by_the_next_sweep(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.program() as app:
        name = await app.fetcher.voice(sound(stage.folder).read_bytes(), "room", None)
        async with app.database.read() as tx:
            file = await voices.find_file(tx, name)
        await erase_all(app)

        async def failing(name: str) -> None:
            raise OSError("the bucket is away")

        with monkeypatch.context() as away:
            away.setattr(app.files, "delete", failing)
            await app.sweep()
        assert file in kept(stage)
        await app.sweep()
        assert file not in kept(stage)
