"""A restored backup has forgotten what was sent since: nothing may go out again by itself."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from storage.tables import accounts
from storage.tables import broadcasts as kept
from tests.fakes.crowd import announce, crowd
from tests.fakes.month import occurrences, pass_time, quiet_down, schedule
from tests.ledger import drain, rows, state
from tests.stage import Stage


def restore(stage: Stage, backup: bytes) -> None:
    for tail in ("-wal", "-shm"):
        (stage.folder / f"bot.db{tail}").unlink(missing_ok=True)
    (stage.folder / "bot.db").write_bytes(backup)


async def test_a_restored_backup_sends_nothing_by_itself(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 150)
        id = await announce(app)
        await app.broadcasting.begin()
        await app.broadcasting._round()
    backup = (stage.folder / "bot.db").read_bytes()
    async with stage.program() as app:
        stage.clock.forward(seconds=30)
        await drain(app)
        assert await state(app, id) == "done"
    restore(stage, backup)
    async with stage.program() as app:
        await app.broadcasting.begin()
        await drain(app)
        assert await state(app, id) == "paused"
        assert len(stage.room.said) == 150
        row = next(iter(await rows(app, kept)))
        assert row["problem"] == "restored"


async def test_a_restored_backup_asks_an_officer_about_the_calendar_s_messages_of_the_time_that_it_forgot(
    stage: Stage,
) -> None:
    async with stage.program() as app:
        async with app.database.write() as tx:
            hers = sa.update(accounts).where(accounts.c.address == "demo-officer")
            await tx.run(hers.values(channel="room", address="officer"))
        await crowd(app, 3)
        await schedule(app, rule="daily", at="10:00")
    backup = (stage.folder / "bot.db").read_bytes()
    stage.clock.forward(hours=1, minutes=5)
    async with stage.program() as app:
        await quiet_down(app)
    restore(stage, backup)
    stage.clock.forward(minutes=20)
    async with stage.program() as app:
        await app.broadcasting.begin()
        await quiet_down(app)
        assert [message.text.partition("\n")[0] for to, message in stage.room.said if to == "1000"] == ["hello vi"]
        (asked,) = [message for to, message in stage.room.said if to == "officer"]
        assert [button.value.split()[1] for button in asked.buttons] == ["now", "tomorrow", "drop"]
        await pass_time(app, stage.clock, stage.clock.at + timedelta(days=1), timedelta(minutes=30))
    assert len([to for to, message in stage.room.said if to == "1000"]) == 2, "the next day's goes out by itself"
    await stage.say(pressed=asked.buttons[2].value, address="officer")
    async with stage.program() as app:
        await quiet_down(app)
        assert sorted(row["state"] for row in (await occurrences(app)).values()) == ["cancelled", "done"]
