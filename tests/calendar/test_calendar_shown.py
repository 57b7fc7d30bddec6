"""The month as a list, a file for a phone's calendar, a picture, and a preview in every channel's look."""

from __future__ import annotations

import io
import re
from datetime import date

import sqlalchemy as sa
from PIL import Image

from handlers.calendar.list import entries
from handlers.calendar.made.ics import ics
from handlers.calendar.made.picture import month_picture
from handlers.calendar.preview import describe, previews
from locales import LANGUAGES
from storage.aid import addresses
from storage.campaign import calendar
from storage.tables import accounts
from tests.announcing import appoint
from tests.fakes.month import campaign_of, schedule
from tests.fakes.room import NUMBERS, Room
from tests.stage import Stage


async def officer(stage: Stage) -> None:
    """The demo's officer speaks in the room from now on."""
    async with stage.program() as app, app.database.write() as tx:
        hers = sa.update(accounts).where(accounts.c.address == "demo-officer")
        await tx.run(hers.values(channel="room", address="officer"))


async def loaded(stage: Stage) -> None:
    async with stage.program() as app:
        campaign = await campaign_of(app)
        async with app.database.write() as tx:
            assert await calendar.load(tx, campaign.id) == len(calendar.ready())
            assert await calendar.load(tx, campaign.id) == 0


def test_every_ready_message_has_its_words_in_every_language_and_no_day_is_invented() -> None:
    for one in calendar.ready():
        assert set(one.titles) == set(one.texts) == set(LANGUAGES), one.name
        assert all(len(text) < 900 for text in one.texts.values()), one.name
    assert [one.name for one in calendar.ready() if not one.rule] == ["blood"]


async def test_the_file_holds_every_sending_once_in_lines_that_calendars_read(stage: Stage) -> None:
    await loaded(stage)
    async with stage.program() as app:
        campaign = await campaign_of(app)
        async with app.database.read() as tx:
            found = await entries(tx, campaign, app.settings.zone, app.now())
        written = ics(found, campaign, app.speech, app.now()).decode()
    lines = written.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert max(len(line.encode()) for line in lines) <= 75
    uids = re.findall(r"UID:(\S+)", written)
    assert len(uids) == len(set(uids)) == sum(one.fate in ("planned", "collides") for one in found) == 24
    assert "DTSTART:20260501T003000Z" in written


async def test_the_picture_of_the_month_has_every_day_and_names_every_message(stage: Stage) -> None:
    await loaded(stage)
    async with stage.program() as app:
        campaign = await campaign_of(app)
        async with app.database.read() as tx:
            found = await entries(tx, campaign, app.settings.zone, app.now())
        month = month_picture(found, campaign, app.speech)
    assert [day["day"] for week in month["weeks"] for day in week if day["day"]] == [str(n) for n in range(1, 32)]
    assert len(month["legend"]) == 12


async def test_the_month_is_a_picture_in_the_chat(stage: Stage) -> None:
    await officer(stage)
    (empty,) = await stage.say("/lịch ảnh", "officer")
    assert not empty.picture and [b.label for b in empty.buttons] == ["Lấy lịch mẫu"]
    await loaded(stage)
    (listed,) = await stage.say("/lịch", "officer")
    (button,) = [b for b in listed.buttons if b.label == "Xem bằng hình"]
    (shown,) = await stage.say(pressed=button.value, address="officer")
    async with stage.program() as app:
        picture = Image.open(io.BytesIO(await app.picture(shown.picture)))
    assert picture.size[0] == 1170
    assert len(picture.convert("L").getcolors() or ()) > 20


async def test_the_preview_shows_each_day_s_own_address_and_every_channel_s_look(stage: Stage) -> None:
    await loaded(stage)
    stage.rooms = (Room(), Room(NUMBERS, name="plain"))
    async with stage.program() as app:
        campaign = await campaign_of(app)
        async with app.database.read() as tx:
            found = await previews(
                tx, campaign, app.context.speeches, "vi", app.now(), date(2026, 5, 13), date(2026, 5, 21)
            )
            said = [describe(one, app.speech, app.context.speeches, campaign.organiser, app.facts) for one in found]
            listed, _ = await addresses.page(tx, campaign.id, unit_id=None, kind="", first=0, most=3)
    of_addresses = [text for text in said if "xin nhắn DC-" in text]  # on Thursday, Sunday and Thursday
    codes = [code for text in of_addresses for code in re.findall(r"xin nhắn (DC-\d+)", text)]
    assert codes == [one.code for one in listed]
    assert all("room (" in text and "plain (" in text and "-- en" in text for text in of_addresses)


async def test_an_officer_says_on_which_channels_a_message_is_not_sent_and_one_must_be_left(stage: Stage) -> None:
    stage.rooms = (Room(), Room(NUMBERS, name="plain"))
    await officer(stage)
    await loaded(stage)
    await stage.say("/calendar edit 3", "officer")
    await stage.say(text="sửa lại", address="officer")
    await stage.say(text="không gửi trên", address="officer")
    await stage.say(text="1 2", address="officer")
    refused, *_ = await stage.say(text="xong", address="officer")
    assert refused.text.startswith("Bỏ hết các kênh thì không ai nhận được. Mời anh/chị để lại ít nhất một kênh.\n\n")
    await stage.say(text="2", address="officer")
    *_, shown = await stage.say(text="xong", address="officer")
    assert "Không gửi trên: plain" in shown.text
    *_, kept = await stage.say(text="đúng", address="officer")
    assert "Không gửi trên: plain" in kept.text
    async with stage.program() as app:
        campaign = await campaign_of(app)
        async with app.database.read() as tx:
            one = await calendar.find(tx, campaign.id, 3)
    assert one is not None
    assert set(one.audience.not_on) == {"plain", "zalo_oa"}, "a channel that does not run now stays left out"


async def test_the_other_officers_hear_when_one_changes_a_message_that_is_switched_on(stage: Stage) -> None:
    await appoint(stage, "officer")
    await appoint(stage, "other")
    await loaded(stage)

    async def change(text: str) -> list[str]:
        """What the other one is told meanwhile."""
        before = len(stage.room.said)
        await stage.say("/calendar edit 3", "officer")
        await stage.say("sửa lại", "officer")
        await stage.say(pressed="message.+edit=texts_vi", address="officer")
        await stage.say(text, "officer")
        await stage.say("đúng", "officer")
        return [message.text for to, message in stage.room.said[before:] if to == "other"]

    assert await change("Mời bà con đến dự buổi lễ.") == [], "it goes out to nobody yet"
    await stage.say("/calendar on 3", "officer")
    (told,) = await change("Mời bà con đến dự buổi lễ khác.")
    assert told.startswith("🗓 Một tin đang bật trong lịch gửi vừa được sửa: “")


async def test_the_list_says_as_many_sendings_as_the_file_holds_also_when_one_was_left_out(stage: Stage) -> None:
    await loaded(stage)
    async with stage.program() as app:
        campaign = await campaign_of(app)
        async with app.database.write() as tx:
            message = next(one for one in await calendar.all_of(tx, campaign.id) if one.rule == "mon")
            await calendar.change_day(tx, message, "2026-05-18", "")
    await officer(stage)
    listed = (await stage.say("/calendar", "officer"))[0].text
    sent = await stage.say("/calendar ics", "officer")
    assert sent[0].document is not None
    assert sent[0].document.content.count(b"BEGIN:VEVENT") == 23
    assert "23 lần gửi" in listed and "23 lần gửi" in sent[0].text


async def test_a_text_that_must_be_there_is_not_left_out_by_saying_so(stage: Stage) -> None:
    await loaded(stage)
    await officer(stage)
    asked = (await stage.say("/calendar add", "officer"))[-1].text
    said = (await stage.say("bỏ qua", "officer"))[-1].text
    assert said.startswith("Câu này cần có câu trả lời")
    assert said.endswith(asked)


async def test_a_day_that_has_passed_is_not_switched_on_and_counts_nowhere(stage: Stage) -> None:
    await officer(stage)
    async with stage.program() as app:
        past = await schedule(app, "past", rule=f"{app.now():%Y-%m-%d}", at="08:00")
        daily = await schedule(app, "daily", rule="daily", at="08:30")
    text = (await stage.say("/calendar", "officer"))[0].text
    assert "past (số " in text and "không gửi: bật sau khi đã qua giờ" in text
    assert "19 lần gửi" in text, "from tomorrow to the last day"
    for id in (past, daily):
        await stage.say(f"/calendar off {id}", "officer")
    said = (await stage.say("/calendar on", "officer"))[0].text
    assert "Đã bật: 1 tin" in said and "past: Đã qua hết các ngày gửi" in said
    async with stage.program() as app, app.database.read() as tx:
        kept = await calendar.all_of(tx, (await campaign_of(app)).id)
    assert {message.id: message.active for message in kept} == {past: False, daily: True}
