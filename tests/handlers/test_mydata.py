"""A copy of one's data is made once a day, and kept once: nobody multiplies what is kept by asking for it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from storage.rights import links, retention
from storage.tables import copies, documents, outbox, web_messages
from storage.talk import people
from tests.desk import copied, heard
from tests.fakes.room import NUMBERS, Room
from tests.figures import measured
from tests.stage import BOTH, Stage


@BOTH
async def test_a_copy_comes_once_a_day_and_again_the_day_after(stage: Stage) -> None:
    assert json.loads(await copied(stage))["accounts"][0]["channel"] == "room"
    again = (await stage.say("/mydata"))[0].text
    assert "Mỗi ngày lấy được một lần" in again
    stage.clock.forward(days=1)
    assert json.loads(await copied(stage))["person"]
    assert len(await stage.rows(documents)) == 2


async def test_where_no_file_can_be_sent_the_channel_is_named_as_people_call_it(tmp_path: Path, stage: Stage) -> None:
    zalo = Stage(tmp_path, Room(NUMBERS, name="zalo_bot"), url=stage.settings.database_url)
    assert "• kênh: Zalo\n" in (await zalo.say("/mydata"))[-1].text


async def test_asking_two_hundred_times_keeps_one_copy(stage: Stage) -> None:
    """Somebody has said much, and asks for it again and again."""
    for n in range(20):
        await stage.say(f"{n} " + "x" * 3000)
    before = sum(len(row["body"] or b"") for row in await stage.rows(outbox))
    for _ in range(20):
        async with stage.program() as app:
            await app.engine.receive([stage.room.arrival(text="/mydata") for _ in range(10)])
            await app.settle()
            await app.do("copies")
            await app.settle()
        stage.clock.forward(seconds=30)
    kept = await stage.rows(documents)
    assert len(kept) == 1
    assert len([message for message in heard(stage, "1") if message.document]) == 1
    grown = sum(len(row["body"] or b"") for row in await stage.rows(outbox)) - before
    size = len(kept[0]["content"])
    assert size > 20 * 3000
    assert grown < 400 * 1024  # of short sentences
    measured(
        "/mydata 200 times, by somebody of whom much is kept",
        f"1 copy of {size >> 10} kB kept, {grown >> 10} kB of answers; before 200 copies, each kept twice in the web chat",
    )


async def test_a_copy_is_kept_for_a_week_and_only_its_number_in_the_message(stage: Stage) -> None:
    content = await copied(stage)
    async with stage.program() as app, app.database.read() as tx:
        sealed = await tx.value(sa.select(outbox.c.body).order_by(outbox.c.id.desc()).limit(1))
        assert len(sealed) < 1000
        stored = (await tx.all(sa.select(documents)))[0]
        assert app.database.vault.open(stored["content"]) == content
    async with stage.program() as app, app.database.write() as tx:
        await retention.sweep(tx, stage.clock() + timedelta(days=6))
        assert len(await tx.all(sa.select(documents))) == 1
        await retention.sweep(tx, stage.clock() + timedelta(days=8))
        assert await tx.all(sa.select(documents)) == []
        assert await tx.all(sa.select(copies)) == []


async def test_whoever_is_forgotten_leaves_no_copy_behind(stage: Stage) -> None:
    await copied(stage)
    stage.clock.forward(days=2)
    await stage.say("/mydata")  # asked for, and not made yet
    await stage.say("/forgetme")
    await stage.say("xóa hết")
    async with stage.program() as app:
        await app.do("copies")
    assert await stage.rows(documents) == []
    assert await stage.rows(copies) == []
    assert await stage.rows(web_messages) == []


async def test_whoever_joins_another_account_waits_for_the_next_copy_all_the_same(stage: Stage) -> None:
    await copied(stage)
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", "fresh"): "vi", ("room", "1"): "vi"}, stage.clock())
        fresh, asked = met["room", "fresh"][0].id, met["room", "1"][0].id
        await links.join(tx, fresh, asked, keep_other_volunteer=False, now=stage.clock())
    assert "Mỗi ngày lấy được một lần" in (await stage.say("/mydata", "fresh"))[0].text
    assert [row["person_id"] for row in await stage.rows(copies)] == [fresh]
    measured("/mydata again by joining a fresh account", "a day's wait, as before")
