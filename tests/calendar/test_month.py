"""The calendar sends by itself: on time, once, never at night, never late without asking."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from storage import audit
from storage.broadcast import counts
from storage.broadcast.audience import Audience
from storage.campaign import calendar, campaigns
from storage.tables import accounts, addresses, deeds, deliveries
from storage.tables import audit as written
from storage.tables import campaigns as kept
from tests.announcing import appoint
from tests.fakes.crowd import crowd
from tests.fakes.month import campaign_of, days_are, occurrences, pass_time, quiet_down, schedule
from tests.fakes.room import Room
from tests.stage import BOTH, Stage

TODAY = "2026-05-12"
NOON = datetime(2026, 5, 12, 5, tzinfo=UTC)
"""Noon in Việt Nam. The stage begins at nine."""


def heard(stage: Stage, address: str = "1000") -> list[str]:
    """The first lines of what somebody got."""
    return [message.text.partition("\n")[0] for to, message in stage.room.said if to == address]


async def officer(stage: Stage) -> None:
    """The demo's officer speaks in the room from now on."""
    async with stage.program() as app, app.database.write() as tx:
        hers = sa.update(accounts).where(accounts.c.address == "demo-officer")
        await tx.run(hers.values(channel="room", address="officer"))


@BOTH
async def test_a_message_goes_out_within_a_minute_of_its_time_and_once(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 20)
        await schedule(app, rule=TODAY, at="10:00")
        await pass_time(app, stage.clock, NOON - timedelta(hours=2, seconds=1), timedelta(minutes=5))
        assert heard(stage) == []
        await pass_time(app, stage.clock, NOON - timedelta(hours=1, minutes=59))
        assert heard(stage) == ["hello vi"]
        await pass_time(app, stage.clock, NOON, timedelta(minutes=10))
    assert Counter(to for to, _ in stage.room.said) == {str(1000 + n): 1 for n in range(20)}


@BOTH
async def test_two_replicas_and_a_restart_tick_to_the_same_result(stage: Stage) -> None:
    async with stage.program() as one:
        await crowd(one, 5)
        await schedule(one, rule=TODAY, at="10:00")
        stage.clock.forward(hours=1)
        async with stage.program() as two:
            for app in (one, two, one, two):
                await app.do("calendar")
    async with stage.program() as again:
        await again.do("calendar")
        await quiet_down(again)
        assert len(await occurrences(again)) == 1
    assert len(stage.room.said) == 5


async def test_what_was_due_before_it_was_switched_on_is_never_sent(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 1)
        await schedule(app, rule=TODAY, at="08:59")
        await pass_time(app, stage.clock, NOON, timedelta(minutes=10))
        assert await occurrences(app) == {}


@BOTH
async def test_after_a_long_downtime_an_officer_is_asked_and_her_word_counts(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        await crowd(app, 3)
        await schedule(app, rule=TODAY, at="10:00")
    stage.clock.forward(hours=3, minutes=1)
    async with stage.program() as app:
        await quiet_down(app)
        assert heard(stage) == []
        (asked,) = [m for to, m in stage.room.said if to == "officer"]
        assert "10:00" in asked.text
        assert [b.value.split()[1] for b in asked.buttons] == ["now", "tomorrow", "drop"]
    await stage.say(pressed=asked.buttons[0].value, address="officer")
    async with stage.program() as app:
        await quiet_down(app)
    assert heard(stage) == ["hello vi"]
    (again,) = await stage.say(pressed=asked.buttons[2].value, address="officer")
    assert again.text == "Việc này đã có người quyết định rồi."


@BOTH
async def test_what_is_late_waits_for_tomorrow_morning_or_is_dropped(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        await crowd(app, 3)
        await schedule(app, "one", rule=TODAY, at="10:00", audience=Audience(language="vi"))
        await schedule(app, "two", rule=TODAY, at="10:00", audience=Audience(language="en"))
        await crowd(app, 2, first=2000, language="en")
    stage.clock.forward(hours=4)
    async with stage.program() as app:
        await quiet_down(app)
    one, two = [m for to, m in stage.room.said if to == "officer"]
    await stage.say(pressed=one.buttons[1].value, address="officer")
    await stage.say(pressed=two.buttons[2].value, address="officer")
    async with stage.program() as app:
        await pass_time(app, stage.clock, NOON + timedelta(hours=23), timedelta(minutes=10))
        assert heard(stage) == ["one vi"]
        assert heard(stage, "2000") == []
        async with app.database.read() as tx:
            assert await counts.find_unbalanced(tx) == []
        states = sorted(row["state"] for row in (await occurrences(app)).values())
        assert states == ["cancelled", "done"]


async def test_what_is_a_day_late_is_not_even_asked_about(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        await crowd(app, 1)
        await schedule(app, rule="daily", at="10:00")
    stage.clock.forward(days=3)
    async with stage.program() as app:
        await quiet_down(app)
        problems = Counter(row["problem"] for row in (await occurrences(app)).values())
        assert problems == {"expired": 2, "late": 1}  # the last is 23 hours late
    assert heard(stage) == []


@BOTH
async def test_nobody_gets_two_messages_a_day_and_whoever_was_left_out_is_offered(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        ids = await crowd(app, 3)
        await schedule(app, "one", rule=TODAY, at="10:00")
        await schedule(app, "two", rule=TODAY, at="11:00")
        await schedule(app, "alarm", rule=TODAY, at="11:30", urgent=True)
        await pass_time(app, stage.clock, NOON - timedelta(hours=1, minutes=30), timedelta(minutes=10))
        (late,) = await crowd(app, 1, first=3000)
        assert late not in ids
        await pass_time(app, stage.clock, NOON, timedelta(minutes=10))
    assert heard(stage) == ["one vi", "alarm vi"]
    assert heard(stage, "3000") == ["two vi", "alarm vi"]
    (offer,) = [m for to, m in stage.room.said if to == "officer"]
    assert "3 người" in offer.text
    await stage.say(pressed=offer.buttons[0].value, address="officer")
    async with stage.program() as app:
        await pass_time(app, stage.clock, NOON + timedelta(hours=24), timedelta(minutes=10))
    assert heard(stage) == ["one vi", "alarm vi", "two vi"]
    assert heard(stage, "3000") == ["two vi", "alarm vi"]


@BOTH
async def test_a_channel_s_month_has_room_for_so_many(stage: Stage) -> None:
    stage.settings = stage.settings.but(calendar_a_month="room 2")
    async with stage.program() as app:
        await crowd(app, 2)
        await schedule(app, rule="daily", at="10:00")
        await pass_time(app, stage.clock, NOON + timedelta(days=4), timedelta(hours=1))
        async with app.database.read() as tx:
            assert await counts.find_unbalanced(tx) == []
    assert heard(stage) == ["hello vi", "hello vi"]


async def test_each_channel_has_its_own_quiet_hours(stage: Stage) -> None:
    stage.rooms = (Room(), Room(name="early"))
    stage.settings = stage.settings.but(quiet_hours_on="early 20:00-11:00")
    async with stage.program() as app:
        await crowd(app, 1)
        await crowd(app, 1, channel="early", first=2000)
        await schedule(app, rule=TODAY, at="10:00")
        await pass_time(app, stage.clock, NOON - timedelta(hours=1, minutes=1), timedelta(minutes=10))
        early = stage.rooms[1]
        assert isinstance(early, Room)
        assert (len(stage.room.said), len(early.said)) == (1, 0)
        await pass_time(app, stage.clock, NOON - timedelta(minutes=59))
        assert (len(stage.room.said), len(early.said)) == (1, 1)


@BOTH
async def test_two_officers_who_change_two_days_at_the_same_instant_change_both(stage: Stage) -> None:
    days = ["2026-05-13", "2026-05-14", "2026-05-15"]
    async with stage.program() as app:
        number = await schedule(app, rule="daily", at="10:00")
        campaign = await campaign_of(app)
        async with app.database.read() as tx:
            seen = await calendar.find(tx, campaign.id, number)
        assert seen is not None

        async def skip(day: str) -> None:
            async with app.database.write() as tx:
                await calendar.change_day(tx, seen, day, "")

        await asyncio.gather(*map(skip, days))
        async with app.database.read() as tx:
            now = await calendar.find(tx, campaign.id, number)
        assert now is not None
        assert dict(now.changes) == dict.fromkeys(days, "")


async def test_it_gives_way_on_the_day_of_another_and_says_nothing_later(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 1)
        await schedule(app, "small", rule="daily", at="10:00", priority=1)
        big = await schedule(app, "big", rule=TODAY, at="11:00")
        await pass_time(app, stage.clock, NOON - timedelta(hours=1, minutes=30), timedelta(minutes=10))
        campaign = await campaign_of(app)
        async with app.database.write() as tx:
            one = await calendar.find(tx, campaign.id, big)
            assert one is not None
            await calendar.change_day(tx, one, TODAY, "")
        await pass_time(app, stage.clock, NOON + timedelta(days=1), timedelta(minutes=30))
    assert heard(stage) == ["small vi"]  # of the next day


@BOTH
async def test_today_s_address_is_the_least_helped_that_was_not_told_of_and_is_frozen(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 1)
        await schedule(
            app, rule="daily", at="10:00", content="address", texts={"vi": "{code}\n{address}", "en": "{code}"}
        )
        async with app.database.write() as tx:
            hidden = sa.update(addresses).where(addresses.c.code == "DC-0007")
            await tx.run(hidden.values(consented=False))
        await pass_time(app, stage.clock, NOON + timedelta(days=18), timedelta(hours=1))
        told = heard(stage)
        assert len(told) == len(set(told)) > 5
        assert "DC-0007" not in told
        rows = [row for row in (await occurrences(app)).values() if not row["problem"]]
        assert all(row["texts"]["vi"].startswith("DC-") and row["subject"] and row["picture"] for row in rows)


async def test_where_there_is_nothing_to_say_nothing_is_sent_and_the_officer_is_told(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        await crowd(app, 1)
        async with app.database.write() as tx:
            await tx.run(sa.update(deeds).values(state="new"))
        await schedule(app, rule=TODAY, at="10:00", content="deeds", texts={"vi": "{deeds}", "en": "{deeds}"})
        await pass_time(app, stage.clock, NOON, timedelta(minutes=10))
        (row,) = (await occurrences(app)).values()
        assert (row["state"], row["problem"]) == ("cancelled", "nothing")
    assert heard(stage) == []
    assert [m.text.startswith("🗓 Tin “hello” lúc 10:00") for to, m in stage.room.said if to == "officer"] == [True]


async def test_a_line_with_the_theme_of_the_year_is_left_out_while_there_is_none(stage: Stage) -> None:
    text = "Hello!\nTheme: {theme}\nHelp."
    async with stage.program() as app:
        await crowd(app, 1)
        await schedule(app, "one", rule=TODAY, at="10:00", texts={"vi": text, "en": text})
        await pass_time(app, stage.clock, NOON, timedelta(minutes=30))
        async with app.database.write() as tx:
            await tx.run(sa.update(kept).values(theme="Lan tỏa {name}"))
        await schedule(app, "two", rule="2026-05-13", at="10:00", texts={"vi": text, "en": text})
        await pass_time(app, stage.clock, NOON + timedelta(days=1), timedelta(minutes=30))
    said = [message.text.partition("\n\n")[0] for to, message in stage.room.said if to == "1000"]
    assert said == ["Hello!\nHelp.", "Hello!\nTheme: Lan tỏa (name)\nHelp."]


async def test_words_of_residents_are_never_read_as_markup(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 1)
        async with app.database.write() as tx:
            first = sa.select(sa.func.min(deeds.c.id)).scalar_subquery()
            changed = sa.update(deeds).where(deeds.c.id == first)
            await tx.run(sa.update(deeds).values(state="new"))
            await tx.run(changed.values(state="approved", what="*Giúp* {name} [ở đây](https://evil.example)"))
        await schedule(app, rule=TODAY, at="10:00", content="deeds", texts={"vi": "Tuần\n{deeds}", "en": "{deeds}"})
        await pass_time(app, stage.clock, NOON, timedelta(minutes=10))
    (message,) = [m for to, m in stage.room.said if to == "1000"]
    assert message.spans == ()
    assert "(name)" in message.text


async def test_the_evening_before_the_officers_see_tomorrow_s_messages_once(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        await crowd(app, 1)
        await schedule(app, rule="2026-05-13", at="10:00")
        await pass_time(app, stage.clock, NOON + timedelta(hours=11), timedelta(minutes=10))
    assert [m.text.partition("\n")[0] for to, m in stage.room.said if to == "officer"] == [
        "🔎 XEM TRƯỚC, chưa gửi cho ai. Ngày mai 10:00: “hello”"
    ]
    assert heard(stage) == []


async def test_a_process_that_dies_while_it_sends_leaves_the_rest_to_an_officer_once_it_is_too_late(
    stage: Stage,
) -> None:
    await officer(stage)
    async with stage.program() as app:
        await crowd(app, 250)
        await schedule(app, rule=TODAY, at="10:00")
        stage.clock.forward(hours=1)
        await app.do("calendar")
        for _ in range(2):
            await app.broadcasting.deliver()
        some = len(stage.room.said)
        assert 0 < some < 250
    stage.clock.forward(hours=5)
    async with stage.program() as app:
        await app.broadcasting.begin()
        await quiet_down(app)
        assert sum(to != "officer" for to, _ in stage.room.said) == some
        (row,) = (await occurrences(app)).values()
        assert (row["state"], row["problem"]) == ("paused", "late")


async def test_everything_the_calendar_does_by_itself_is_on_record(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 1)
        await schedule(app, rule=TODAY, at="10:00")
        await pass_time(app, stage.clock, NOON, timedelta(minutes=30))
        async with app.database.read() as tx:
            acts = [row["act"] for row in await tx.all(sa.select(written).order_by(written.c.id))]
            assert await audit.first_broken(tx) is None
    assert acts[-3:] == ["calendar.occur", "broadcast.start", "broadcast.done"]


async def test_the_cap_looks_at_the_day_of_the_campaign_s_zone(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 1)
        await schedule(app, "evening", rule=TODAY, at="20:50")
        await schedule(app, "morning", rule="2026-05-13", at="07:10")
        await pass_time(app, stage.clock, NOON + timedelta(days=1), timedelta(minutes=10))
        async with app.database.read() as tx:
            assert {row["state"] for row in await tx.all(sa.select(deliveries))} == {"sent"}
    assert heard(stage) == ["evening vi", "morning vi"]


async def test_days_of_a_campaign_are_no_constants(stage: Stage) -> None:
    async with stage.program() as app:
        await crowd(app, 1)
        async with app.database.write() as tx:
            await days_are(tx, date(2026, 3, 1), date(2026, 5, 13))
        await schedule(app, rule="last-0", at="10:00")
        await pass_time(app, stage.clock, NOON + timedelta(days=1), timedelta(hours=1))
    assert heard(stage) == ["hello vi"]


@BOTH
async def test_a_campaign_that_is_switched_off_says_nothing_and_catches_nothing_up_later(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        await crowd(app, 1)
        await schedule(app, rule="daily", at="10:00")
        campaign = await campaign_of(app)
        async with app.database.write() as tx:
            await campaigns.switch(tx, campaign.id, False, "test", app.now())
        await pass_time(app, stage.clock, NOON + timedelta(days=3), timedelta(hours=1))
        assert await occurrences(app) == {}
        async with app.database.write() as tx:
            admin = await tx.value(sa.select(accounts.c.person_id).where(accounts.c.address == "demo-admin"))
            await tx.run(
                sa.update(accounts).where(accounts.c.person_id == admin).values(channel="room", address="admin")
            )
    (listed,) = await stage.say("/lịch", "officer")
    assert "Chiến dịch đang tắt nên chưa tin nào được gửi." in listed.text
    await stage.say(f"/campaign on {campaign.prefix}", "admin")
    async with stage.program() as app:
        await pass_time(app, stage.clock, NOON + timedelta(days=4), timedelta(hours=1))
    assert heard(stage) == ["hello vi"]
    assert not [m for to, m in stage.room.said if to == "officer" and m.buttons and "now" in m.buttons[0].value]


async def test_who_changes_the_days_of_a_campaign_hears_which_messages_no_longer_fit(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        await schedule(app, "nineteenth", rule="05-19", at="10:00")
        await schedule(app, "last", rule="last-0", at="10:00")
        async with app.database.write() as tx:
            hers = sa.update(accounts).where(accounts.c.address == "demo-admin")
            await tx.run(hers.values(channel="room", address="admin"))
    for text in ("/campaign edit", "ngày kết thúc", "15/5"):
        await stage.say(text, "admin")
    said = await stage.say("đúng", "admin")
    why = "• nineteenth: Ngày 19/05/2026 nằm ngoài chiến dịch (01/05/2026 – 15/05/2026). Mời anh/chị chọn ngày khác."
    assert why in said[-1].text
    assert [m.text.splitlines()[-1] for to, m in stage.room.said if to == "officer"] == [why]
    (listed,) = await stage.say("/lịch tin", "officer")
    assert "⚠️" in listed.text


async def test_a_newcomer_hears_what_matters_still_and_nothing_of_what_is_over(stage: Stage) -> None:
    async with stage.program() as app:
        await schedule(app, "opening", rule="first+0", at="10:00", priority=9)
        await schedule(app, "every day", rule="daily", at="10:00", priority=1)
        await schedule(app, "nineteenth", rule="05-19", at="10:00", priority=7)
        await schedule(app, "closing", rule="last-0", at="10:00", priority=9)
    await stage.say("/consent")
    await stage.say("2")
    await stage.say("1 2")
    told = "\n".join(message.text for message in await stage.say("xong"))
    assert "Sắp tới trong tháng:\n• Thứ Ba 19/5: nineteenth\n• Chủ nhật 31/5: closing" in told
    await stage.say("/consent", "2")
    assert not [message for message in await stage.say("1", "2") if "Sắp tới" in message.text], "she wants no messages"


async def test_the_rehearsal_has_buttons_to_change_move_or_leave_out(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        await crowd(app, 1)
        id = await schedule(app, rule="2026-05-13", at="10:00")
        await pass_time(app, stage.clock, NOON + timedelta(hours=11), timedelta(minutes=10))
    (shown,) = [m for to, m in stage.room.said if to == "officer"]
    assert [(button.label, button.value) for button in shown.buttons] == [
        ("Sửa", f"/calendar edit {id}"),
        ("Dời", f"/calendar move {id} 2026-05-13"),
        ("Bỏ lần này", f"/calendar skip {id} 2026-05-13"),
    ]
    assert "Đã bỏ “hello”" in (await stage.say(shown.buttons[2].value, "officer"))[0].text
    async with stage.program() as app:
        await pass_time(app, stage.clock, NOON + timedelta(days=1), timedelta(minutes=10))
    assert heard(stage) == []


async def test_every_day_that_is_still_to_come_can_be_left_out(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        id = await schedule(app, rule="daily", at="10:00")
    asked = (await stage.say(f"/calendar skip {id}", "officer"))[0]
    offered = [button.value for button in asked.buttons]
    while (more := next((value for value in offered if " after " in value), "")) and "2026-05-31" not in str(offered):
        offered = [button.value for button in (await stage.say(more, "officer"))[0].buttons]
    await stage.say(f"/calendar skip {id} 2026-05-31", "officer")
    assert f"/calendar skip {id} 2026-05-31" in offered
    async with stage.program() as app, app.database.read() as tx:
        kept = await calendar.find(tx, (await campaign_of(app)).id, id)
    assert kept is not None and kept.changes == {"2026-05-31": ""}


async def test_officers_hear_once_a_week_of_messages_without_a_day(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        campaign = await campaign_of(app)
        async with app.database.write() as tx:
            await calendar.load(tx, campaign.id)
        for day in range(8):
            stage.clock.at = NOON + timedelta(days=day, hours=-4)
            await app.do("calendar.undated")
            await app.do("calendar.undated")
            await app.delivery.deliver()
    told = [m for to, m in stage.room.said if to == "officer"]
    first = "Lịch gửi tin còn tin chưa có ngày nên chưa gửi được (chiến dịch đến 31/5):"
    assert [m.text.partition("\n")[0] for m in told] == [first] * 2
    assert "Mời hiến máu tình nguyện" in told[0].text
    assert told[0].buttons[0].label.startswith("Sửa tin số")


async def test_a_message_can_say_something_else_on_one_day_only(stage: Stage) -> None:
    await officer(stage)
    await appoint(stage, "other")
    async with stage.program() as app:
        await crowd(app, 1)
        id = await schedule(app, rule="daily", at="10:00", texts={"vi": "như mọi ngày", "en": "as every day"})
    for said in (f"/calendar once {id} 2026-05-13", "sửa lại", "nội dung (tiếng Việt)", "hôm nay khác", "lưu tin"):
        told = await stage.say(said, "officer")
    assert "Thứ Tư 13/05/2026, 10:00" in told[-1].text
    (notice,) = [message.text for to, message in stage.room.said if to == "other"]
    assert notice.startswith("🗓 Một tin đang bật trong lịch gửi vừa được sửa: “"), (
        "what goes out is shown to a second person"
    )
    stage.room.said.clear()
    async with stage.program() as app:
        await pass_time(app, stage.clock, NOON + timedelta(days=2), timedelta(minutes=30))
    assert heard(stage) == ["như mọi ngày", "hôm nay khác", "như mọi ngày"]
