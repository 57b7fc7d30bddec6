"""What was pledged can be changed while nothing of it has arrived; the need's sums follow, and the officers see it."""

from __future__ import annotations

import asyncio
from typing import Any

from msgspec.structs import replace

from storage.aid import addresses, pledges, receipts, revisions
from storage.aid.receipts import NewContribution
from storage.rights import erase, export
from storage.tables import pledge_changes
from storage.tables import pledges as promises
from tests.desk import LAN, PROPOSAL, RESIDENT, arrive, last, promise, staffed
from tests.fakes.room import ANYBODY, Room
from tests.stage import BOTH, Stage


async def missing(stage: Stage) -> int:
    """What DC-0002 misses; it misses 4,000,000 đ before anybody does anything."""
    async with stage.program() as app, app.database.read() as tx:
        one = await addresses.find(tx, "DC-0002")
        assert one is not None
        return one.needs[0].missing


async def change(stage: Stage, code: str, *said: str) -> str:
    """The resident changes her pledge; returns what she is told at the end."""
    for text in (f"/my change {code}", *said, "đúng"):
        await stage.say(text, RESIDENT)
    return last(stage, RESIDENT)


async def row(stage: Stage, code: str) -> dict[str, Any]:
    return next(row for row in await stage.rows(promises) if row["code"] == code)


@BOTH
async def test_another_amount_changes_what_is_missing_and_stands_on_the_officers_card(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    assert await missing(stage) == 2_000_000
    assert "Đã sửa cam kết" in await change(stage, code, "Số tiền", "500k")
    assert await missing(stage) == 3_500_000
    assert "Đã sửa cam kết" in await change(stage, code, "Số tiền", "4tr")
    assert await missing(stage) == 0
    assert f"Người ủng hộ sửa cam kết {code}: 4.000.000 đ" in last(stage, LAN)
    card = (await stage.say(f"/desk pledge {code}", LAN))[-1].text.replace("\N{NO-BREAK SPACE}", " ")
    assert card.index("trước đó là 2.000.000 đ") < card.index("trước đó là 500.000 đ")
    assert "Đã cam kết: 4.000.000 đ" in card


async def test_the_officers_card_stays_short_however_often_a_giver_changes_her_mind(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    async with stage.program() as app:
        for n in range(20):
            async with app.database.write() as tx:
                pledge = await pledges.find(tx, code, None)
                assert pledge is not None
                assert await revisions.revise(tx, pledge, replace(pledge.promise, amount=100_000 + n), app.now())
    card = (await stage.say(f"/desk pledge {code}", LAN))[-1].text.replace("\N{NO-BREAK SPACE}", " ")
    assert card.count("trước đó là") == 3 and "người ủng hộ đã sửa 17 lần" in card
    assert "trước đó là 100.018 đ" in card


async def test_more_than_is_missing_is_not_taken_and_asked_again(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for text in (f"/my change {code}", "Số tiền", "9tr"):
        await stage.say(text)
    [refused] = [message.text.replace("\N{NO-BREAK SPACE}", " ") for message in await stage.say("đúng")]
    assert "chỉ còn thiếu 4.000.000 đ" in refused
    assert "sửa mục nào" in refused
    assert await missing(stage) == 2_000_000


async def test_a_change_of_a_confirmed_pledge_is_to_be_confirmed_anew(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for text in (f"/desk confirm {code}", "bỏ qua"):
        await stage.say(text, LAN)
    await change(stage, code, "Số tiền", "300k")
    assert (await row(stage, code))["state"] == "new"
    assert f"/desk confirm {code}" in [
        button.value for button in (await stage.say(f"/desk pledge {code}", LAN))[-1].buttons
    ]


async def test_once_something_arrived_nothing_is_changed(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for text in (f"/my change {code}", "Số tiền", "1tr"):
        await stage.say(text)
    await arrive(stage, code, "500k")
    assert "đã nhận một phần" in (await stage.say("đúng"))[0].text
    assert (await row(stage, code))["amount"] == 2_000_000
    assert f"/my change {code}" not in [button.value for button in (await stage.say("/my"))[0].buttons]


@BOTH
async def test_of_a_change_and_a_receipt_at_the_same_instant_one_is_told_so(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    async with stage.program() as app:
        async with app.database.read() as tx:
            seen = await pledges.find(tx, code, None)
        assert seen is not None

        async def revise() -> bool:
            async with app.database.write() as tx:
                return await revisions.revise(tx, seen, replace(seen.promise, amount=100_000), stage.clock())

        async def receive() -> bool:
            new = NewContribution(500_000, 500_000, "", stage.clock().date(), "cash", 1, "k")
            async with app.database.write() as tx:
                return await receipts.add(tx, seen, new, stage.clock()) is not None

        assert sorted(await asyncio.gather(revise(), receive())) == [False, True]
        async with app.database.read() as tx:
            one = await addresses.find(tx, "DC-0002")
            now_is = await pledges.find(tx, code, None)
        assert one is not None
        assert now_is is not None
        assert one.needs[0].missing == 4_000_000 - now_is.covers


@BOTH
async def test_a_monthly_pledge_is_kept_shown_and_changed_as_its_review_said(stage: Stage) -> None:
    """1,500,000 a month until what is missing has come together: 4,000,000 in three months."""
    await stage.agree("take_part", address=RESIDENT)
    for text in ("/pledge DC-0002", "1tr5 mỗi tháng", "12/2026", "1"):
        review = await stage.say(text)
    assert "3 tháng, 4.000.000" in review[-1].text.replace("\N{NO-BREAK SPACE}", " ")
    await stage.say("đúng")
    kept = (await stage.rows(promises))[-1]
    assert (kept["each_month"], kept["amount"]) == (1_500_000, 4_000_000)
    hers = (await stage.say("/my"))[0].text.replace("\N{NO-BREAK SPACE}", " ")
    assert "1.500.000 đ mỗi tháng cho đến khi đủ 4.000.000 đ (hết tháng 07/2026)" in hers
    assert "hẹn ngày 20/05" in await my_after(stage, kept["code"], "hẹn ngày trao", "20/5")
    assert (await row(stage, kept["code"]))["amount"] == 4_000_000
    assert "500.000 đ mỗi tháng đến hết tháng 07/2026 (tổng 1.500.000 đ)" in await my_after(
        stage, kept["code"], "Số tiền", "500k"
    )


async def my_after(stage: Stage, code: str, *said: str) -> str:
    """What «của tôi» says after a change, which may be made on the review instead of in the list of what can be changed."""
    if said[0] == "hẹn ngày trao":
        said = ("Ngày trao", *said[1:])
    assert "Đã sửa cam kết" in await change(stage, code, *said)
    return (await stage.say("/my"))[0].text.replace("\N{NO-BREAK SPACE}", " ")


async def test_another_amount_after_what_to_do_with_too_much_was_answered_asks_that_anew(stage: Stage) -> None:
    await stage.agree("take_part", address=RESIDENT)
    for text in ("/pledge DC-0002", "9tr", "1", "sửa lại", "Số tiền"):
        await stage.say(text)
    assert "chỉ còn thiếu" in (await stage.say("8tr"))[-1].text


async def test_what_an_officer_vouched_for_of_somebody_from_a_browser_can_only_become_less(stage: Stage) -> None:
    stage.rooms = (Room(ANYBODY, name="room"),)
    await staffed(stage)
    code = await promise(stage)
    for text in (f"/desk confirm {code}", "bỏ qua"):
        await stage.say(text, LAN)
    assert "chỉ giảm bớt được" in await change(stage, code, "Số tiền", "4tr")
    assert await missing(stage) == 2_000_000
    assert "Đã sửa cam kết" in await change(stage, code, "Số tiền", "1tr")
    assert await missing(stage) == 3_000_000


@BOTH
async def test_what_awaits_is_changed_beside_the_sum(stage: Stage) -> None:
    stage.rooms = (Room(ANYBODY, name="room"),)
    await staffed(stage)
    code = await promise(stage)
    await change(stage, code, "Số tiền", "1tr")
    async with stage.program() as app, app.database.read() as tx:
        one = await addresses.find(tx, "DC-0002")
    assert one is not None
    assert (one.needs[0].awaiting, one.needs[0].missing) == (1_000_000, 4_000_000)


async def test_nobody_changes_somebody_else_s_pledge(stage: Stage) -> None:
    await stage.agree("take_part", address=RESIDENT)
    assert "Không rút được" in (await stage.say("/my change TND26-DEM01"))[0].text


async def test_what_a_pledge_was_is_in_the_copy_of_her_data_and_goes_with_her(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await change(stage, code, "Số tiền", "1tr")
    person_id = (await row(stage, code))["person_id"]
    async with stage.program() as app:
        async with app.database.read() as tx:
            kept = await export.everything(tx, person_id)
        assert [one["amount"] for one in kept["changed_pledges"]] == [2_000_000]
        async with app.database.write() as tx:
            await erase.forget(tx, person_id, stage.clock())
    assert await stage.rows(pledge_changes) == []


async def test_my_shows_proposals_questions_and_talks_with_where_they_stand(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for text in PROPOSAL:
        await stage.say(text)
    for text in ("/ask", "Hội có nhận áo mưa cũ không ạ?", "Cửa Tùng"):
        await stage.say(text)
    for text in (f"/desk write {code}", "Sáng mai chị có nhà không ạ?"):
        await stage.say(text, LAN)
    shown = (await stage.say("/my"))[0]
    assert "hộ anh/chị giới thiệu – đang chờ cán bộ khảo sát" in shown.text
    assert "anh/chị hỏi “Hội có nhận áo mưa cũ không ạ?” – đang chờ cán bộ trả lời" in shown.text
    assert any(button.value.startswith("/reply ") for button in shown.buttons)


async def test_officers_hear_of_a_pledge_that_is_taken_back_once_and_find_it_on_its_card(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for text in (f"/my cancel {code}", "không", f"/my cancel {code}", "có", f"/my cancel {code}", "có"):
        await stage.say(text, RESIDENT)
    assert "Không rút được" in last(stage, RESIDENT)
    told = [message.text for to, message in stage.room.said if to == LAN and "rút cam kết" in message.text]
    assert len(told) == 1
    assert f"rút cam kết {code}: 2.000.000 đ" in last(stage, LAN) and "DC-0002" in last(stage, LAN)
    assert await missing(stage) == 4_000_000
