"""What admins ask for in the chat: a backup now, and an export that only their own key opens."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import backup as making
from bot.process.asked import AskedBackups
from bot.process.nightly import Failed
from bot.turn.operate import Mistake
from handlers.admins.upkeep.backup import MOST_A_DAY
from storage.audit import add as note
from storage.backup import keys, shelf
from storage.backup.archive import DATABASE, OtherKey, Reading
from storage.campaign import staff
from storage.figures import search
from storage.tables import asked_backups, audit, documents
from storage.upkeep import instants
from tests.announcing import appoint
from tests.stage import Stage

PRIVATE, PUBLIC = keys.new_pair()


class Maker:
    """Notes what it is to make, and writes something where a file is wanted; or fails."""

    def __init__(self, fails: str = "") -> None:
        self.asked: list[tuple[str, ...]] = []
        self.fails = fails

    async def __call__(self, *more: str) -> None:
        self.asked.append(more)
        if self.fails:
            raise Failed(self.fails)
        if more:
            Path(more[-1]).write_bytes(b"age-encryption.org/v1\nsealed")


async def ask(stage: Stage, folder: Path, maker: Maker) -> list[str]:
    """What the admin is told when it was made or has failed."""
    async with stage.program() as app:
        await AskedBackups(app.database, app.now, folder, maker).tick()
    return [message.text for message in await stage.later(10, "boss", "asked backups")]


async def test_an_admin_has_a_backup_made_and_is_told_when_it_has_proved_itself(stage: Stage, tmp_path: Path) -> None:
    await appoint(stage, "boss", "admin")
    stage.settings = stage.settings.but(backup_key=PUBLIC)
    assert "02:30" in (await stage.say("/saoluu", "boss"))[0].text
    assert "Đang sao lưu" in (await stage.say("/saoluu ngay", "boss"))[0].text
    assert "được làm rồi" in (await stage.say("/saoluu ngay", "boss"))[0].text
    maker = Maker()
    assert await ask(stage, tmp_path, maker) == ["Đã sao lưu xong và thử khôi phục được."]
    assert maker.asked == [()]
    assert await ask(stage, tmp_path, maker) == [], "once"
    assert await stage.rows(asked_backups) == []
    await stage.say("/saoluu ngay", "boss")
    assert await ask(stage, tmp_path, Maker("the disk is full")) == ["Chưa sao lưu được: the disk is full"]


@pytest.mark.parametrize("by_chat", [False, True])
async def test_an_export_is_laid_down_on_the_server_and_sent_only_where_that_is_allowed(
    stage: Stage, tmp_path: Path, by_chat: bool
) -> None:
    await appoint(stage, "boss", "admin")
    await appoint(stage, "lan", "admin")
    stage.settings = stage.settings.but(export_by_chat=by_chat)
    before = len(stage.room.said)
    for text in (f"/xuatdulieu {PUBLIC}", "xuất toàn bộ dữ liệu"):
        await stage.say(text, "boss")
    told = [message.text for to, message in stage.room.said[before:] if to == "lan"]
    assert len(told) == 1
    assert PUBLIC[:16] in told[0], "the other admins hear of it at once"
    maker = Maker()
    (said,) = await ask(stage, tmp_path, maker)
    (file,) = tmp_path.glob("nhandao-export-*.tar.age")
    assert maker.asked == [("--to", PUBLIC, str(file))]
    assert file.name in said and "tệp tự bị xóa" in said
    assert ("thư mục sao lưu của máy chủ (BACKUP_TO)" in said) is not by_chat
    acts = [row["act"] for row in await stage.rows(audit) if row["act"].startswith("everything")]
    assert acts == ["everything", "everything.done"]


async def test_who_lost_her_role_meanwhile_exports_nothing(stage: Stage) -> None:
    boss = await appoint(stage, "boss", "admin")
    await stage.say(f"/xuatdulieu {PUBLIC}", "boss")
    async with stage.program() as app, app.database.write() as tx:
        await staff.revoke(tx, boss, "admin", None, "operator", stage.clock())
    await stage.say("xuất toàn bộ dữ liệu", "boss")
    assert await stage.rows(asked_backups) == []


@pytest.mark.parametrize("blocked", [False, True])
async def test_who_is_no_admin_any_more_when_it_is_made_or_told_gets_nothing(
    stage: Stage, tmp_path: Path, blocked: bool
) -> None:
    """Neither is anything made for her, nor is what was made meanwhile handed over."""
    boss = await appoint(stage, "boss", "admin")
    stage.settings = stage.settings.but(export_by_chat=True)

    async def dismiss() -> None:
        async with stage.program() as app, app.database.write() as tx:
            if blocked:
                await search.block(tx, boss, "operator", stage.clock())
            else:
                await staff.revoke(tx, boss, "admin", None, "operator", stage.clock())

    async def appoint_again() -> None:
        async with stage.program() as app, app.database.write() as tx:
            await search.unblock(tx, boss, "operator", stage.clock())
            await staff.grant(tx, boss, "admin", None, "operator", stage.clock())

    async def ask_for_one() -> None:
        for text in (f"/xuatdulieu {PUBLIC}", "xuất toàn bộ dữ liệu"):
            await stage.say(text, "boss")

    await ask_for_one()
    await dismiss()
    maker = Maker()
    assert await ask(stage, tmp_path, maker) == []
    assert maker.asked == [] and list(tmp_path.glob("nhandao-export-*")) == []
    assert await stage.rows(asked_backups) == []
    await appoint_again()
    await ask_for_one()
    async with stage.program() as app:
        await AskedBackups(app.database, app.now, tmp_path, maker).tick()
    assert len(await stage.rows(documents)) == 1
    await dismiss()
    assert await stage.later(10, "boss", "asked backups") == []
    assert await stage.rows(documents) == [] and await stage.rows(asked_backups) == []


async def test_who_loses_her_role_while_it_is_made_leaves_no_file(stage: Stage, tmp_path: Path) -> None:
    boss = await appoint(stage, "boss", "admin")
    for text in (f"/xuatdulieu {PUBLIC}", "xuất toàn bộ dữ liệu"):
        await stage.say(text, "boss")
    async with stage.program() as app:

        async def make(*more: str) -> None:
            await Maker()(*more)
            async with app.database.write() as tx:
                await staff.revoke(tx, boss, "admin", None, "operator", stage.clock())

        await AskedBackups(app.database, app.now, tmp_path, make).tick()
    assert list(tmp_path.glob("nhandao-export-*")) == []
    assert "everything.done" not in [row["act"] for row in await stage.rows(audit)]


async def test_a_form_that_was_open_before_the_days_exports_were_used_up_makes_no_more(stage: Stage) -> None:
    boss = await appoint(stage, "boss", "admin")
    await stage.say(f"/xuatdulieu {PUBLIC}", "boss")
    async with stage.program() as app, app.database.write() as tx:
        for _ in range(MOST_A_DAY):
            await note(tx, stage.clock(), f"person:{boss}", "everything", "database", {})
    assert "3 lần" in (await stage.say("xuất toàn bộ dữ liệu", "boss"))[0].text
    assert await stage.rows(asked_backups) == []


async def test_an_export_that_nobody_took_away_goes_after_seven_days(stage: Stage, tmp_path: Path) -> None:
    now = stage.clock()
    old, young = (tmp_path / shelf.export_name_at(now - timedelta(days=days), 1) for days in (7, 6))
    backup, mine = tmp_path / shelf.name_at(now - timedelta(days=90)), tmp_path / "nhandao-export-mine.tar.age"
    for path in (old, young, backup, mine):
        path.write_bytes(b"sealed")
    async with stage.program() as app:
        await AskedBackups(app.database, lambda: now, tmp_path, Maker()).tick()
    assert sorted(tmp_path.glob("nhandao-*")) == sorted([young, backup, mine])


async def test_an_export_opens_with_the_key_that_was_brought_alone_and_counts_for_no_backup(
    stage: Stage, tmp_path: Path
) -> None:
    safe, _ = keys.new_pair()
    settings = stage.settings.but(backup_to=str(tmp_path / "safe"))
    file = tmp_path / "safe" / "everything.tar.age"
    assert await making.backup(settings, file, PUBLIC) == 0
    assert DATABASE in [name for name, content in Reading(file, keys.read_private(PRIVATE)) if content.read()]
    with pytest.raises(OtherKey):
        list(Reading(file, keys.read_private(safe)))
    async with stage.program() as app, app.database.read() as tx:
        assert await instants.marked(tx, instants.BACKUP) is None
    with pytest.raises(Mistake, match="age1"):
        await making.backup(settings, tmp_path / "other.tar.age", "age1nothing")
    with pytest.raises(Mistake, match="FILE"):
        await making.backup(settings, None, PUBLIC)
