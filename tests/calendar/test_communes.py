"""What is for one commune reaches that commune, and its own officers keep it; whoever counts, shows or sends says the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from bot.process.app import App
from handlers.calendar.list import Entry, entries
from handlers.calendar.made.ics import ics
from storage.broadcast.audience import Audience
from storage.campaign import calendar, staff, units
from storage.campaign.calendar import CampaignMessage
from storage.demo import demo
from storage.tables import accounts, volunteers
from storage.tables import campaign_messages as kept
from storage.tables import units as places
from tests.desk import BEN_QUAN, CUA_TUNG, FAR, LAN, MINH, appoint, heard, last, values
from tests.fakes.crowd import crowd
from tests.fakes.month import campaign_of, pass_time, schedule
from tests.stage import BOTH, Stage

TOMORROW = "2026-05-13"
NOT_HERS = "Tin này không chỉ dành cho nơi anh/chị phụ trách nên anh/chị chỉ xem được."
EVENING = datetime(2026, 5, 12, 13, tzinfo=UTC)
"""Eight o'clock in Việt Nam, on the day before."""


async def unit(app: App, code: str) -> int:
    async with app.database.read() as tx:
        return int(await tx.value(sa.select(places.c.id).where(places.c.code == code)))


async def neighbours(app: App) -> dict[str, int]:
    """Three people who want announcements: volunteers of two communes (1000, 1001), and one of whom we know none (1002)."""
    ids, here = await crowd(app, 3), {code: await unit(app, code) for code in (CUA_TUNG, BEN_QUAN)}
    async with app.database.write() as tx:
        for person_id, unit_id in zip(ids, here.values(), strict=False):
            row = {
                "person_id": person_id, "full_name": "Nguyễn Văn A", "birth_year": 1990, "unit_id": unit_id,
                "hamlet": "Thôn 1", "activities": ["relief"], "created_at": app.now(), "updated_at": app.now(),
            }  # fmt: skip
            await tx.run(sa.insert(volunteers).values(**row))
    return here


async def listed(app: App) -> dict[str, Entry]:
    """The lines of the month by the name of their message."""
    campaign = await campaign_of(app)
    async with app.database.read() as tx:
        found = await entries(tx, campaign, app.settings.zone, app.now())
    return {entry.message.name: entry for entry in found}


async def whole_officer(stage: Stage) -> None:
    """The demo's officer, of the campaign's own unit, speaks in the room from now on."""
    async with stage.program() as app, app.database.write() as tx:
        hers = accounts.c.address == demo.STAFF["officer"]
        await tx.run(sa.update(accounts).where(hers).values(channel="room", address="whole"))


@BOTH
async def test_list_rehearsal_and_sending_agree_on_who_gets_the_message_of_a_commune(stage: Stage) -> None:
    await whole_officer(stage)
    await appoint(stage, LAN)
    await appoint(stage, FAR, BEN_QUAN)
    async with stage.program() as app:
        here = await neighbours(app)
        await schedule(app, "wide", rule=TOMORROW, at="10:00", priority=2)
        await schedule(
            app, "narrow", rule=TOMORROW, at="16:00", priority=8, audience=Audience(communes=(here[CUA_TUNG],))
        )
        before = await listed(app)
        await pass_time(app, stage.clock, EVENING, timedelta(minutes=30))
        rehearsed = {
            who: [name for name in ("wide", "narrow") for said in heard(stage, who) if f"{name} vi" in said.text]
            for who in ("whole", LAN, FAR)
        }
        await pass_time(app, stage.clock, EVENING + timedelta(hours=21), timedelta(minutes=30))
        after = await listed(app)
    assert {name: (entry.people, entry.fate) for name, entry in before.items()} == {
        "wide": (2, "planned"),
        "narrow": (1, "planned"),
    }
    assert {name: (entry.people, entry.fate) for name, entry in after.items()} == {
        "wide": (2, "done"),
        "narrow": (1, "done"),
    }
    assert rehearsed == {"whole": ["wide", "narrow"], LAN: ["narrow"], FAR: []}
    got = {who: [said.text.partition("\n")[0] for said in heard(stage, who)] for who in ("1000", "1001", "1002")}
    assert got == {"1000": ["narrow vi"], "1001": ["wide vi"], "1002": ["wide vi"]}


async def test_a_late_message_of_a_commune_is_asked_of_its_officers_and_theirs_to_decide(stage: Stage) -> None:
    await appoint(stage, LAN)
    await appoint(stage, FAR, BEN_QUAN)
    async with stage.program() as app:
        here = await neighbours(app)
        await schedule(app, "narrow", rule="2026-05-12", at="09:30", audience=Audience(communes=(here[CUA_TUNG],)))
        stage.clock.forward(hours=4)
        await pass_time(app, stage.clock, stage.clock.at + timedelta(minutes=1))
    assert "Tin “narrow – xã Cửa Tùng” hẹn lúc 09:30" in last(stage, LAN)
    assert heard(stage, FAR) == []
    assert NOT_HERS in (await stage.say("/calendar now 1", FAR))[0].text
    await stage.say("/calendar now 1", LAN)
    async with stage.program() as app:
        await pass_time(app, stage.clock, stage.clock.at + timedelta(minutes=1))
    assert [who for who in ("1000", "1001", "1002") if heard(stage, who)] == ["1000"]


async def test_an_officer_of_a_commune_writes_for_it_alone_and_changes_nothing_else(stage: Stage) -> None:
    for who, code in ((LAN, CUA_TUNG), (MINH, CUA_TUNG), (FAR, BEN_QUAN)):
        await appoint(stage, who, code)
    async with stage.program() as app:
        here = await neighbours(app)
        wide = await schedule(app, "wide", rule=TOMORROW)
    for act in ("edit", "line", "once", "skip", "move", "off"):
        assert NOT_HERS in (await stage.say(f"/calendar {act} {wide}", LAN))[0].text, act
    assert values((await stage.say(f"/calendar show {wide}", LAN))[0]) == [f"/calendar preview {wide}", "/calendar"]
    await stage.say("/calendar add", LAN)
    for answer in ("Hiến máu", "Blood", "1", "20/5", "7h30", "1", "Mời bà con hiến máu.", "Please give blood.",
                   "bỏ qua", "bỏ qua", "2"):  # fmt: skip
        shown = (await stage.say(answer, LAN))[0].text
    assert "Xã, phường: Xã Cửa Tùng" in shown
    added = (await stage.say("đúng", LAN))[0].text
    assert "Gửi tới 1 người.\nChỉ gửi cho bà con xã Cửa Tùng." in added
    (hers,) = [row for row in await stage.rows(kept) if row["id"] != wide]
    assert hers["audience"] == {"who": "everyone", "communes": [here[CUA_TUNG]]}
    assert NOT_HERS in (await stage.say(f"/calendar on {hers['id']}", FAR))[0].text
    assert (await stage.say("/calendar on", LAN))[0].text == "Đã bật 1 tin."
    assert {row["id"]: row["active"] for row in await stage.rows(kept)} == {wide: True, hers["id"]: True}
    assert last(stage, MINH) == "🗓 Tin “Hiến máu – xã Cửa Tùng” trong lịch gửi vừa được bật."


async def test_what_goes_to_more_than_one_may_tell_alone_waits_for_an_officer_of_the_whole_campaign(
    stage: Stage,
) -> None:
    stage.settings = stage.settings.but(broadcast_approval_over=0)
    await whole_officer(stage)
    await appoint(stage, LAN)
    await appoint(stage, MINH)
    async with stage.program() as app:
        here = await neighbours(app)
        id = await schedule(app, "narrow", rule=TOMORROW, audience=Audience(communes=(here[CUA_TUNG],)))
    await stage.say(f"/calendar off {id}", LAN)
    for who in (LAN, MINH):
        assert "Tin này gửi tới 1 người, nhiều hơn 0" in (await stage.say(f"/calendar on {id}", who))[0].text
    assert not (await stage.rows(kept))[0]["active"]
    assert f"/calendar on {id}" in values(heard(stage, "whole")[-1])
    await stage.say(f"/calendar on {id}", "whole")
    assert (await stage.rows(kept))[0]["active"]
    for said in (f"/calendar line {id}", "tiếng Việt", "1", "viết lại", "Mời bà con hiến máu.", "ok"):
        await stage.say(said, LAN)
    (row,) = await stage.rows(kept)
    assert row["texts"]["vi"] == "Mời bà con hiến máu." and not row["active"]
    assert last(stage, "whole").endswith("mời anh/chị xem rồi bật.")


async def test_who_lost_the_commune_while_the_form_was_open_saves_nothing(stage: Stage) -> None:
    lan = await appoint(stage, LAN)
    async with stage.program() as app:
        here = await neighbours(app)
        id = await schedule(app, "narrow", rule=TOMORROW, audience=Audience(communes=(here[CUA_TUNG],)))
    await stage.say(f"/calendar edit {id}", LAN)
    async with stage.program() as app, app.database.write() as tx:
        await staff.revoke(tx, lan, "officer", here[CUA_TUNG], "operator", stage.clock())
        await staff.grant(tx, lan, "officer", here[BEN_QUAN], "operator", stage.clock())
        this = sa.update(kept).where(kept.c.id == id)
        await tx.run(this.values(texts={"vi": "narrow vi", "en": "narrow en"}, titles={"vi": "khác", "en": "other"}))
    await stage.say("đúng", LAN)
    (row,) = await stage.rows(kept)
    assert row["titles"]["vi"] == "khác" and row["audience"]["communes"] == [here[CUA_TUNG]]


async def test_other_people_of_the_same_commune_stay_of_it_when_an_officer_changes_who_gets_it(stage: Stage) -> None:
    await whole_officer(stage)
    async with stage.program() as app:
        here = await neighbours(app)
        id = await schedule(app, "narrow", rule=TOMORROW, audience=Audience(communes=(here[CUA_TUNG],)))
    for said in (f"/calendar edit {id}", "sửa lại", "gửi cho", "2", "đúng"):
        await stage.say(said, "whole")
    (row,) = await stage.rows(kept)
    assert row["audience"] == {"who": "volunteers", "communes": [here[CUA_TUNG]]}


READY = """
[[messages]]
name = "market"
rule = "05-20"
titles = { vi = "Chợ phiên", en = "Market" }
audience = { communes = ["19414"], who = "volunteers" }
texts = { vi = "Mời bà con đi chợ phiên.", en = "Come to the market." }

[[messages]]
name = "elsewhere"
rule = "05-20"
titles = { vi = "Nơi khác", en = "Elsewhere" }
audience = { communes = ["00001"] }
texts = { vi = "Không phải ở đây.", en = "Not here." }

[[messages]]
name = "full moon"
rule = "lunar 04-15"
titles = { vi = "Rằm tháng Tư", en = "Full moon" }
texts = { vi = "Chúc bà con bình an.", en = "Be well." }
"""


async def test_a_file_names_communes_by_their_codes_and_lunar_days_and_the_exported_month_says_where(
    stage: Stage,
) -> None:
    async with stage.program() as app:
        campaign, here = await campaign_of(app), await neighbours(app)
        async with app.database.write() as tx:
            assert await calendar.load(tx, campaign.id, calendar.read(READY)) == 2
            market, moon = await calendar.all_of(tx, campaign.id)
            found = await entries(tx, campaign, app.settings.zone, app.now())
    assert moon.rule == "2026-05-31"
    assert market.audience == Audience("volunteers", communes=(here[CUA_TUNG],))
    written = ics(found, campaign, app.speech, app.now()).decode()
    assert "LOCATION:Xã Cửa Tùng\r\n" in written


async def test_a_message_goes_along_when_its_commune_becomes_part_of_another(stage: Stage) -> None:
    async with stage.program() as app:
        here, campaign = await neighbours(app), await campaign_of(app)
        both = Audience(communes=(here[CUA_TUNG], here[BEN_QUAN]), unless=(Audience(communes=(here[CUA_TUNG],)),))
        async with app.database.write() as tx:
            await calendar.add(tx, campaign.id, CampaignMessage("both", {"vi": "x"}, {"vi": "x"}, audience=both))
            assert await units.merge(tx, here[CUA_TUNG], here[BEN_QUAN], date(2026, 5, 12), "", "operator", app.now())
            (message,) = await calendar.all_of(tx, campaign.id)
    merged = (here[BEN_QUAN],)
    assert message.audience == Audience(communes=merged, unless=(Audience(communes=merged),))


async def test_a_change_for_one_day_that_nobody_approves_in_time_leaves_that_day_as_it_was(stage: Stage) -> None:
    await whole_officer(stage)
    await appoint(stage, LAN)
    async with stage.program() as app:
        here = await neighbours(app)
        told = Audience(communes=(here[CUA_TUNG],))
        id = await schedule(app, "narrow", rule="daily", at="10:00", audience=told)
    stage.settings = stage.settings.but(broadcast_approval_over=0)
    for on, said_then in (("2026-05-13", "bỏ lỡ"), ("2026-05-14", "có duyệt")):
        for said in (f"/calendar once {id} {on}", "sửa lại", "nội dung (tiếng Việt)", said_then, "lưu tin"):
            answered = await stage.say(said, LAN)
        assert "tin gốc “narrow” vẫn gửi như cũ" in "\n".join(one.text for one in answered)
        notice = heard(stage, "whole")[-1]
        assert f"Chưa bật thì ngày {on[-2:]}/5 tin gốc “narrow” vẫn gửi như cũ." in notice.text
    await stage.say(values(notice)[1], "whole")
    offered = values((await stage.say(f"/calendar skip {id}", LAN))[0])
    assert f"/calendar skip {id} 2026-05-13" in offered and f"/calendar skip {id} 2026-05-14" not in offered
    async with stage.program() as app:
        await pass_time(app, stage.clock, EVENING + timedelta(days=3), timedelta(minutes=30))
    assert [said.text.partition("\n")[0] for said in heard(stage, "1000")] == [
        "narrow vi", "narrow vi", "có duyệt", "narrow vi",
    ]  # fmt: skip


async def test_a_day_has_one_change_that_waits_whoever_saves_hers_first(stage: Stage) -> None:
    await whole_officer(stage)
    for address in (LAN, MINH):
        await appoint(stage, address)
    async with stage.program() as app:
        here = await neighbours(app)
        id = await schedule(app, "narrow", rule="daily", at="10:00", audience=Audience(communes=(here[CUA_TUNG],)))
    stage.settings = stage.settings.but(broadcast_approval_over=0)
    for address in (LAN, MINH):
        for said in (f"/calendar once {id} {TOMORROW}", "sửa lại", "nội dung (tiếng Việt)", f"của {address}"):
            await stage.say(said, address)
    await stage.say("lưu tin", LAN)
    answered = (await stage.say("lưu tin", MINH))[0]
    assert f"đã có nội dung riêng, là tin số {id + 1}" in answered.text
    assert f"/calendar edit {id + 1}" in values(answered)
    assert "đã có nội dung riêng" in (await stage.say(f"/calendar once {id} {TOMORROW}", MINH))[0].text
    skipped = (await stage.say(f"/calendar skip {id} {TOMORROW}", MINH))[0].text
    assert f"tin số {id + 1}) vẫn còn" in skipped
    assert "vẫn còn" not in (await stage.say(f"/calendar skip {id} 2026-05-14", MINH))[0].text
    async with stage.program() as app, app.database.read() as tx:
        assert len(await calendar.all_of(tx, (await campaign_of(app)).id)) == 2


async def test_an_officer_of_a_commune_is_offered_of_an_empty_calendar_what_she_may_do(stage: Stage) -> None:
    await whole_officer(stage)
    await appoint(stage, LAN)
    assert values((await stage.say("/calendar", "whole"))[0]) == ["/calendar load"]
    assert values((await stage.say("/calendar", LAN))[0])[0] == "/calendar add"
