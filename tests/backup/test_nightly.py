"""Every night one, by the clock; what fails is told, and tried again."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot.process import nightly
from bot.process.app import App
from bot.process.nightly import Failed, Nightly
from storage.backup import keys, proven, shelf
from storage.upkeep import instants
from tests.stage import BOTH, KEY, Stage

pytestmark = BOTH
HALF_PAST_TWO = time(2, 30)


class Maker:
    """Makes a backup, as far as the clock can tell; or fails."""

    def __init__(self, app: App) -> None:
        self.app, self.made, self.fails = app, 0, ""

    async def __call__(self) -> None:
        if self.fails:
            raise Failed(self.fails)
        self.made += 1
        await self.app.database.transact(lambda tx: instants.mark(tx, instants.BACKUP, self.app.now()))


def watch(app: App, maker: Maker, folder: Path) -> Nightly:
    return Nightly(app.database, app.now, app.settings.zone, folder=folder, at=HALF_PAST_TWO, make=maker)


async def test_one_is_made_every_night_whichever_process_looks_first(stage: Stage, tmp_path: Path) -> None:
    async with stage.program() as app:
        maker = Maker(app)
        two = [watch(app, maker, tmp_path / "safe") for _ in range(2)]

        async def tick() -> int:
            for one in two:
                await one.tick()
            return maker.made

        assert await tick() == 1, "the first one at once"
        stage.clock.forward(hours=17)  # two o'clock in the night
        assert await tick() == 1
        stage.clock.forward(minutes=31)
        assert await tick() == 2
        stage.clock.forward(hours=20)
        assert await tick() == 2
        stage.clock.forward(days=3)  # it was switched off
        assert await tick() == 3
        assert [await one.look() for one in two] == [[], []]


async def test_a_backup_that_fails_is_told_and_tried_again_after_an_hour(stage: Stage, tmp_path: Path) -> None:
    async with stage.program() as app:
        maker = Maker(app)
        one = watch(app, maker, tmp_path / "safe")
        maker.fails = "no space is left"
        await one.tick()
        (alarm,) = await one.look()
        assert (alarm.sentence, alarm.params) == ("trouble.backup.failed", {"reason": "no space is left"})
        maker.fails = ""
        await one.tick()
        assert maker.made == 0, "not every minute"
        stage.clock.forward(minutes=61)
        await one.tick()
        assert maker.made == 1
        assert await one.look() == []


async def test_admins_are_told_when_the_last_one_is_old(stage: Stage, tmp_path: Path) -> None:
    async with stage.program() as app:
        one = watch(app, Maker(app), tmp_path / "safe")
        assert await one.look() == []
        stage.clock.forward(hours=49)
        (alarm,) = await one.look()
        assert alarm.sentence == "trouble.backup.old"
        await one.tick()
        assert await one.look() == []


async def test_admins_are_told_of_a_backup_that_is_not_what_it_was(stage: Stage, tmp_path: Path) -> None:
    async with stage.program() as app:
        folder = tmp_path / "safe"
        folder.mkdir()
        last = folder / shelf.name_at(stage.clock())
        last.write_bytes(b"sealed")
        proven.note(last)
        await Maker(app)()
        one = watch(app, Maker(app), folder)
        await one.tick()
        assert await one.look() == []
        last.write_bytes(b"")
        stage.clock.forward(days=1)
        await one.tick()
        await one.tick()
        (alarm,) = await one.look()
        assert (alarm.sentence, alarm.params) == ("trouble.backup.changed", {"names": last.name})


async def test_the_night_s_backup_is_made_by_a_process_of_its_own(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("CHANNELS", "web"), ("SECRET_KEY", KEY), ("DATABASE_URL", stage.settings.database_url),
        ("FILES_URL", stage.settings.files_url), ("BACKUP_KEY", keys.new_pair()[1]), ("BACKUP_TO", str(tmp_path / "safe")),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    async with stage.program() as app:
        one = Nightly(app.database, app.now, app.settings.zone, folder=tmp_path / "safe", at=HALF_PAST_TWO)
        await one.tick()
        assert await one.look() == []
        assert len(list((tmp_path / "safe").glob("*.age"))) == 1
        async with app.database.read() as tx:
            assert await instants.marked(tx, instants.BACKUP) is not None
        (tmp_path / "file").write_text("no folder")
        monkeypatch.setenv("BACKUP_TO", str(tmp_path / "file"))
        with pytest.raises(Failed, match="could not be made"):
            await nightly.made_beside()
