"""Who is erased is gone from the database's file, its log, the pictures and the next backup, to the last byte."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from storage.backup import shelf, snapshot
from storage.database import sqlite
from storage.rights import retention
from storage.tables import deeds, metadata, units
from storage.upkeep import upgrade
from tests.canaries import where
from tests.desk import staffed
from tests.fakes.watch import HAMLET, NAME, PHONE
from tests.figures import measured
from tests.life import live
from tests.stage import NINE, Stage, sound

STORY = "Nấu cháo cho bệnh nhân nghèo"
LEAST = 12
"""Bytes of a value that stands nowhere else by chance."""


async def values(stage: Stage) -> set[bytes]:
    """Every value of every row, as its bytes stand in the file."""
    found: set[bytes] = set()
    async with stage.program() as app, app.database.read() as tx:
        for table in metadata.sorted_tables:
            texts = [column for column in table.columns if isinstance(column.type, sa.String | sa.LargeBinary)]
            for row in await tx.all(sa.select(*texts)) if texts else ():
                found |= {value if isinstance(value, bytes) else str(value).encode() for value in row.values() if value}
    return {value for value in found if len(value) >= LEAST}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_who_is_erased_is_in_no_file_log_folder_or_backup_any_more(stage: Stage) -> None:
    await staffed(stage)
    before, pictures = await values(stage), contents(stage.folder / "files").keys()
    await live(stage)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(deeds).where(deeds.c.what.startswith(STORY)).values(state="approved"))
    for text in ("/ask", "Bao giờ có chuyến xe Canary xuống thôn?", "Cửa Tùng"):
        await stage.say(text)
    await stage.say(sound=str(sound(stage.folder)))
    lived = await values(stage) - before
    assert len(contents(stage.folder / "files")) == len(pictures) + 2, "her photo and her voice"
    async with stage.program() as app:  # while it runs: the last one that closes the file takes the log away
        for text in ("/forgetme", "xóa hết"):
            stage.clock.forward(seconds=5)
            await app.engine.receive([stage.room.arrival("1", text=text)])
            await app.settle()
        unswept = (stage.folder / "bot.db-wal").read_bytes()
        stage.clock.forward(hours=1)
        await app.sweep()
        await snapshot.take(app.database, stage.folder / "backup", stage.clock())
        found = {name: (stage.folder / name).read_bytes() for name in ("bot.db", "bot.db-wal", "backup")}
    gone = lived - await values(stage)
    assert len(gone) > 60
    assert len(where(gone, {"log": unswept})["log"]) > 5, "this search finds what is there"
    assert contents(stage.folder / "files").keys() == pictures
    assert found["bot.db-wal"] == b""
    assert where(gone, found) == {}
    assert where({part.encode() for part in (NAME, PHONE, HAMLET, STORY, "chuyến xe Canary")}, found) == {}
    measured(
        "a whole life is erased: file, log, pictures, backup searched for every value",
        f"{len(gone)} values, none found",
        "the log is empty",
    )


def test_a_connection_overwrites_what_it_deletes_however_sqlite_was_compiled() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.execute("PRAGMA secure_delete=OFF")
        sqlite.prepare(opened, read_only=False)
        assert opened.execute("PRAGMA secure_delete").fetchone() == (1,)


async def test_while_somebody_reads_the_log_stays_and_nobody_waits(stage: Stage) -> None:
    change = sa.update(units).values(valid_from_on=NINE.date())
    async with stage.program() as app:
        async with app.database.read() as tx:
            await tx.first(sa.select(units))
            async with app.database.write() as other:
                assert await other.run(change)
            assert not await app.database.empty_log()
        assert await app.database.empty_log()
        assert not (stage.folder / "bot.db-wal").stat().st_size


def test_no_copy_outlives_what_privacy_says(tmp_path: Path) -> None:
    assert timedelta(weeks=shelf.WEEKS) == retention.BACKUPS
    database = tmp_path / "bot.db"
    database.touch()
    for name in ("bot-20260401T000000.backup.db", "bot-20260510T000000.backup.db", "other-20260401T000000.backup.db"):
        (tmp_path / name).touch()
    gone = upgrade.drop_old(database, NINE - retention.BACKUPS)
    assert [path.name for path in gone] == ["bot-20260401T000000.backup.db"]
    assert len(list(tmp_path.iterdir())) == 3
