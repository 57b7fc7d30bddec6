"""Help that somebody brings without a pledge: a receipt, thanks, its place in every sum, and the questions a slip deserves."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from storage.rights import erase
from storage.tables import addresses, audit, contributions, needs, pledges
from storage.talk import people
from tests.desk import FAR, LAN, MINH, RESIDENT, heard, last, promise, staffed, values
from tests.stage import BOTH, Stage

NAMED = ("1", "500k", "họ tên", "Nguyễn Thị Mẫu")
"""Money for the household's roof, from somebody who wants to be named."""
PHONE = "0912345678"


async def bring(stage: Stage, *said: str, officer: str = LAN, code: str = "DC-0002") -> str:
    """An officer writes down what somebody brought; returns what she is told at the end."""
    for text in (f"/desk brought {code}", *(said or (*NAMED, "bỏ qua"))):
        await stage.say(text, officer)
    await stage.say("đúng", officer)
    return last(stage, officer)


async def known_by(stage: Stage, phone: str, address: str = RESIDENT) -> int:
    """Somebody's channel says that this is her number; returns her id."""
    async with stage.program() as app, app.database.write() as tx:
        account = await people.find(tx, "room", address)
        assert account is not None
        await people.vouch_for_phone(tx, account.id, phone)
        return account.person_id


async def newest(stage: Stage, table: sa.Table) -> dict[str, Any]:
    """The row that was written last."""
    return max(await stage.rows(table), key=lambda row: int(row["id"]))


async def roof(stage: Stage) -> dict[str, int]:
    """The sums of the first need of DC-0002."""
    home = next(row["id"] for row in await stage.rows(addresses) if row["code"] == "DC-0002")
    row = min((row for row in await stage.rows(needs) if row["address_id"] == home), key=lambda row: int(row["id"]))
    return {name: row[name] for name in ("promised", "arrived")}


@BOTH
async def test_what_is_brought_has_a_receipt_and_a_text_to_hand_over(stage: Stage) -> None:
    await staffed(stage)
    before = await roof(stage)
    paper = await bring(stage)
    assert "BIÊN NHẬN số TND26/00001" in paper and "Nguyễn Thị Mẫu" in paper and "500.000 đ" in paper
    assert {name: n - before[name] for name, n in (await roof(stage)).items()} == {
        "promised": 500_000, "arrived": 500_000,
    }  # fmt: skip
    pledge = await newest(stage, pledges)
    assert (pledge["state"], pledge["amount"], pledge["arrived"]) == ("fulfilled", 500_000, 500_000)
    card = (await stage.say(f"/desk pledge {pledge['code']}", MINH))[-1]
    assert "không cam kết trước" in card.text and "Nguyễn Thị Mẫu" in card.text
    assert [row["act"] for row in await stage.rows(audit) if row["object"] == f"pledge:{pledge['code']}"] == ["brought"]


async def test_who_stays_anonymous_is_asked_for_no_name_and_leaves_none(stage: Stage) -> None:
    await staffed(stage)
    assert "Đã nhận của: không nêu tên" in await bring(stage, "1", "500k", "ẩn danh", "bỏ qua")
    pledge = await newest(stage, pledges)
    assert (pledge["shown_as"], pledge["shown_name"], pledge["phone_index"]) == ("anonymous", "", None)


async def test_who_has_an_account_is_thanked_there_and_finds_it_among_hers(stage: Stage) -> None:
    await staffed(stage)
    hers = await known_by(stage, "+84912345678")
    said = await bring(stage, *NAMED, PHONE)
    assert "cùng một người" in said
    await stage.say("1", LAN)
    assert "Đã nhắn lời cảm ơn" in last(stage, LAN)
    assert "Số biên nhận: TND26/00001" in last(stage, RESIDENT)
    assert (await newest(stage, pledges))["person_id"] == hers
    shown = "".join(message.text for message in await stage.say("/my"))
    assert f"{(await newest(stage, pledges))['code']}: 500.000" in shown
    assert "publish_name" not in (await who(stage, hers))


async def who(stage: Stage, person_id: int) -> frozenset[str]:
    """What somebody agrees to."""
    async with stage.program() as app, app.database.read() as tx:
        return (await people.load(tx, [person_id]))[person_id].consents


async def test_who_comes_again_with_the_same_number_is_the_same_person(stage: Stage) -> None:
    await staffed(stage)
    await bring(stage, *NAMED, PHONE)
    stage.clock.forward(hours=2)
    await bring(stage, "1", "200k", "họ tên", "Nguyễn Thị Mẫu", PHONE, officer=MINH)
    assert "Nguyễn Thị Mẫu, xã Cửa Tùng (trùng số điện thoại)" in "".join(
        str(button.label) for button in heard(stage, MINH)[-1].buttons
    )
    await stage.say("1", MINH)
    *_, first, second = sorted(await stage.rows(pledges), key=lambda row: int(row["id"]))
    assert first["person_id"] == second["person_id"]
    stage.clock.forward(hours=2)
    await bring(stage, "1", "300k", "họ tên", "Nguyễn Thị Mẫu", "bỏ qua", officer=MINH)
    await stage.say("Người khác, ghi mới", MINH)
    assert (await newest(stage, pledges))["person_id"] != first["person_id"]


async def test_an_officer_elsewhere_is_not_told_whose_number_it_is(stage: Stage) -> None:
    await staffed(stage)
    await bring(stage, *NAMED, PHONE)
    for text in ("/desk brought DC-0003", "1", "50", "bỏ qua", "họ tên", "Trần Văn Thử", PHONE, "đúng"):
        await stage.say(text, FAR)
    labels = [str(button.label) for button in heard(stage, FAR)[-1].buttons]
    assert "Người đã cho biết số này trước đây" in labels
    assert "Mẫu" not in "".join([*labels, *(message.text for message in heard(stage, FAR)[-2:])])


async def test_what_looks_like_a_slip_is_asked_about_and_written_only_when_it_is_confirmed(stage: Stage) -> None:
    await staffed(stage)
    said = await bring(stage, "1", "50tr", "ẩn danh", "bỏ qua")
    assert "nhiều hơn hẳn phần còn thiếu" in said
    await stage.say("huhu", LAN)
    await stage.say("Khoan, xem lại đã", LAN)
    assert "Chưa ghi gì" in last(stage, LAN) and await stage.rows(contributions) == []
    await bring(stage, "1", "50tr", "ẩn danh", "bỏ qua")
    await stage.say("Đúng, vẫn ghi biên nhận", LAN)
    assert [row["amount"] for row in await stage.rows(contributions)] == [50_000_000]


async def test_a_day_to_come_is_not_taken_and_one_outside_the_campaign_is_asked_about(stage: Stage) -> None:
    await staffed(stage)
    for text in ("/desk brought DC-0002", *NAMED, "bỏ qua", "sửa", "Ngày nhận", "ngày mai"):
        await stage.say(text, LAN)
    assert "Nhận ngày nào?" in last(stage, LAN)
    await stage.say("3/2/2026", LAN)
    await stage.say("đúng", LAN)
    assert "03/02/2026 nằm ngoài chiến dịch" in last(stage, LAN)
    assert await stage.rows(contributions) == []


async def test_what_its_giver_has_pledged_already_is_not_counted_twice_unasked(stage: Stage) -> None:
    await staffed(stage)
    await known_by(stage, "+84912345678")
    code = await promise(stage, "500k")
    assert f"đã cam kết giúp hộ này: {code}" in await bring(stage, *NAMED, PHONE)
    assert await stage.rows(contributions) == []


async def test_a_household_that_is_closed_is_asked_about_and_one_that_was_never_approved_receives_nothing(
    stage: Stage,
) -> None:
    await staffed(stage)
    await move(stage, "closed")
    assert "DC-0002 không còn nhận giúp" in await bring(stage)
    await move(stage, "surveyed")
    assert "chưa nhận giúp được" in (await stage.say("/desk brought DC-0002", LAN))[-1].text


async def move(stage: Stage, state: str) -> None:
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(addresses).where(addresses.c.code == "DC-0002").values(state=state))


@BOTH
async def test_of_two_officers_who_write_the_same_gift_at_the_same_instant_the_second_is_asked(stage: Stage) -> None:
    await staffed(stage)
    for officer in (LAN, MINH):
        for text in ("/desk brought DC-0002", "1", "500k", "ẩn danh", "bỏ qua"):
            await stage.say(text, officer)
    async with stage.program() as app:
        await asyncio.gather(*(app.engine.receive([stage.room.arrival(who, text="đúng")]) for who in (LAN, MINH)))
        await app.settle()
    assert len(await stage.rows(contributions)) == 1
    said = [last(stage, officer) for officer in (LAN, MINH)]
    assert sum("Vừa có biên nhận TND26/00001" in text for text in said) == 1
    assert sum("BIÊN NHẬN số" in text for text in said) == 1


async def test_what_is_voided_counts_for_nothing_and_waits_for_nothing(stage: Stage) -> None:
    await staffed(stage)
    before = await roof(stage)
    await bring(stage)
    await stage.say("/desk void 1", LAN)
    await stage.say("ghi nhầm sang hộ khác trong thôn", LAN)
    assert await roof(stage) == before
    assert (await newest(stage, pledges))["state"] == "cancelled"
    assert [row["void_reason"] for row in await stage.rows(contributions)] == ["ghi nhầm sang hộ khác trong thôn"]


async def test_who_is_erased_is_not_known_again_by_her_number(stage: Stage) -> None:
    await staffed(stage)
    await bring(stage, *NAMED, PHONE)
    hers = (await newest(stage, pledges))["person_id"]
    async with stage.program() as app, app.database.write() as tx:
        await erase.forget(tx, hers, stage.clock())
    stage.clock.forward(hours=2)
    assert "BIÊN NHẬN số TND26/00002" in await bring(stage, *NAMED, PHONE)
    assert (await newest(stage, pledges))["person_id"] != hers


async def test_without_a_code_the_households_of_the_officer_s_units_are_offered(stage: Stage) -> None:
    await staffed(stage)
    offered = [value for message in await stage.say("/desk brought", FAR) for value in values(message)]
    lines = [value.split()[-1] for value in offered if value.startswith("/desk brought DC")]
    units = {row["code"]: row["unit_id"] for row in await stage.rows(addresses)}
    assert lines and len({units[code] for code in lines}) == 1
    unknown = (await stage.say("/desk brought DC-9999", FAR))[-1].text
    assert (await stage.say("/desk brought DC-0002", FAR))[-1].text == unknown


async def test_one_kind_of_goods_is_one_in_the_sums_however_it_is_written(stage: Stage) -> None:
    await staffed(stage)
    for what, n in (("Gạo nếp", "20"), ("gạo nếp", "30")):
        await bring(stage, "Việc khác", "Hiện vật", what, n, "bỏ qua", "ẩn danh", "bỏ qua")
    report = (await stage.say("/report", LAN))[0].text
    assert "• Gạo nếp: 50 phần" in report
