"""What it takes to keep a promise: how to reach whoever pledged, and where, when and to whom to hand over."""

from __future__ import annotations

import sqlalchemy as sa

from storage.aid import pledges
from storage.campaign import handovers, units
from storage.campaign.handovers import Handover
from storage.rights import export
from storage.tables import audit
from storage.tables import handovers as table
from storage.tables import pledges as promises
from storage.tables import units as places
from tests.desk import BEN_QUAN, CUA_TUNG, FAR, LAN, RESIDENT, last, promise, staffed
from tests.stage import BOTH, Stage

PHONE = "0912 345 678"


async def unit(stage: Stage, code: str) -> int:
    return int(next(row["id"] for row in await stage.rows(places) if row["code"] == code))


async def call_me(stage: Stage) -> str:
    """Pledge with a phone number that is typed under the review; returns the pledge's code."""
    await stage.agree("take_part", address=RESIDENT)
    for text in ("/pledge DC-0002", "200k", PHONE):
        review = await stage.say(text, RESIDENT)
    assert f"Điện thoại: {PHONE}" in review[-1].text
    thanked = await stage.say("đúng", RESIDENT)
    assert f"gọi anh/chị theo số {PHONE}" in thanked[0].text
    return str((await stage.rows(promises))[-1]["code"])


async def test_where_gifts_are_taken_in_no_account_is_told(stage: Stage) -> None:
    await staffed(stage)
    await stage.say(f"/desk handover c{await unit(stage, CUA_TUNG)}", LAN)
    await stage.say("Chuyển khoản STK 19034567890 Techcombank", LAN)
    assert "không ghi số tài khoản (19034567890)" in last(stage, LAN)
    await stage.say("UBND xã, gọi trước 0912 345 678", LAN)
    assert "không ghi số tài khoản" not in last(stage, LAN)


@BOTH
async def test_a_phone_is_left_by_typing_it_under_the_review_and_shown_to_officers_on_the_record(stage: Stage) -> None:
    await staffed(stage)
    code = await call_me(stage)
    assert PHONE.replace(" ", "")[1:].encode() not in (await stage.rows(promises))[-1]["phone"]
    assert "0912 ••• 678" in (await stage.say(f"/desk pledge {code}", LAN))[-1].text
    assert PHONE not in (await stage.say(f"/desk call {code}", FAR))[-1].text
    assert PHONE in (await stage.say(f"/desk call {code}", LAN))[-1].text
    seen = [row["details"] for row in await stage.rows(audit) if row["act"] == "reveal"]
    assert seen == [{"why": "pledge"}]


@BOTH
async def test_a_phone_is_offered_with_the_next_pledge_told_to_its_owner_and_goes_with_the_pledge(stage: Stage) -> None:
    code = await call_me(stage)
    for text in ("/pledge DC-0004", "200k"):
        review = await stage.say(text, RESIDENT)
    assert f"Điện thoại: {PHONE}" in review[-1].text
    await stage.say("/cancel", RESIDENT)
    person_id = (await stage.rows(promises))[-1]["person_id"]
    async with stage.program() as app:
        async with app.database.read() as tx:
            kept = await export.everything(tx, person_id)
            assert [one["phone"] for one in kept["pledges"]] == ["+84912345678"]
        async with app.database.write() as tx:
            assert await pledges.cancel(tx, person_id, code, stage.clock())
    assert (await stage.rows(promises))[-1]["phone"] is None


async def test_who_registered_a_phone_is_not_asked_for_it(stage: Stage) -> None:
    await stage.agree("take_part", address=RESIDENT)
    for text in ("/volunteer", "Nguyễn Thị Thử", "1995", PHONE, "Vĩnh Kim", "1", "xong", "đúng", "/pledge DC-0002"):
        await stage.say(text, RESIDENT)
    assert f"Điện thoại: {PHONE}" in (await stage.say("200k", RESIDENT))[-1].text


@BOTH
async def test_what_a_commune_has_not_set_is_as_the_unit_above_says(stage: Stage) -> None:
    cua_tung, ben_quan = await unit(stage, CUA_TUNG), await unit(stage, BEN_QUAN)
    own, wide = Handover("UBND xã", "sáng thứ Hai", "chị Mẫu"), Handover("Hội huyện", "giờ hành chính", "anh Ví")
    async with stage.program() as app, app.database.write() as tx:
        above = await tx.value(sa.select(places.c.parent_id).where(places.c.id == cua_tung))
        assert await handovers.find(tx, cua_tung) is None
        await handovers.set_for(tx, above, wide)
        await handovers.set_for(tx, cua_tung, wide)
        await handovers.set_for(tx, cua_tung, own)
        assert await handovers.find(tx, cua_tung) == own
        assert await handovers.find(tx, ben_quan) == wide
        await units.merge(tx, ben_quan, cua_tung, stage.clock().date(), "", "operator", stage.clock())
        assert await handovers.find(tx, cua_tung) == own
        await handovers.set_for(tx, cua_tung, None)
        assert await handovers.find(tx, cua_tung) == wide


async def test_the_place_is_told_with_money_and_goods_but_not_with_work(stage: Stage) -> None:
    await staffed(stage)
    cua_tung = await unit(stage, CUA_TUNG)
    for text in (f"/desk handover c{cua_tung}", "UBND xã Cửa Tùng", "sáng thứ Hai", "chị Mẫu", "đúng"):
        await stage.say(text, LAN)
    code = await promise(stage)
    assert "Nơi trao: UBND xã Cửa Tùng\nGiờ nhận: sáng thứ Hai\nGặp: chị Mẫu" in last(stage, RESIDENT)
    for text in (f"/desk confirm {code}", "bỏ qua"):
        await stage.say(text, LAN)
    assert "Nơi trao: UBND xã Cửa Tùng" in last(stage, RESIDENT)
    for text in ("/pledge DC-0012", "1", "1", "đúng"):
        thanked = await stage.say(text, RESIDENT)
    assert "Hội đã ghi cam kết" in thanked[0].text
    assert "Nơi trao" not in thanked[0].text
    await stage.say(f"/desk handover c{cua_tung} off", LAN)
    assert await stage.rows(table) == []


async def test_an_officer_sets_no_other_commune_s_place(stage: Stage) -> None:
    await staffed(stage)
    cua_tung = await unit(stage, CUA_TUNG)
    unknown = (await stage.say("/desk pledge TND26-22222", FAR))[-1].text
    for rest in (f"c{cua_tung}", f"c{cua_tung} off", "c999999"):
        assert (await stage.say(f"/desk handover {rest}", FAR))[-1].text == unknown
    assert await stage.rows(table) == []


async def test_what_an_officer_writes_reaches_the_donor_and_the_answer_reaches_the_card(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for text in (f"/desk write {code}", "Sáng mai chị có nhà không ạ?"):
        await stage.say(text, LAN)
    assert "Sáng mai chị có nhà không ạ?" in last(stage, RESIDENT)
    await stage.say("Sáng mai tôi ở nhà nhé, mời em ghé", RESIDENT)
    card = (await stage.say(f"/desk pledge {code}", LAN))[-1].text
    assert "Sáng mai chị có nhà không ạ?" in card
    assert "mời em ghé" in card
    for text in (f"/desk write {code}", "Dạ em cảm ơn chị"):
        await stage.say(text, LAN)
    assert "Dạ em cảm ơn chị" in last(stage, RESIDENT)
