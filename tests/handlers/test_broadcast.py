"""Officers announce: who may, to whom, what must be right first, and that pressing twice does it once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from bot.broadcast import markup
from bot.channels import SendFailed
from bot.message import width
from storage.broadcast import broadcasts, counts, readers
from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import Draft
from storage.campaign import campaigns, staff
from storage.tables import addresses, audit, consents, deliveries, pledges, units, volunteers
from storage.tables import broadcasts as table
from storage.talk import people
from tests.announcing import ANSWERS, TEXT, appoint, compose, many, ready, state, text
from tests.fakes.crowd import crowd
from tests.stage import BOTH, Stage, photo


async def test_a_resident_is_told_that_there_is_no_such_command_and_it_is_on_record(stage: Stage) -> None:
    await stage.say("/start")
    assert "Tôi chưa có mục này" in text(await stage.say("/broadcast send 1"))
    assert [row["object"] for row in await stage.rows(audit) if row["act"] == "refused"] == ["/broadcast send"]


async def test_the_approval_limit_that_an_admin_sets_holds_on_every_replica_within_seconds(stage: Stage) -> None:
    await appoint(stage, "boss", "admin")
    await appoint(stage, "1")
    await many(stage, 6)
    await ready(stage)
    async with stage.program() as other:
        await other.engine.receive([stage.room.arrival("1", text="/help")])
        await other.engine.settle()
        for words in ("/settings change approval_over", "5", "đúng"):
            await stage.say(words, "boss")
        stage.clock.forward(seconds=6)
        await other.engine.receive([stage.room.arrival("1", text="/broadcast send 1")])
        await other.engine.settle()
    assert await state(stage) == "waiting"


async def test_the_test_copy_says_what_a_reader_s_copy_says(stage: Stage) -> None:
    await appoint(stage, "1")
    await compose(stage, text="{name} ơi, mời bà con {commune} đến dự.")
    said = (await stage.say("/broadcast test 1"))[0].text
    assert said.startswith("Anh/chị ")
    assert "bà con xã " in said
    assert "{" not in said


async def test_a_button_has_no_power_once_the_role_is_gone(stage: Stage) -> None:
    person_id = await appoint(stage, "1")
    await many(stage, 3)
    await ready(stage)
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        await staff.revoke(tx, person_id, "officer", campaign.unit_id, "operator", stage.clock())
    await stage.say(pressed="/broadcast send 1", pressed_on="9")
    assert await state(stage) == "draft"
    assert [row["object"] for row in await stage.rows(audit) if row["act"] == "refused"] == ["/broadcast send"]


async def test_pressing_send_twenty_times_sends_once(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 3)
    await ready(stage)
    async with stage.program() as app:
        await app.engine.receive([stage.room.arrival("1", pressed="/broadcast send 1") for _ in range(20)])
        await app.settle()
    await stage.later(90)
    rows = await stage.rows(deliveries)
    assert [row["state"] for row in rows] == ["sent"] * 3
    assert len([row for row in await stage.rows(audit) if row["act"] == "broadcast.send"]) == 1


@BOTH
async def test_more_than_the_set_number_needs_a_second_person(stage: Stage) -> None:
    await appoint(stage, "1")
    await appoint(stage, "2")
    await many(stage, 201)
    await ready(stage)
    assert "một cán bộ khác duyệt" in text(await stage.say("/broadcast send 1"))
    assert await state(stage) == "waiting"
    asked = [message for to, message in stage.room.said if to == "2"][-1]
    assert "201 người" in asked.text
    assert [button.value.split()[1] for button in asked.buttons] == ["test", "undo"]
    assert "nhờ cán bộ khác duyệt" in text(await stage.say("/broadcast approve 1"))
    assert await state(stage) == "waiting"
    shown = await stage.say("/broadcast approve 1", "2")
    assert await state(stage) == "waiting"  # she has not seen it
    assert "phát động" in text(shown)
    await stage.say(pressed=shown[-1].buttons[0].value, pressed_on="9", address="2")
    assert await state(stage) == "planned"
    await stage.later(120)
    assert await state(stage) == "done"
    row = (await stage.rows(table))[-1]
    assert row["recipients"] == 201 == row["outcomes"]["sent"]


async def test_who_changed_a_draft_of_another_officer_does_not_approve_it(stage: Stage) -> None:
    """Otherwise a draft that somebody left lying is all that one officer needs to announce what she likes alone."""
    await appoint(stage, "1")
    await appoint(stage, "2")
    await many(stage, 201)
    await compose(stage)
    await stage.say("/broadcast edit 1", "2")
    await stage.say("sửa lại", "2")
    await stage.say(pressed="broadcast.+edit=text", address="2")
    await stage.say("Chỉ một mình tôi viết câu này.", "2")
    await stage.say("đúng", "2")
    assert "Chỉ một mình tôi" in str((await stage.rows(table))[-1]["texts"])
    for act in ("test", "right", "send"):
        await stage.say(f"/broadcast {act} 1", "2")
    assert await state(stage) == "waiting"
    shown = await stage.say("/broadcast test 1", "2")
    assert "approve" not in str([button.value for button in shown[-1].buttons])
    version = (await stage.say("/broadcast test 1", "1"))[-1].buttons[0].value
    assert "nhờ cán bộ khác duyệt" in text(await stage.say(pressed=version, address="2"))
    assert await state(stage) == "waiting"
    await stage.say(pressed=version, address="1")
    assert await state(stage) == "planned", "two have read it"


async def test_an_admin_may_be_the_second_person_and_may_send_it_back(stage: Stage) -> None:
    await appoint(stage, "1")
    await appoint(stage, "3", "admin")
    await many(stage, 250)
    await ready(stage)
    await stage.say("/broadcast send 1")
    await stage.say("/broadcast undo 1", "3")
    assert await state(stage) == "draft"
    assert "trả lại" in text([message for to, message in stage.room.said if to == "1"][-1:])


async def test_an_officer_of_one_commune_reaches_only_its_people(stage: Stage) -> None:
    await appoint(stage, "1", unit="19414")
    async with stage.program() as app:
        ids = await crowd(app, 3)
        async with app.database.write() as tx:
            here = await tx.value(sa.select(units.c.id).where(units.c.code == "19414"))
            there = await tx.value(sa.select(units.c.id).where(units.c.kind == "commune", units.c.code != "19414"))
            for person_id, unit_id in zip(ids, (here, there, here), strict=True):
                await tx.run(sa.insert(volunteers).values(**volunteer(app.now(), person_id, unit_id)))
    await ready(stage)
    reviewed = [message.text for to, message in stage.room.said if to == "1" and "xem lại thông báo" in message.text]
    assert "Phạm vi: Tất cả, trong xã Cửa Tùng" in reviewed[-1]
    await stage.say("/broadcast send 1")
    await stage.later(90)
    assert sorted(row["person_id"] for row in await stage.rows(deliveries)) == [ids[0], ids[2]]
    said = [message.text for to, message in stage.room.said if to == "1000"]
    assert said[0].startswith("Chào anh/chị Nguyễn Văn A, mời")


async def test_an_officer_of_another_commune_cannot_touch_it(stage: Stage) -> None:
    await appoint(stage, "1")
    await appoint(stage, "2", unit="19414")
    await many(stage, 2)
    await ready(stage)
    assert "Không tìm thấy tin này" in text(await stage.say("/broadcast send 1", "2"))
    assert await state(stage) == "draft"
    assert [row["object"] for row in await stage.rows(audit) if row["act"] == "refused"] == ["broadcast:1"]


async def test_an_officer_whose_units_are_gone_announces_to_nobody(stage: Stage) -> None:
    person_id = await appoint(stage, "1", unit="19414")
    await many(stage, 2)
    await stage.say("/broadcast new")
    await stage.say(TEXT)
    for answer in ANSWERS[:-1]:
        await stage.say(answer)
    async with stage.program() as app, app.database.write() as tx:
        here = await tx.value(sa.select(units.c.id).where(units.c.code == "19414"))
        province = await tx.value(
            sa.insert(units)
            .values(kind="province", name="Xa", valid_from_on=stage.clock().date())
            .returning(units.c.id)
        )
        await staff.revoke(tx, person_id, "officer", here, "operator", stage.clock())
        await staff.grant(tx, person_id, "officer", province, "operator", stage.clock())
    assert "Không tìm thấy tin này" in text(await stage.say(ANSWERS[-1]))
    assert await stage.rows(table) == []
    await compose(stage)
    assert await stage.rows(table) == []


async def test_the_words_that_stop_announcements_count_also_while_a_question_is_open(stage: Stage) -> None:
    await stage.agree("take_part", "announcements")
    await stage.say("/volunteer")
    assert "Đã tắt thông báo" in text(await stage.say("TAT TIN"))
    assert [row["withdrawn_at"] is None for row in await stage.rows(consents) if row["purpose"] == "announcements"] == [
        False
    ]


async def test_a_photo_that_was_swept_away_while_the_form_was_open_is_asked_for_again(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 2)
    for said in ("/broadcast new", TEXT, "1"):
        await stage.say(said)
    await stage.say("", photo=str(photo(stage.folder, "a")))
    for said in ("bỏ qua", "1", "1", "1"):
        await stage.say(said)
    stage.clock.forward(days=8)
    async with stage.program() as app:
        await app.sweep()
    assert "gửi lại ảnh" in text(await stage.say("1"))
    assert await stage.rows(table) == []
    await stage.say("bỏ qua")
    await stage.say("1")
    assert await state(stage) == "draft"


async def test_what_is_too_long_for_a_photo_is_not_sent(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 2)
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        person = await people.find(tx, "room", "1")
        assert person is not None
        draft = Draft({"vi": "x" * 1500}, Audience(), fallback="vi", picture="somewhere")
        await broadcasts.add(tx, campaign.id, person.person_id, draft, stage.clock())
        await broadcasts.mark_tested(tx, 1, stage.clock())
        await broadcasts.mark_right(tx, 1, stage.clock())
    assert "dài quá cho room" in text(await stage.say("/broadcast send 1"))
    assert await state(stage) == "draft"


async def sent_with_photo(stage: Stage, words: str) -> None:
    """A broadcast with a photo that two people have."""
    await appoint(stage, "1")
    await many(stage, 2)
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        officer = await people.find(tx, "room", "1")
        assert campaign is not None and officer is not None
        draft = Draft({"vi": words}, Audience(), fallback="vi", picture="somewhere")
        await broadcasts.add(tx, campaign.id, officer.person_id, draft, stage.clock())
        assert await broadcasts.plan(tx, 1, "draft", stage.clock(), stage.clock())
    await stage.later(5)
    assert await state(stage) == "done"


async def test_a_correction_too_long_for_the_caption_is_refused_before_anything_is_changed(stage: Stage) -> None:
    await sent_with_photo(stage, TEXT)
    await stage.say("/broadcast correct 1")
    await stage.say("Bà con ơi, " + "xin nhớ. " * 150)
    said = text(await stage.say("1"))
    assert "Chưa sửa gì cả" in said and "nhiều nhất 1.024" in said
    assert "viết lại bản đúng" in said  # the question stands again, with everything else as it was
    assert await state(stage) == "done"
    await stage.say("Chào {name}, xin dời lễ sang chiều.")
    await stage.say("1")
    for act in ("test", "right", "send"):
        await stage.say(f"/broadcast {act} 2")
    await stage.later(90)
    assert "dời lễ" in (await stage.rows(table))[0]["texts"]["vi"]
    assert {row["revision"] for row in await stage.rows(deliveries)} == {1}


async def test_an_officer_hears_how_many_copies_could_not_be_changed(stage: Stage) -> None:
    await sent_with_photo(stage, TEXT)
    async with stage.program() as app, app.database.write() as tx:
        assert await broadcasts.correct(tx, 1, {"vi": "Chào {name}, xin dời lễ sang chiều."})
    stage.room.fail = [SendFailed("refused", "not_changed")]
    await stage.later(5)
    shown = await stage.say("/broadcast show 1")
    assert "1 người vẫn thấy bản cũ" in text(shown)
    assert "/broadcast missed 1" in [button.value for button in shown[-1].buttons]
    assert "1 người: đã nhận, nhưng vẫn là bản cũ" in text(await stage.say("/broadcast missed 1"))
    ended = [row for row in await stage.rows(audit) if row["act"] == "broadcast.done"]
    assert ended[-1]["details"]["not_changed"] == 1
    async with stage.program() as app, app.database.write() as tx:
        assert await counts.find_unbalanced(tx) == []


async def test_a_planned_one_whose_hour_has_come_in_the_night_is_not_sent_unless_urgent(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 2)
    await ready(stage)
    stage.clock.at = stage.clock.at.replace(hour=16)  # eleven in the evening
    assert "giờ bà con nghỉ" in text(await stage.say("/broadcast send 1"))
    assert await state(stage) == "draft"


async def test_a_changed_text_must_be_tested_again(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 2)
    await ready(stage)
    async with stage.program() as app, app.database.write() as tx:
        assert await broadcasts.change(tx, 1, Draft({"vi": "Một bản khác hẳn."}, Audience(), fallback="vi"), 1)
    assert "Chưa xem bản thử" in text(await stage.say("/broadcast send 1"))


async def test_whether_the_test_copy_is_right_may_be_answered_by_yes_or_no(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 2)
    await compose(stage)
    await stage.say("/broadcast test 1")
    assert "xem lại thông báo" in text(await stage.say("không"))  # no: it is changed
    await stage.say("hủy")
    await stage.say("/broadcast test 1")
    await stage.say("đúng rồi")
    assert (await stage.rows(table))[0]["looked_right_at"] is not None


async def test_pause_and_resume_and_cancel_by_button(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 2500)
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        officer = await people.find(tx, "room", "1")
        assert campaign is not None and officer is not None
        draft = Draft({"vi": TEXT}, Audience(), fallback="vi")
        await broadcasts.add(tx, campaign.id, officer.person_id, draft, stage.clock())
        assert await broadcasts.plan(tx, 1, "draft", stage.clock(), stage.clock())
    async with stage.program() as app:
        for _ in range(3):
            await app.broadcasting.deliver()
        await app.engine.receive([stage.room.arrival("1", text="/broadcast pause 1")])
        await app.engine.settle()
        assert await app.broadcasting.deliver() == 0
    assert await state(stage) == "paused"
    paused = await stage.say("/broadcast show 1")
    assert [button.value.split()[1] for button in paused[-1].buttons] == ["resume", "cancel"]
    await stage.say("/broadcast cancel 1")
    await stage.later(5)
    assert await state(stage) == "cancelled"
    assert "tin đã dừng" in text(await stage.say("/broadcast missed 1"))


AUDIENCES: list[tuple[Audience, set[int]]] = [
    (Audience("volunteers"), {0, 1}),
    (Audience("volunteers", activities=("relief",)), {0}),
    (Audience("volunteers", activities=("relief", "first_aid")), {0, 1}),
    (Audience("pledgers"), {1, 2}),
    (Audience("everyone", without=("volunteers",)), {2, 3, 4}),
    (Audience("everyone", language="en"), {4}),
    (Audience("everyone", channel="web"), set()),
    (Audience("reporters"), set()),
    (Audience("staff"), set()),
]


@BOTH
@pytest.mark.parametrize(("audience", "expected"), AUDIENCES, ids=str)
async def test_an_audience_is_exactly_who_it_says(stage: Stage, audience: Audience, expected: set[int]) -> None:
    async with stage.program() as app:
        ids = [*await crowd(app, 4), *await crowd(app, 1, first=2000, language="en")]
        async with app.database.write() as tx:
            unit = await tx.value(sa.select(units.c.id).where(units.c.kind == "commune"))
            for n, activity in ((0, "relief"), (1, "first_aid")):
                row = volunteer(app.now(), ids[n], unit) | {"activities": [activity]}
                await tx.run(sa.insert(volunteers).values(**row))
            campaign = await campaigns.active(tx)
            address = await tx.value(sa.select(addresses.c.id))
            assert campaign is not None
            for n in (1, 2):
                pledge = {"campaign_id": campaign.id, "code": f"T{n}", "person_id": ids[n], "address_id": address}
                shown = {"kind": "money", "amount": 1, "shown_as": "anonymous", "dedupe_key": f"t{n}"}
                await tx.run(sa.insert(pledges).values(**pledge, **shown, created_at=app.now()))
            draft = Draft({"vi": TEXT}, audience, fallback="vi")
            seen = await readers.preview(tx, draft, app.now())
            id = await broadcasts.add(tx, campaign.id, None, draft, app.now())
            assert await broadcasts.plan(tx, id, "draft", app.now(), app.now())
        while await app.broadcasting.deliver():
            pass
    got = {ids.index(row["person_id"]) for row in await stage.rows(deliveries)}
    assert got == expected
    assert seen.size == len(expected)


@BOTH
async def test_who_is_left_out_is_counted_by_reason(stage: Stage) -> None:
    async with stage.program() as app:
        ids = await crowd(app, 5)
        async with app.database.write() as tx:
            before = await readers.preview(tx, Draft({"vi": TEXT}, Audience(), fallback="vi"), app.now())
            withdrawn = sa.update(consents).where(consents.c.person_id == ids[0]).values(withdrawn_at=app.now())
            await tx.run(withdrawn)
            account = await people.accounts_of(tx, ids[1])
            await people.set_state(tx, account[0].id, "blocked")
            await tx.run(sa.delete(consents).where(consents.c.person_id == ids[2]))
            await people.speak(tx, ids[3], "en")
            seen = await readers.preview(tx, Draft({"vi": TEXT}, Audience()), app.now())
    assert before.channels == {"room": 5}
    assert seen.channels == {"room": 1}
    left = dict(seen.left_out) | {"no_consent": seen.left_out["no_consent"] - before.left_out["no_consent"]}
    assert left == {"opted_out": 1, "gone": 1, "no_consent": 1, "language": 1}


@pytest.mark.parametrize(
    ("typed", "shown", "marked"),
    [
        ("*Mai* họp", "Mai họp", [("bold", "Mai")]),
        ("_mời_ bà con", "mời bà con", [("italic", "mời")]),
        ("*rất _gấp_*", "rất gấp", [("bold", "rất "), ("bold", "gấp"), ("italic", "gấp")]),
        ("xem [ở đây](https://vi-du.vn/a_b)", "xem ở đây", [("link", "ở đây")]),
        ("5*3*2 = 30, a_b_c", "5*3*2 = 30, a_b_c", []),
        ("* không *", "* không *", []),
        ("[xem](javascript:alert)", "[xem](javascript:alert)", []),
        ("<b>x</b> & `y`", "<b>x</b> & `y`", []),
        ("👨‍👩‍👧‍👦 *đậm*", "👨‍👩‍👧‍👦 đậm", [("bold", "đậm")]),
        ("Chào *{name}*", "Chào *Lan* _x_", [("bold", "*Lan* _x_")]),
    ],
)
def test_our_markup(typed: str, shown: str, marked: list[tuple[str, str]]) -> None:
    said, spans = markup.fill(markup.read(typed), {"name": "*Lan* _x_"})
    assert said == shown
    units_ = said.encode("utf-16-le")
    found = [(s.kind, units_[2 * s.start : 2 * (s.start + s.length)].decode("utf-16-le")) for s in spans]
    assert found == marked
    assert all(s.start + s.length <= width(said) for s in spans)


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://chuthapdo.org.vn/a?b=1", True),
        ("http://vi-du.vn", True),
        ("ftp://vi-du.vn", False),
        ("https://vi-du.vn@xau.vn", False),
        ("https://localhost", False),
        ("https://", False),
        ("javascript:alert(1)", False),
        ("tg://user?id=1", False),
        ("https://a.vn:99999", False),
    ],
)
def test_a_link_is_a_page_on_the_web(url: str, good: bool) -> None:
    assert markup.is_link(url) is good


def volunteer(now: Any, person_id: int, unit_id: int) -> dict[str, Any]:
    return {
        "person_id": person_id, "full_name": "Nguyễn Văn A", "birth_year": 1990,
        "unit_id": unit_id, "hamlet": "Thôn 1", "activities": ["relief"], "created_at": now, "updated_at": now,
    }  # fmt: skip


async def test_a_sent_one_shows_its_text_and_its_copy_is_a_draft_of_whoever_copies_it(stage: Stage) -> None:
    author, other = await appoint(stage, "1"), await appoint(stage, "2")
    await many(stage, 3)
    await ready(stage)
    await stage.say("/broadcast send 1")
    stage.clock.forward(minutes=2)
    await stage.say("/help")
    shown = (await stage.say("/broadcast show 1", "2"))[-1]
    assert TEXT in shown.text
    assert "/broadcast copy 1" in [button.value for button in shown.buttons]
    assert "bản nháp số 2" in text(await stage.say("/broadcast copy 1", "2"))
    first, second = await stage.rows(table)
    assert (first["author_id"], second["author_id"], second["state"]) == (author, other, "draft")
    assert (second["texts"], second["looked_right_at"], second["send_at"]) == (first["texts"], None, None)
    assert "Chưa gửi được" in text(await stage.say("/broadcast send 2", "2")), "it goes every step of a new one"


async def test_announcements_are_found_by_their_words_and_only_where_she_works(stage: Stage) -> None:
    await appoint(stage, "1")
    for said in ("Mời bà con hiến máu ở trạm y tế.", "Lễ phát động sáng thứ Hai."):
        await compose(stage, text=said)
    found = text(await stage.say("/broadcast history hien mau"))
    assert ("số 1" in found, "số 2" in found) == (True, False)
    assert "Không có tin nào như vậy" in text(await stage.say("/broadcast history máup1")), "no page of «máu»"
    await stage.say("/broadcast search")
    assert "số 2" in text(await stage.say("phát động"))
    assert "Không có tin nào như vậy" in text(await stage.say("/broadcast history bão lụt"))
    await appoint(stage, "2", unit="19366")
    assert "Không có tin nào như vậy" in text(await stage.say("/broadcast history", "2"))
    assert "Không tìm thấy tin này" in text(await stage.say("/broadcast copy 1", "2"))
