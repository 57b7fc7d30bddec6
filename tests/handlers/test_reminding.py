"""People are reminded of what they promised: politely, three times at most, by day, and not when they said enough."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from bot.process.app import App
from storage.tables import places, pledges
from tests.fakes.room import Room
from tests.stage import BOTH, Stage

pytestmark = BOTH


async def promise(stage: Stage, **changes: object) -> str:
    """Somebody pledges something once; returns its code."""
    await nobody_else(stage)
    await stage.agree("take_part", "announcements")
    for text in ("/pledge DC-0001", "1", "500k", "đúng"):
        await stage.say(text)
    async with stage.program() as app, app.database.write() as tx:
        newest = sa.select(sa.func.max(pledges.c.id)).scalar_subquery()
        if changes:
            await tx.run(sa.update(pledges).where(pledges.c.id == newest).values(**changes))
        return str(await tx.value(sa.select(pledges.c.code).order_by(pledges.c.id.desc()).limit(1)))


async def nobody_else(stage: Stage) -> None:
    """The demo's own people are not reminded of anything."""
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(pledges).values(reminders=False))


async def days(stage: Stage, app: App, count: int) -> list[int]:
    """Let so many days pass, three hours at a time; returns on which of them somebody was reminded."""
    found = []
    for day in range(1, count + 1):
        for _ in range(8):
            stage.clock.forward(hours=3)
            if await app.do("reminders"):
                found.append(day)
                hour = (stage.clock.at + timedelta(hours=7)).hour
                assert 7 <= hour < 21
        while await app.delivery.deliver():
            pass
    return found


async def test_of_a_pledge_one_is_reminded_three_times_a_week_apart(stage: Stage) -> None:
    code = await promise(stage)
    async with stage.program() as app:
        assert await days(stage, app, 60) == [7, 14, 21]
    told = stage.room.said[-1][1]
    assert code in told.text
    assert [b.label for b in told.buttons] == ["Trả lời", "Đăng ký của tôi", "Không cần nhắc nữa"]


async def test_who_said_enough_is_not_reminded_again_and_the_pledge_stands(stage: Stage) -> None:
    code = await promise(stage)
    async with stage.program() as app:
        assert await days(stage, app, 8) == [7]
    (said,) = await stage.say(pressed=f"/my enough {code}")
    assert said.text == f"Vâng, sẽ không nhắc về cam kết {code} nữa. Cam kết vẫn giữ nguyên."
    async with stage.program() as app:
        assert await days(stage, app, 30) == []
    assert (await stage.rows(pledges))[-1]["state"] == "new"


async def test_nobody_ends_the_reminders_of_somebody_else(stage: Stage) -> None:
    code = await promise(stage)
    await stage.agree("take_part", address="2")
    await stage.say(f"/my enough {code}", address="2")
    assert (await stage.rows(pledges))[-1]["reminders"]


async def test_who_stopped_everything_is_not_reminded(stage: Stage) -> None:
    await promise(stage)
    await stage.say("/stop")
    async with stage.program() as app:
        assert await days(stage, app, 30) == []


async def test_a_named_day_is_reminded_of_the_day_before(stage: Stage) -> None:
    await promise(stage, due_on=date(2026, 5, 20))
    async with stage.program() as app:
        assert await days(stage, app, 8) == [7]
    assert stage.clock.at < datetime(2026, 5, 20, 12, tzinfo=UTC)


async def test_what_is_given_every_month_is_due_on_its_day_until_the_last(stage: Stage) -> None:
    await promise(stage, monthly_until_on=date(2026, 8, 1))
    async with stage.program() as app:
        assert await days(stage, app, 130) == [31, 61, 92]  # 12 June, July and August
    assert stage.room.said[-1][1].text.startswith("Chào anh/chị! Tháng này lại đến kỳ")


async def test_an_open_form_gets_one_word_after_a_day_and_another_when_it_is_closed(stage: Stage) -> None:
    room = stage.room
    assert isinstance(room, Room)
    await nobody_else(stage)
    await stage.agree("take_part")
    await stage.say("/pledge DC-0001")
    before = len(room.said)
    async with stage.program() as app:
        assert await days(stage, app, 20) == [2, 8]  # touched at nine: not before the next tick
    texts = [message.text for _, message in room.said[before:]]
    assert [text.split(" phần")[0] for text in texts] == ["Anh/chị đang làm dở", "Anh/chị để dở"]
    assert await stage.rows(places) == []


async def test_who_goes_on_after_the_word_keeps_her_form(stage: Stage) -> None:
    await stage.agree("take_part")
    await stage.say("/pledge DC-0001")
    async with stage.program() as app:
        await days(stage, app, 2)
    await stage.say("1")
    async with stage.program() as app:
        await days(stage, app, 3)
    (kept,) = await stage.rows(places)
    assert kept["nudged_at"] is None or kept["nudged_at"] > kept["updated_at"]
    (said,) = await stage.say("500k")
    assert [b.label for b in said.buttons] == ["Cam kết giúp", "Để lại số điện thoại", "Sửa lại", "Hủy"]
