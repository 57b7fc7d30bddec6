"""Several are verified or approved at once, after a look: each is checked for itself when it is done."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from storage.tables import addresses, audit, consents, deeds, pictures
from tests.desk import FAR, LAN, MINH, RESIDENT, WHY, heard, last, staffed, surveyed, tell, tick, values
from tests.stage import BOTH, Stage


async def states(stage: Stage, codes: list[str]) -> list[str]:
    rows = {row["code"]: row["state"] for row in await stage.rows(addresses)}
    return [str(rows[code]) for code in codes]


async def test_what_was_ticked_is_verified_with_one_reason_and_nothing_else(stage: Stage) -> None:
    await staffed(stage)
    codes = await surveyed(stage)
    shown = (await stage.say("/desk many verify", LAN))[0].text
    assert all(code in shown for code in codes)
    said = await tick(stage, "verify", "1 3")
    assert f"{codes[0]}, {codes[2]}" in said.text
    assert await states(stage, codes) == ["verified", "surveyed", "verified"]
    rows = {row["code"]: row for row in await stage.rows(addresses)}
    assert [rows[code]["reason"] for code in codes] == [WHY, "", WHY]
    acts = [row["object"] for row in await stage.rows(audit) if row["act"] == "verified"]
    assert acts == [f"address:{codes[0]}", f"address:{codes[2]}"]
    assert values(heard(stage, MINH)[-1]) == ["/desk many accept"]


async def test_two_eyes_and_every_other_rule_hold_for_each_row_and_who_was_not_done_is_named_with_why(
    stage: Stage,
) -> None:
    await staffed(stage)
    codes = await surveyed(stage)
    await tick(stage, "verify", "1 2 3")
    assert "không còn việc nào" in (await stage.say("/desk many accept", LAN))[0].text, "she verified them herself"
    assert "không còn việc nào" in (await stage.say("/desk many accept", FAR))[0].text
    await stage.say("/desk many accept", MINH)
    for text in ("1 2 3", "xong", WHY):
        await stage.say(text, MINH)
    await stage.say(f"/desk refuse {codes[2]}", LAN)
    await stage.say("gia đình đã chuyển đi nơi khác", LAN)
    said = (await stage.say("Đúng, làm cả", MINH))[0]
    assert await states(stage, codes) == ["approved", "verified", "refused"]
    assert f"• {codes[1]} chưa ghi việc cần giúp" in said.text
    assert f"• {codes[2]} đã có người xử lý: đã từ chối" in said.text
    assert values(said)[:2] == [f"/desk address {codes[1]}", f"/desk address {codes[2]}"]


async def test_what_changed_after_it_was_shown_is_not_done_and_what_is_not_sure_does_nothing(stage: Stage) -> None:
    await staffed(stage)
    codes = await surveyed(stage, 2)
    assert "chưa làm gì" in (await tick(stage, "verify", "1 2", sure="Khoan, để xem lại")).text
    await stage.say("/desk many verify", LAN)
    async with stage.program() as app, app.database.write() as tx:
        other = sa.update(addresses).where(addresses.c.code == codes[1]).values(story="Chuyện khác hẳn")
        await tx.run(other)
    for text in ("1 2", "xong", WHY):
        await stage.say(text, LAN)
    assert f"{codes[1]} đã thay đổi sau khi anh/chị xem" in (await stage.say("Đúng, làm cả", LAN))[0].text
    assert await states(stage, codes) == ["verified", "surveyed"]


async def test_a_household_with_a_photo_is_looked_at_by_itself(stage: Stage) -> None:
    await staffed(stage)
    codes = await surveyed(stage)
    async with stage.program() as app, app.database.write() as tx:
        shown = sa.update(addresses).where(addresses.c.code == codes[1])
        await tx.run(shown.values(picture=sa.select(pictures.c.name).limit(1).scalar_subquery()))
    said = "".join(message.text for message in await stage.say("/desk many verify", LAN))
    assert (codes[0] in said, codes[1] in said, codes[2] in said) == (True, False, True)


async def test_more_than_ten_come_in_pages_and_a_tick_of_another_page_is_none(stage: Stage) -> None:
    await staffed(stage)
    codes = await surveyed(stage, 12)
    pages = (await stage.say("/desk many verify", LAN))[0]
    assert values(pages)[:2] == ["/desk many verify p1", "/desk many verify p2"]
    second = (await stage.say("/desk many verify p2", LAN))[0].text
    assert (codes[10] in second, codes[0] in second) == (True, False)
    await stage.say("3", LAN)
    assert await states(stage, codes) == ["surveyed"] * 12


async def test_deeds_without_photos_are_approved_together_and_one_that_another_officer_has_in_hand_says_so(
    stage: Stage,
) -> None:
    await staffed(stage)
    first, second = await tell(stage, photos=0), await tell(stage, photos=0)
    await stage.say(f"/desk take deed {second}", MINH)
    shown = (await stage.say("/desk many approve", LAN))[0].text
    assert shown.count("👁") == 1, "she may approve it all the same"
    assert first in shown and second in shown and "TND26-VTDE1" not in shown, "one with photos is looked at by itself"
    await stage.say(f"/desk decline {second}", MINH)
    await stage.say("chưa rõ ai làm việc này", MINH)
    for text in ("1 2", "xong", WHY):
        await stage.say(text, LAN)
    assert f"{second}" in (await stage.say("Đúng, làm cả", LAN))[0].text
    rows = {row["code"]: row for row in await stage.rows(deeds)}
    assert (rows[first]["state"], rows[first]["reason"], rows[second]["state"]) == ("approved", WHY, "declined")
    assert rows[first]["approved_version"]
    assert f"Việc thiện {first}" in last(stage, RESIDENT)


async def test_a_doer_who_asks_not_to_be_named_is_shown_so_among_several_as_on_the_card(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    assert "Tổ thuyền Thử (xin không nêu tên)" not in (await stage.say("/desk many approve", LAN))[0].text
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(deeds).where(deeds.c.code == code).values(done_by_teller=True))
        await tx.run(sa.delete(consents).where(consents.c.purpose == "publish_name"))
    for opened in ("/desk many approve", f"/desk deed {code}"):
        assert "Tổ thuyền Thử (xin không nêu tên)" in (await stage.say(opened, LAN))[0].text


@BOTH
async def test_two_officers_who_do_the_same_at_one_instant_do_each_row_once(stage: Stage) -> None:
    await staffed(stage)
    codes = await surveyed(stage)
    for officer, numbers in ((LAN, "1 2 3"), (MINH, "3 2 1")):
        await stage.say("/desk many verify", officer)
        for text in (numbers, "xong", WHY):
            await stage.say(text, officer)
    async with stage.program() as app:
        await asyncio.gather(
            *(app.engine.receive([stage.room.arrival(who, text="Đúng, làm cả")]) for who in (LAN, MINH))
        )
        await app.settle()
    assert await states(stage, codes) == ["verified"] * 3
    assert [row["act"] for row in await stage.rows(audit)].count("verified") == 3
    assert sum("Đã xác minh địa chỉ: 3" in message.text for who in (LAN, MINH) for message in heard(stage, who)) == 1
