"""Officers review deeds: two never decide on one, what was approved is fixed, the reporter hears, nobody else may."""

from __future__ import annotations

import asyncio

import pytest

from storage.aid import reviews
from storage.campaign import campaigns
from storage.tables import audit, deeds
from tests.desk import FAR, LAN, MINH, RESIDENT, appoint, code_in, dismiss, heard, last, pressing, staffed, tell, values
from tests.stage import BOTH, Stage, photo


async def decision(stage: Stage, code: str) -> dict[str, object]:
    row = next(row for row in await stage.rows(deeds) if row["code"] == code)
    return {name: row[name] for name in ("state", "reason", "decided_by", "approved_version")}


@BOTH
async def test_an_officer_approves_what_she_saw_and_the_buttons_of_the_others_vanish(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await tell(stage)
    notice = heard(stage, MINH)[-1]
    assert code in notice.text
    assert values(notice) == [f"/desk deed {code}"]
    assert heard(stage, FAR) == []
    card = await stage.say("", LAN, pressed=values(heard(stage, LAN)[-1])[0], name="Lan")
    assert card[-1].picture
    assert "Vá lưới giúp một nhà bị bão" in card[-1].text
    await stage.say("", LAN, pressed=pressing(card, "/desk take"))
    assert "đang xem" in last(stage, MINH)
    assert heard(stage, MINH)[-1].replaces
    said = await stage.say("", LAN, pressed=pressing(card, "/desk approve"))
    assert f"Đã duyệt {code}" in said[0].text
    assert (last(stage, MINH), values(heard(stage, MINH)[-1])) == (f"✓ Việc thiện {code}: đã duyệt.", [])
    assert heard(stage, LAN)[-1].replaces
    assert "đã được duyệt" in last(stage, RESIDENT)
    kept = await decision(stage, code)
    assert (kept["state"], kept["decided_by"]) == ("approved", ids[LAN])
    async with stage.program() as app, app.database.read() as tx:
        report = await reviews.find(tx, code, None)
        assert report is not None
        assert report.version == report.approved_version == kept["approved_version"]


async def test_what_changed_since_the_card_was_shown_is_not_approved_but_shown_again(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage)
    approve = pressing(await stage.say(f"/desk deed {code}", LAN), "/desk approve")
    await stage.say("", photo=str(photo(stage.folder, "late", "#ff0000")), album="a")
    said = await stage.say("", LAN, pressed=approve)
    assert "đã thay đổi" in said[0].text
    assert (await decision(stage, code))["state"] == "new"
    await stage.say("", LAN, pressed=pressing(said, "/desk approve"))
    assert (await decision(stage, code))["state"] == "approved"


async def test_nothing_of_an_approved_deed_can_be_changed_any_more(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage)
    await stage.say("", LAN, pressed=pressing(await stage.say(f"/desk deed {code}", LAN), "/desk approve"))
    before = await decision(stage, code)
    await stage.say("", photo=str(photo(stage.folder, "late", "#ff0000")), album="a")
    await stage.say(f"/my withdraw {code}")
    await stage.say("có")
    await stage.say(f"/desk decline {code}", MINH)
    assert await decision(stage, code) == before
    async with stage.program() as app, app.database.read() as tx:
        report = await reviews.find(tx, code, None)
        assert report is not None
        assert report.version == before["approved_version"]


async def test_of_two_officers_who_decide_at_the_same_instant_one_wins_and_the_other_is_told(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    approve = pressing(await stage.say(f"/desk deed {code}", MINH), "/desk approve")
    stage.room.said.clear()
    async with stage.program() as app:
        both = [stage.room.arrival(address, pressed=approve) for address in (LAN, MINH)]
        await app.engine.receive(both)
        await app.settle()
    assert f"Đã duyệt {code}" in heard(stage, LAN)[0].text
    assert f"{code} đã có cán bộ xử lý: đã duyệt" in "".join(m.text for m in heard(stage, MINH))
    assert [row["act"] for row in await stage.rows(audit) if row["object"] == f"deed:{code}"].count("approved") == 1


@BOTH
async def test_the_database_decides_which_of_five_was_first(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    async with stage.program() as app:
        async with app.database.read() as tx:
            report = await reviews.find(tx, code, None)
        assert report is not None

        async def decide(person_id: int) -> bool:
            async with app.database.write() as tx:
                return await reviews.decide(tx, report, person_id, "approved", stage.clock(), version="v")

        assert sorted(await asyncio.gather(*(decide(n) for n in range(5)))) == [False, False, False, False, True]


async def test_the_reporter_answers_a_question_and_the_answer_comes_back_to_the_card(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk deed {code}", LAN)
    await stage.say(f"/desk ask {code}", LAN)
    await stage.say("Nhà đó ở thôn nào?", LAN)
    asked = heard(stage, RESIDENT)[-1]
    assert "Nhà đó ở thôn nào?" in asked.text
    await stage.say("", pressed=values(asked)[0])
    await stage.say("Ở Thôn Thử, sát biển")
    assert "Bà con nhắn về việc thiện" in last(stage, LAN)
    card = await stage.say("", LAN, pressed=values(heard(stage, LAN)[-1])[0])
    assert "Cán bộ Hội (09:00 12/05): Nhà đó ở thôn nào?" in card[-1].text
    assert "Bà con (09:00 12/05): Ở Thôn Thử, sát biển" in card[-1].text
    assert "Ở Thôn Thử, sát biển" in (await stage.say(f"/desk deed {code}", LAN))[-1].text


async def test_who_declines_gives_a_reason_and_the_reporter_hears_it(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk decline {code}", LAN)
    await stage.say("chưa rõ ai làm việc này", LAN)
    assert (await decision(stage, code))["reason"] == "chưa rõ ai làm việc này"
    assert "chưa rõ ai làm việc này" in last(stage, RESIDENT)


@pytest.mark.parametrize("act", ["deed", "photos", "approve", "decline", "ask"])
async def test_an_officer_of_another_unit_hears_the_same_as_for_what_does_not_exist(stage: Stage, act: str) -> None:
    await staffed(stage)
    code = await tell(stage)
    theirs = await stage.say(f"/desk {act} {code} 123456789012", FAR)
    nothing = await stage.say(f"/desk {act} TND26-22222 123456789012", FAR)
    assert [m.text for m in theirs] == [m.text for m in nothing]
    assert (await decision(stage, code))["state"] == "new"
    refused = [row["object"] for row in await stage.rows(audit) if row["act"] == "refused"]
    assert refused == [f"deed:{code}", "deed:TND26-22222"]


async def test_who_is_no_officer_any_more_can_do_nothing_with_an_old_button_or_an_open_form(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await tell(stage, photos=0)
    approve = pressing(await stage.say(f"/desk deed {code}", LAN), "/desk approve")
    await stage.say(f"/desk decline {code}", LAN)
    await dismiss(stage, ids[LAN])
    assert "Tôi chưa có mục này" in (await stage.say("không rõ", LAN))[0].text
    await stage.say("", LAN, pressed=approve)
    assert (await decision(stage, code))["state"] == "new"
    assert [row["act"] for row in await stage.rows(audit)].count("refused") == 1


async def test_a_resident_who_borrows_an_officer_s_button_is_refused(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    approve = pressing(await stage.say(f"/desk deed {code}", LAN), "/desk approve")
    assert "Tôi chưa có mục này" in (await stage.say("", pressed=approve))[0].text
    assert (await decision(stage, code))["state"] == "new"


async def test_a_forged_version_approves_nothing(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    for forged, told in (("", "đã thay đổi"), ("000000000000", "đã thay đổi"), ("%", "chưa hiểu"), ("a", "chưa hiểu")):
        assert told in (await stage.say(f"/desk approve {code} {forged}", LAN))[0].text
    assert (await decision(stage, code))["state"] == "new"


async def test_an_officer_with_two_units_sees_both(stage: Stage) -> None:
    await staffed(stage)
    await appoint(stage, FAR)
    code = await tell(stage, photos=0)
    assert code in (await stage.say(f"/desk deed {code}", FAR))[-1].text


async def switch(stage: Stage, *, on: bool) -> None:
    async with stage.program() as app, app.database.write() as tx:
        found = await campaigns.active(tx)
        assert found is not None
        await campaigns.switch(tx, found.id, on, "operator", stage.clock())


async def test_a_deed_that_is_being_told_when_the_campaign_is_switched_off_waits_with_its_photos(stage: Stage) -> None:
    await staffed(stage)
    await stage.say("Vá lưới giúp một nhà bị bão", photo=str(photo(stage.folder, "net")), album="a")
    await stage.say("Tổ thuyền Thử")
    before = await stage.rows(deeds)
    await switch(stage, on=False)
    await stage.say("Cửa Tùng")
    assert "xem lại" in (await stage.say("không rõ mặt"))[0].text, "who has begun may go on"
    [kept] = await stage.say("đúng")
    assert "vẫn còn ở đây" in kept.text
    assert "Vá lưới" in kept.text
    assert await stage.rows(deeds) == before
    assert "chưa mở" in (await stage.say("/deed", "5"))[0].text
    await switch(stage, on=True)
    code = code_in((await stage.say("đúng"))[0].text)
    assert (await stage.say(f"/desk deed {code}", LAN))[-1].picture


async def test_a_deed_that_is_sent_after_its_photos_are_swept_away_asks_for_them_again(stage: Stage) -> None:
    await staffed(stage)
    await stage.say("Vá lưới giúp một nhà bị bão", photo=str(photo(stage.folder, "net")), album="a")
    for text in ("Tổ thuyền Thử", "Cửa Tùng", "không rõ mặt"):
        await stage.say(text)
    stage.clock.forward(days=8)
    async with stage.program() as app:
        await app.sweep()
    [gone] = await stage.say("đúng")
    assert "gửi lại ảnh" in gone.text
    await stage.say("", photo=str(photo(stage.folder, "net")), album="b")
    assert "Vá lưới" in (await stage.say("không"))[-1].text
    code = code_in((await stage.say("đúng"))[0].text)
    assert (await stage.say(f"/desk deed {code}", LAN))[-1].picture


@BOTH
async def test_a_decision_is_taken_back_with_a_reason_and_made_anew(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    for text in (f"/desk decline {code}", "chưa rõ việc làm ở đâu"):
        await stage.say(text, LAN)
    card = (await stage.say(f"/desk deed {code}", MINH))[-1]
    assert "Không được duyệt: chưa rõ việc làm ở đâu – người #" in card.text and "(xã Cửa Tùng), 09:0" in card.text
    assert f"/desk reopen {code}" in values(card)
    assert "Không tìm thấy" in (await stage.say(f"/desk reopen {code}", FAR))[0].text
    for text in (f"/desk reopen {code}", "đã hỏi thêm hàng xóm rồi"):
        await stage.say(text, MINH)
    assert "đã hỏi thêm hàng xóm rồi" in last(stage, RESIDENT)
    assert await decision(stage, code) == {"state": "new", "reason": "", "decided_by": None, "approved_version": ""}
    assert [row["details"] for row in await stage.rows(audit) if row["act"] == "reopen"] == [{"was": "declined"}]
    approve = pressing(await stage.say(f"/desk deed {code}", LAN), "/desk approve")
    await stage.say("", LAN, pressed=approve)
    assert (await decision(stage, code))["state"] == "approved"


async def test_of_two_officers_who_take_a_decision_back_at_once_one_is_told(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say("", LAN, pressed=pressing(await stage.say(f"/desk deed {code}", LAN), "/desk approve"))
    assert "chưa có quyết định" not in (await stage.say(f"/desk reopen {code}", LAN))[-1].text
    await stage.say(f"/desk reopen {code}", MINH)
    async with stage.program() as app:
        await app.engine.receive(
            [stage.room.arrival(who, text="nhầm người làm, đã hỏi lại rồi") for who in (LAN, MINH)]
        )
        await app.settle()
    told = [message.text for who in (LAN, MINH) for message in heard(stage, who) if code in message.text]
    assert sum("chưa có quyết định" in text for text in told) == 1
    assert [row["act"] for row in await stage.rows(audit)].count("reopen") == 1
