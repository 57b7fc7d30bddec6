"""/status says how the program runs, and blames what is to blame."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from storage.backup import keys
from storage.campaign import staff
from storage.tables import outbox
from storage.talk import people
from storage.upkeep import instants, processes, troubles
from tests.fakes.room import Room
from tests.stage import BOTH, Stage

pytestmark = BOTH


@pytest.fixture
async def asked(stage: Stage) -> Stage:
    """An admin is there, and a second channel whose platform has not answered for ten minutes."""
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", "boss"): "vi"}, stage.clock())
        await staff.grant(tx, met["room", "boss"][0].id, "admin", None, "operator", stage.clock())
    silent = Room(name="telegram")
    silent.received_at = stage.clock() - timedelta(minutes=10)
    stage.rooms = (stage.room, silent)
    return stage


async def status(stage: Stage) -> str:
    return (await stage.say("/status", "boss"))[0].text


async def wait_in_vain(stage: Stage, channel: str, reason: str) -> None:
    """A reply that is due for ten minutes."""
    at = stage.clock() - timedelta(minutes=10)
    row = {
        "channel": channel,
        "address": "9",
        "dedupe_key": f"{channel}:x",
        "created_at": at,
        "due_at": at,
        "reason": reason,
    }
    async with stage.program() as app, app.database.write() as tx:
        # Nobody sends it here: its lease is another process's.
        leased = {"state": "leased", "leased_until": stage.clock() + timedelta(hours=1), "owner": "other"}
        await tx.run(sa.insert(outbox).values(**row, **leased))


async def test_it_says_since_when_it_runs_where_and_how_much_room_there_is(asked: Stage) -> None:
    async with asked.program() as app:
        await app.listen()
        async with app.database.write() as tx:
            other = replace(app.process, name="b", host="may-2", seen_at=asked.clock(), disk_free=5 << 29)
            await processes.note(tx, replace(other, started_at=asked.clock() - timedelta(hours=3)))
            await instants.mark(tx, instants.BACKUP, asked.clock() - timedelta(hours=6))
    said = await status(asked)
    assert "Chạy liền 3 giờ trên máy" in said
    assert "may-2" in said
    assert "2 tiến trình" in said
    assert "còn trống 2.5 GB" in said
    assert "(6 giờ trước)" in said
    asked.clock.forward(minutes=3)
    assert "Chạy liền" not in await status(asked), "who notes nothing does not run"


async def test_where_no_backup_was_made_yet_it_says_what_to_type_with_a_key_and_without(asked: Stage) -> None:
    for key, command in (("", "nhandao backup --keys"), (keys.new_pair()[1], "nhandao backup")):
        asked.settings = asked.settings.but(backup_key=key)
        assert f"“{command}”" in await status(asked)
        assert f"gõ: {command})" in (await asked.say("/health", "boss"))[0].text


async def test_processes_of_two_versions_are_told(asked: Stage) -> None:
    async with asked.program() as app:
        await app.listen()
        async with app.database.write() as tx:
            await processes.note(tx, replace(app.process, name="b", version="0.0.9", seen_at=asked.clock()))
    assert "nhiều phiên bản: 0.0.9 và 0.1.0" in await status(asked)


async def test_who_stops_runs_no_longer(asked: Stage) -> None:
    async with asked.program() as app:
        await app.listen()
        await app.leave()
    assert "Chạy liền" not in await status(asked)


async def test_a_full_disk_is_not_a_platform_that_does_not_answer(asked: Stage) -> None:
    await wait_in_vain(asked, "telegram", "ConnectError")
    said = await status(asked)
    assert "Telegram không trả lời" in said
    assert "Tin chờ gửi qua Telegram từ 08:50 12/05" in said
    async with asked.program() as app, app.database.write() as tx:
        await troubles.begin(tx, "disk:full", "trouble.disk_full", {"free": 80}, asked.clock())
    said = await status(asked)
    assert "Ổ đĩa chỉ còn 80 MB" in said
    assert "không trả lời" not in said
    assert "Tin chờ gửi qua" not in said


async def test_a_rejected_token_is_told_once_and_another_channel_s_queue_nevertheless(asked: Stage) -> None:
    await wait_in_vain(asked, "telegram", "401")
    await wait_in_vain(asked, "elsewhere", "ConnectError")
    async with asked.program() as app, app.database.write() as tx:
        await troubles.begin(tx, "telegram:rejected", "trouble.rejected", {"channel": "telegram"}, asked.clock())
    said = await status(asked)
    assert said.count("Telegram không trả lời") + said.count("Tin chờ gửi qua Telegram") == 0
    assert "Tin chờ gửi qua elsewhere" in said
    assert "Lỗi gần nhất: ConnectError" in said
    assert "Lỗi gần nhất lúc 08:50 12/05: 401" in said
    assert "Kênh Telegram đã ngừng" in said
