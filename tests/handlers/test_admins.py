"""What admins do is done at once, written down, and leaves nothing behind that could not be explained."""

from __future__ import annotations

import asyncio
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from handlers.admins import audit as audit_page
from handlers.admins import settings as options_page
from storage import audit
from storage.aid import volunteers
from storage.aid.volunteers import Registration
from storage.campaign import campaigns, invitations, settings, staff, units
from storage.campaign.settings import Setting
from storage.files import NoSuchFile, charts
from storage.tables import audit as log
from storage.tables import broadcasts, contributions, deliveries, metadata, pledges
from storage.tables import charts as asked
from storage.tables import inbox as received
from storage.tables import invitations as kept_invitations
from storage.tables import settings as kept_settings
from storage.tables import staff as roles
from storage.tables import units as every_unit
from storage.talk import inbox, journeys, people
from storage.talk.inbox import Arrival
from storage.talk.journeys import FormEvent
from storage.upkeep.upgrade import head
from tests.fakes.room import Room
from tests.stage import BOTH, Stage


async def appoint(stage: Stage, address: str, role: str = "admin", unit_id: int | None = None) -> int:
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", address): "vi"}, stage.clock())
        person_id = met["room", address][0].id
        await staff.grant(tx, person_id, role, unit_id, "operator", stage.clock())
    return person_id


async def unit(stage: Stage, code: str) -> int:
    return int(next(row["id"] for row in await stage.rows(every_unit) if row["code"] == code))


async def invited(stage: Stage, role: str = "officer") -> str:
    inviter = await appoint(stage, "boss")
    async with stage.program() as app, app.database.write() as tx:
        return (await invitations.invite(tx, role, None, inviter, stage.clock()))[1]


async def test_an_invitation_is_good_once_however_often_and_by_whomever_it_is_brought(stage: Stage) -> None:
    code = await invited(stage)
    said = await stage.send([stage.room.arrival(who, text=f"/start {code}") for who in ("7", "8", "7")], "7")
    assert "cán bộ, toàn chiến dịch" in said[0].text
    holders = [row["person_id"] for row in await stage.rows(roles) if row["role"] == "officer"]
    assert len(holders) == 2, "the demo's officer and one more"
    acts = [row["act"] for row in await stage.rows(log)]
    assert acts.count("redeem") == 1


async def test_an_invitation_is_kept_nowhere_in_clear(stage: Stage) -> None:
    code = await invited(stage)
    await stage.say(code.lower(), "7")
    assert len([row for row in await stage.rows(roles) if row["role"] == "officer"]) == 2, "small letters will do"
    async with stage.program() as app, app.database.read() as tx:
        for table in metadata.tables.values():
            for row in await tx.all(sa.select(table)):
                assert not any(code in str(value) for value in row.values()), table.name


async def test_an_invitation_ends_when_its_time_is_over(stage: Stage) -> None:
    code = await invited(stage)
    stage.clock.forward(hours=settings.INVITATION_HOURS.default + 1)
    said = await stage.say(code, "7")
    assert "hết hạn" in said[0].text
    assert len([row for row in await stage.rows(roles) if row["role"] == "officer"]) == 1
    stage.clock.forward(days=31)
    async with stage.program() as app:
        await app.sweep()
    assert await stage.rows(kept_invitations) == []


async def test_what_takes_a_role_away_holds_for_the_next_message_of_the_same_batch(stage: Stage) -> None:
    await appoint(stage, "boss")
    await appoint(stage, "8", "officer")
    number = (await stage.rows(roles))[-1]["id"]
    await stage.say(f"/staff revoke {number}", "boss")
    seen = [stage.room.arrival("8", text="/help"), stage.room.arrival("boss", text="thu hồi quyền")]
    said = await stage.send([*seen, stage.room.arrival("8", text="/help")], "8")
    assert len(said) == 3, "an answer, the news, an answer"
    assert [row["revoked_at"] is None for row in await stage.rows(roles)] == [True, True, True, False]


async def test_a_merged_unit_leaves_nothing_behind_in_any_table(stage: Stage) -> None:
    gone, into = await unit(stage, "19405"), await unit(stage, "19366")
    holder = await appoint(stage, "8", "officer", gone)
    async with stage.program() as app, app.database.write() as tx:
        await staff.grant(tx, holder, "officer", into, "operator", stage.clock())
        inside = await units.add(tx, gone, "hamlet", "Thôn Thử", "", date(2026, 1, 1), "operator", stage.clock())
        assert await units.merge(tx, gone, into, date(2026, 5, 1), "19999", "operator", stage.clock())
        for table in metadata.sorted_tables:
            for column in table.columns:
                if any(key.column is every_unit.c.id for key in column.foreign_keys):
                    assert await tx.first(sa.select(table).where(column == gone)) is None, f"{table.name}.{column.name}"
        tree = await units.tree(tx, date(2026, 5, 12))
        assert gone not in tree
        assert tree[inside or 0].parent_id == into
        assert (tree[into].code, tree[into].valid_from_on) == ("19999", date(2026, 5, 1))
        assert {("Xã Vĩnh Thủy", "19405"), ("Xã Bến Quan", "19366"), ("Vĩnh Lâm", "19405")} <= set(tree[into].aliases)
        active = [m for m in await staff.members(tx) if m.person_id == holder]
        assert [m.unit_id for m in active] == [into], "who held both holds it once"
        campaign = await campaigns.active(tx)
        assert campaign is not None
        communes = await campaigns.communes(tx, campaign, date(2026, 5, 12))
        assert "Vĩnh Lâm" in next(c for c in communes if c.id == into).aliases


async def test_a_code_that_was_given_anew_is_good_from_its_day(stage: Stage) -> None:
    """Vĩnh Lâm was 19405 until mid 2025, and Vĩnh Thủy is since then."""
    old, new = await unit(stage, "19363"), await unit(stage, "19414")
    async with stage.program() as app, app.database.write() as tx:
        assert await units.merge(tx, old, new, date(2026, 3, 1), "19363", "operator", stage.clock())
        assert await campaigns.unit_by_code(tx, "19363", date(2026, 5, 12)) == new
        assert await campaigns.unit_by_code(tx, "19414", date(2026, 5, 12)) is None
        assert (
            await units.add(tx, new, "hamlet", "Thôn A", "19363", date(2026, 4, 1), "operator", stage.clock()) is None
        )
        assert not await units.merge(tx, old, new, date(2026, 4, 1), "", "operator", stage.clock()), "it is gone"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("7h30", time(7, 30)), ("07:30", time(7, 30)), ("7 giờ", time(7, 0)), ("25:00", None), ("mai", None)],
)
def test_a_time_of_day_is_read_as_people_write_it(said: str, meant: time | None) -> None:
    digest: Setting[Any] = Setting("trial", time(8, 0), time(5, 0), time(22, 0))
    assert options_page.read_value(digest, said) == meant
    assert digest.load(str(time(7, 30))) == time(7, 30)


async def test_a_setting_holds_from_its_change_on_and_the_change_is_written_down(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        assert await settings.read(tx, settings.PHOTOS_A_DAY) == 40
        await settings.change(tx, settings.PHOTOS_A_DAY, 7, "operator", stage.clock())
        await settings.change(tx, settings.PHOTOS_A_DAY, 8, "operator", stage.clock())
        assert await settings.read(tx, settings.PHOTOS_A_DAY) == 8
    assert [row["details"] for row in await stage.rows(log)][-1] == {"from": "7", "to": "8"}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("21h-6h30", "21:00-06:30"), ("từ 20 giờ đến 7h", "20:00-07:00"), ("18:00 – 09:00", "18:00-09:00"),
        ("22h-5h", "22:00-05:00"), ("23h-6h", None), ("9h-11h", None), ("17h-7h", None), ("21h", None),
        ("21h-7h-8h", None), ("không", None), ("0h-0h", None),
    ],
)  # fmt: skip
async def test_the_night_stays_quiet_whatever_an_admin_says(stage: Stage, said: str, meant: str | None) -> None:
    await appoint(stage, "boss")
    await stage.say("/settings change quiet_hours", "boss")
    answer = (await stage.say(said, "boss"))[0].text
    await stage.say("đúng", "boss")
    kept = {row["name"]: row["value"] for row in await stage.rows(kept_settings)}
    assert kept.get("quiet_hours") == meant
    assert meant or "21:00-07:00" in answer


async def test_what_an_admin_changes_replaces_what_the_operator_set_and_is_written_down(stage: Stage) -> None:
    await appoint(stage, "boss")
    for text in ("/settings change approval_over", "5", "đúng", "/settings change rehearsal_at", "18h30", "đúng"):
        await stage.say(text, "boss")
    assert "18:30" in (await stage.say("/settings", "boss"))[0].text
    async with stage.program() as app, app.database.read() as tx:
        holding = await app.work.schedule.holding(tx)
    assert (holding.approval_over, holding.rehearsal) == (5, time(18, 30))
    acts = [row["details"] for row in await stage.rows(log) if row["act"] == "change_setting"]
    assert acts == [{"from": "200", "to": "5"}, {"from": "19:00:00", "to": "18:30:00"}]


async def test_messages_are_kept_for_as_long_as_the_admin_chose_and_people_are_told_so(stage: Stage) -> None:
    await appoint(stage, "boss")
    for text in ("/settings change messages_days", "99"):
        refused = await stage.say(text, "boss")
    assert "14" in refused[0].text
    for text in ("2", "đúng"):
        await stage.say(text, "boss")
    assert "2 ngày" in (await stage.say("/privacy"))[0].text
    stage.clock.forward(days=3)
    async with stage.program() as app:
        await app.sweep()
    assert [row for row in await stage.rows(received) if row["payload"]] == []


@pytest.mark.parametrize("act", ["tắt", "bật", "sửa"])
async def test_a_campaign_that_does_not_exist_is_not_taken_for_the_one_that_runs(stage: Stage, act: str) -> None:
    await appoint(stage, "boss")
    (said,) = await stage.say(f"/chiendich {act} TND99", "boss")
    assert "Không có chiến dịch “TND99”" in said.text
    assert [button.value for button in said.buttons] == ["/campaign"]
    async with stage.program() as app, app.database.read() as tx:
        campaign = await campaigns.active(tx)
    assert campaign is not None
    assert campaign.active


async def test_two_admins_who_change_different_things_do_not_undo_each_other(stage: Stage) -> None:
    for who in ("a", "b"):
        await appoint(stage, who)
        await stage.say("/campaign edit", who)
    for text in ("chủ đề", "Chủ đề mới", "đúng"):
        await stage.say(text, "a")
    for text in ("đường dây nóng", "0233 382 0123", "đúng"):
        await stage.say(text, "b")
    async with stage.program() as app, app.database.read() as tx:
        campaign = await campaigns.active(tx)
    assert campaign is not None
    assert (campaign.theme, campaign.hotline) == ("Chủ đề mới", "0233 382 0123")


async def test_the_step_where_people_give_up_is_counted_without_saying_who(stage: Stage) -> None:
    for who in ("1", "2", "3"):
        await stage.agree("take_part", address=who)
        await stage.say("/volunteer", who)
    await stage.say("hủy", "1")
    await stage.say("Trần Thị Thử", "2")
    await stage.say("hủy", "2")
    stage.clock.forward(days=2)
    await stage.say("/deed", "2")
    async with stage.program() as app, app.database.read() as tx:
        found = await journeys.since(tx, date(2026, 5, 1), stage.clock() - timedelta(days=1))
    assert (found["volunteer"].begun, found["volunteer"].finished) == (3, 0)
    assert dict(found["volunteer"].left_at) == {"full_name": 2, "birth_year": 1}, "who is silent has given up too"
    assert (found["deed"].begun, found["deed"].left_at) == (1, ())
    stage.clock.forward(days=40)
    async with stage.program() as app:
        await app.sweep()
        async with app.database.read() as tx:
            swept = await journeys.since(tx, date(2026, 5, 1), stage.clock())
    assert dict(swept["volunteer"].left_at) == {"full_name": 2, "birth_year": 1}


async def test_a_form_that_is_asked_again_is_finished_once(stage: Stage) -> None:
    await stage.agree("take_part", address="1")
    for text in ("/pledge DC-0003", "1", "20", "1", "3"):
        await stage.say(text, "1")
    await stage.agree("take_part", address="2")
    for text in ("/pledge DC-0003", "1", "140", "1", "3", "đúng"):
        await stage.say(text, "2")
    await stage.say("đúng", "1")
    async with stage.program() as app, app.database.read() as tx:
        found = (await journeys.since(tx, date(2026, 5, 1), stage.clock()))["pledge"]
    assert (found.begun, found.finished) == (2, 1)


async def test_the_same_moments_are_added_up(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        for _ in range(2):
            await journeys.count(tx, date(2026, 5, 1), [FormEvent("deed", "begun")] * 3)
        assert (await journeys.since(tx, date(2026, 5, 1), stage.clock()))["deed"].begun == 6


async def test_the_chart_is_drawn_once_and_fits_a_phone(stage: Stage, tmp_path: Path) -> None:
    await appoint(stage, "boss")
    async with stage.program() as app, app.database.write() as tx:
        await journeys.count(
            tx, date(2026, 5, 2), [FormEvent("volunteer", "begun")] * 3 + [FormEvent("volunteer", "finished")]
        )
    said = await stage.say("/stats", "boss")
    name = said[-1].picture
    async with stage.program() as app:
        first, second = await asyncio.gather(app.picture(name), app.picture(name))
        assert first == second == await app.picture(name)
        (tmp_path / "chart.jpg").write_bytes(first)
        with Image.open(tmp_path / "chart.jpg") as picture:
            assert picture.width == 1170
            assert 300 < picture.height < 4000
            assert len(picture.convert("L").getcolors() or ()) > 2, "something is drawn"
        with pytest.raises(NoSuchFile):
            await app.picture("nobody-asked-for-this")
        stage.clock.forward(days=8)
        await app.sweep()
        with pytest.raises(NoSuchFile):
            await app.picture(name)
    assert await stage.rows(asked) == []


async def test_a_chart_that_cannot_be_drawn_is_no_picture(stage: Stage) -> None:
    async with stage.program() as app:
        async with app.database.write() as tx:
            name = await charts.ask(tx, {"title": "without panels"}, stage.clock())
        with pytest.raises(NoSuchFile):
            await app.picture(name)


async def test_a_row_of_the_audit_log_that_was_changed_is_found(stage: Stage) -> None:
    for who in ("a", "b", "c"):
        await appoint(stage, who)
    ids = [row["id"] for row in await stage.rows(log)]
    async with stage.program() as app:
        async with app.database.read() as tx:
            assert await audit.first_broken(tx) is None
        async with app.database.write() as tx:
            await tx.run(sa.update(log).where(log.c.id == ids[1]).values(details={"role": "officer"}))
            assert await audit.first_broken(tx) == ids[1]
        async with app.database.write() as tx:
            await tx.run(sa.delete(log).where(log.c.id == ids[1]))
            assert await audit.first_broken(tx) == ids[2]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", audit_page.ActsQuery()),
        ("#7 cấp quyền 12/5", audit_page.ActsQuery("person:7", act="grant", day=date(2026, 5, 12))),
        ("thu hoi quyen hôm qua p3", audit_page.ActsQuery(act="revoke", day=date(2026, 5, 11), page=3)),
        ("unit:5 2026-05-01", audit_page.ActsQuery("unit:5", day=date(2026, 5, 1))),
        ("dc-7k3pq gộp hồ sơ trùng", audit_page.ActsQuery(code="DC-7K3PQ", act="duplicate")),
        ("broadcast.recall", audit_page.ActsQuery(act="broadcast.recall")),
        ("Hoa hôm qua", audit_page.ActsQuery(act="hoa", day=date(2026, 5, 11))),
    ],
)
def test_the_audit_log_is_asked_in_words(said: str, meant: audit_page.ActsQuery) -> None:
    assert audit_page.ActsQuery.read(said, date(2026, 5, 12)) == meant
    assert audit_page.ActsQuery.read(meant.line.removeprefix("/audit"), date(2026, 5, 12)) == meant


async def test_the_status_says_what_somebody_should_mend(stage: Stage) -> None:
    await appoint(stage, "boss")
    said = (await stage.say("/status", "boss"))[0].text
    assert "Chưa có đường dây nóng" in said
    assert "sqlite" in said
    assert f"bản {head()}" in said
    assert "room: nhận 09:00 12/05; gửi chưa lần nào" in said
    assert "gửi 09:00 12/05" in (await stage.say("/status", "boss"))[0].text
    for text in ("/campaign edit", "đường dây nóng", "0233 382 0123", "đúng"):
        await stage.say(text, "boss")
    assert (await stage.say("/status", "boss"))[0].text.startswith("✓"), "two admins, an officer, a hotline"
    async with stage.program() as app, app.database.write() as tx:
        waits = Arrival("elsewhere", "1", "1", b"{}")
        await inbox.keep(tx, [waits], stage.clock() - timedelta(minutes=5))
        campaign = await campaigns.active(tx)
        assert campaign is not None
        await campaigns.switch(tx, campaign.id, False, "operator", stage.clock())
    warned = (await stage.say("/status", "boss"))[0].text
    assert "chờ xử lý quá lâu" in warned
    assert "Chiến dịch đang tắt" in warned
    assert "Chờ xử lý: 2, lâu nhất 5 phút" in warned, "that one, and this very question"


async def test_an_answer_without_news_counts_as_heard_and_silence_is_told(stage: Stage) -> None:
    await appoint(stage, "boss")
    quiet = Room(name="telegram")
    stage.rooms = (stage.room, quiet)
    assert "Telegram: nhận chưa lần nào" in (await stage.say("/status", "boss"))[0].text
    quiet.received_at = stage.clock() - timedelta(minutes=1)
    said = (await stage.say("/status", "boss"))[0].text
    assert "Telegram: nhận 08:59 12/05" in said
    assert "không trả lời" not in said
    stage.clock.forward(minutes=5)
    assert "Telegram không trả lời từ 08:59 12/05" in (await stage.say("/status", "boss"))[0].text


@BOTH
async def test_every_process_tells_what_another_one_last_heard(stage: Stage) -> None:
    await appoint(stage, "boss")
    asks = Room(name="telegram")
    asks.received_at = stage.clock() - timedelta(minutes=1)
    stage.rooms = (stage.room, asks)
    async with stage.program() as app:
        await app.listen()
        asks.received_at = stage.clock() - timedelta(minutes=9)
        await app.listen()
    asks.received_at = None
    assert "Telegram: nhận 08:59 12/05" in (await stage.say("/status", "boss"))[0].text
    stage.clock.forward(minutes=5)
    assert "Telegram không trả lời từ 08:59 12/05" in (await stage.say("/status", "boss"))[0].text
    asks.asks = False
    assert "không trả lời" not in (await stage.say("/status", "boss"))[0].text, "by now it is called by its platform"


async def test_an_announcement_that_stands_still_is_told(stage: Stage) -> None:
    person = await appoint(stage, "boss")
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        at = {"created_at": stage.clock(), "started_at": stage.clock()}
        row = {"campaign_id": campaign.id, "texts": {"vi": "x"}, "links": [], "audience": {}, "state": "running", **at}
        one = await tx.value(sa.insert(broadcasts).values(row).returning(broadcasts.c.id))
        copy = {"broadcast_id": one, "channel": "elsewhere", "due_at": stage.clock() - timedelta(minutes=5)}
        await tx.run(sa.insert(deliveries).values(person_id=person, **copy))
        ended = row | {"state": "done", "outcomes": {"sent": 40, "gone": 2}, "ended_at": stage.clock()}
        await tx.run(sa.insert(broadcasts).values(ended))
        await tx.run(sa.insert(broadcasts).values(row | {"state": "paused", "problem": "bug", "outcomes": {"sent": 1}}))
    said = (await stage.say("/status", "boss"))[0].text
    assert "Thông báo đang bị kẹt" in said
    assert "1 thông báo tự dừng" in said
    assert "Thông báo chờ gửi: 1, lâu nhất 5 phút" in said
    assert "Thông báo đã gửi: 3, tới 41 lượt người" in (await stage.say("/stats", "boss"))[0].text


async def test_promised_and_arrived_are_separate_figures(stage: Stage) -> None:
    await appoint(stage, "boss")
    async with stage.program() as app, app.database.write() as tx:
        kept = await tx.first(sa.select(pledges).where(pledges.c.kind == "money").order_by(pledges.c.id))
        assert kept is not None
        seen = {"campaign_id": kept["campaign_id"], "pledge_id": kept["id"], "arrived_on": date(2026, 5, 12)}
        seen |= {"method": "cash", "seen_by": None, "created_at": stage.clock()}
        for n, (kind, value, voided) in enumerate(
            [("money", 300_000, None), ("goods", 50_000, None), ("money", 9_000_000, stage.clock())], 1
        ):
            row = {
                "number": n,
                "kind": kind,
                "amount": value,
                "value": value,
                "dedupe_key": f"k{n}",
                "voided_at": voided,
            }
            await tx.run(sa.insert(contributions).values(**seen, **row))
    said = (await stage.say("/stats", "boss"))[0].text.replace("\N{NO-BREAK SPACE}", " ")
    assert "tiền cam kết 13.200.000 đ" in said
    assert "Đã nhận: từ 1 cam kết, tiền 300.000 đ; hiện vật và ngày công quy tiền 50.000 đ" in said


async def test_of_more_people_of_a_name_than_are_shown_all_are_counted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await appoint(stage, "boss")
    monkeypatch.setattr("handlers.admins.person.MOST_SHOWN", 1)
    commune = await unit(stage, "19414")
    async with stage.program() as app, app.database.write() as tx:
        for who in ("4", "5"):
            met = await people.meet(tx, {("room", who): "vi"}, stage.clock())
            given = Registration("Lê Thị Trùng Tên", 1990, "", commune, "Thôn 4", ["relief"], "", "")
            await volunteers.register(tx, met["room", who][0].id, given, stage.clock())
    (said,) = await stage.say("/person Trùng Tên", "boss")
    assert "Có 2 người" in said.text and "gõ thêm họ tên" in said.text
    assert len([button for button in said.buttons if button.value.startswith("/person")]) == 1
