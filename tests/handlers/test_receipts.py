"""Promised, arrived and missing never disagree; receipts have no gaps; the pledger hears each step."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from storage.aid import addresses, pledges, receipts
from storage.aid.pledges import NewPledge
from storage.aid.receipts import NewContribution
from storage.campaign import campaigns
from storage.database import Tx
from storage.tables import addresses as households
from storage.tables import audit, contributions, needs
from storage.tables import pledges as promises
from tests.desk import FAR, LAN, MINH, RESIDENT, arrive, heard, last, pressing, promise, staffed, values
from tests.stage import BOTH, Stage, Template


async def of(stage: Stage, code: str) -> tuple[str, int, int]:
    """State, promised, arrived."""
    row = next(row for row in await stage.rows(promises) if row["code"] == code)
    return row["state"], row["amount"], row["arrived"]


@BOTH
async def test_a_pledge_goes_its_whole_way_and_its_giver_hears_each_step(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    assert code in last(stage, LAN)
    assert heard(stage, FAR) == []
    card = (await stage.say("", LAN, pressed=values(heard(stage, LAN)[-1])[0]))[-1].text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "Đã cam kết: 2.000.000 đ" in card
    assert "Đã nhận: chưa có" in card
    await stage.say(f"/desk confirm {code}", LAN)
    await stage.say("mời đến UBND xã sáng thứ Bảy", LAN)
    assert "sáng thứ Bảy" in last(stage, RESIDENT)
    assert "Biên nhận số TND26/00001" in await arrive(stage, code, "1tr5")
    assert "1.500.000 đ" in last(stage, RESIDENT)
    assert "TND26/00001" in last(stage, RESIDENT)
    assert await of(stage, code) == ("confirmed", 2_000_000, 1_500_000)
    await stage.say(f"/desk fulfilled {code}", LAN)
    assert "đã trao xong: 1.500.000 đ" in last(stage, RESIDENT)
    assert await of(stage, code) == ("fulfilled", 2_000_000, 1_500_000)
    acts = [row["act"] for row in await stage.rows(audit) if row["object"] == f"pledge:{code}"]
    assert acts == ["confirm", "arrived", "fulfilled"]


async def test_what_a_fulfilled_pledge_left_open_is_missing_again(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await arrive(stage, code, "1tr5")
    await stage.say(f"/desk fulfilled {code}", LAN)
    async with stage.program() as app, app.database.read() as tx:
        one = await addresses.find(tx, "DC-0002")
        assert one is not None
        assert one.needs[0].missing == 6_000_000 - 2_000_000 - 1_500_000


async def test_nothing_is_fulfilled_before_anything_arrived(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    assert "chưa ghi nhận phần nào" in (await stage.say(f"/desk fulfilled {code}", LAN))[0].text
    assert (await of(stage, code))[0] == "new"


async def test_goods_are_counted_in_their_own_measure_and_may_have_a_value(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage, "sửa", "Việc muốn giúp", "Việc khác", "Hiện vật", "sách vở cho hai em")
    for text in (f"/desk arrived {code}", "20", "300k", "1"):
        await stage.say(text, LAN)
    said = (await stage.say("đúng", LAN))[0].text
    assert "TND26/00001" in said
    row = (await stage.rows(contributions))[0]
    assert (row["kind"], row["amount"], row["value"], row["method"]) == ("goods", 20, 300_000, "handed")


@BOTH
async def test_a_receipt_written_by_mistake_is_void_and_keeps_its_number(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await arrive(stage, code, "15tr")
    await stage.say("Đúng, vẫn ghi biên nhận", LAN)
    await stage.say("/desk void 1", LAN)
    await stage.say("ghi nhầm số tiền đã nhận", LAN)
    assert "đã hủy. Lý do: " in last(stage, RESIDENT)
    assert await of(stage, code) == ("confirmed", 2_000_000, 0)
    assert "TND26/00002" in await arrive(stage, code, "1tr5")
    assert "đã hủy rồi" in (await stage.say("/desk void 1", LAN))[0].text
    assert [row["number"] for row in await stage.rows(contributions)] == [1, 2]


@pytest.mark.parametrize("answer", ["Khoan, xem lại cam kết", "0 đồng gì đó", "không", "/desk"])
async def test_a_sum_far_above_what_was_promised_is_asked_about_and_nothing_is_written_on_a_guess(
    stage: Stage, answer: str
) -> None:
    await staffed(stage)
    code = await promise(stage)
    said = await arrive(stage, code, "20tr")
    assert "nhiều hơn hẳn số đã cam kết" in said
    assert [button.sense for button in heard(stage, LAN)[-1].buttons][:2] == ["", "danger"]
    await stage.say(answer, LAN)
    assert await stage.rows(contributions) == []
    assert (await of(stage, code))[2] == 0


async def test_a_day_outside_the_campaign_is_asked_about(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for text in (f"/desk arrived {code}", "1tr5", "3/2/2026", "1", "đúng"):
        await stage.say(text, LAN)
    assert "03/02/2026 nằm ngoài chiến dịch" in last(stage, LAN)
    await stage.say("2", LAN)
    assert [str(row["arrived_on"]) for row in await stage.rows(contributions)] == ["2026-02-03"]


async def test_a_day_to_come_is_not_taken(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for text in (f"/desk arrived {code}", "1tr5", "ngày mai"):
        await stage.say(text, LAN)
    assert await stage.rows(contributions) == []
    assert "Nhận ngày nào?" in last(stage, LAN)


@BOTH
async def test_the_same_gift_seen_by_two_officers_within_minutes_is_asked_about(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await arrive(stage, code, "1tr")
    for text in (f"/desk arrived {code}", "1tr", "1", "1", "đúng"):
        await stage.say(text, MINH)
    assert "Vừa có biên nhận TND26/00001" in last(stage, MINH)
    assert "nhiều hơn hẳn" not in last(stage, MINH)
    assert len(await stage.rows(contributions)) == 1
    await stage.say("Khoan, xem lại cam kết", MINH)
    assert "TND26/00001" in last(stage, MINH)
    stage.clock.forward(hours=1)
    await arrive(stage, code, "1tr")
    assert await of(stage, code) == ("confirmed", 2_000_000, 2_000_000)


async def test_what_arrived_since_the_question_is_asked_about_again(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await arrive(stage, code, "20tr")
    for text in (f"/desk arrived {code}", "1tr", "1", "1", "đúng"):
        await stage.say(text, MINH)
    await stage.say("2", LAN)
    assert "đã nhận 21.000.000" in last(stage, LAN).replace("\N{NO-BREAK SPACE}", " ")
    assert len(await stage.rows(contributions)) == 1


async def test_a_gift_to_an_address_that_has_ended_is_asked_about(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(households).where(households.c.code == "DC-0002").values(state="closed"))
    assert "DC-0002 không còn nhận giúp" in await arrive(stage, code, "1tr")
    await stage.say("2", LAN)
    assert (await of(stage, code))[2] == 1_000_000


async def test_who_cancels_gives_a_reason_and_the_giver_hears_it(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await stage.say(f"/desk cancel {code}", LAN)
    await stage.say("gia đình đã nhận đủ gạo rồi", LAN)
    assert "gia đình đã nhận đủ gạo rồi" in last(stage, RESIDENT)
    assert (await of(stage, code))[0] == "cancelled"
    assert "đã xong rồi: đã hủy" in (await stage.say(f"/desk arrived {code}", MINH))[0].text


@pytest.mark.parametrize("act", ["pledge", "confirm", "arrived", "fulfilled", "cancel"])
async def test_an_officer_of_another_unit_hears_the_same_as_for_what_does_not_exist(stage: Stage, act: str) -> None:
    await staffed(stage)
    code = await promise(stage)
    theirs, nothing = await stage.say(f"/desk {act} {code}", FAR), await stage.say(f"/desk {act} TND26-22222", FAR)
    assert [m.text for m in theirs] == [m.text for m in nothing]
    assert await of(stage, code) == ("new", 2_000_000, 0)


async def test_nobody_voids_another_unit_s_receipt(stage: Stage) -> None:
    await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    for number in ("1", "2", "x", "99999999999", ""):
        assert "Không tìm thấy" in (await stage.say(f"/desk void {number}", FAR))[0].text


@BOTH
async def test_receipts_written_at_the_same_instant_have_numbers_without_a_gap(stage: Stage) -> None:
    await staffed(stage)
    codes = [await promise(stage, "200k"), await promise(stage, "300k")]
    async with stage.program() as app:

        async def add(n: int) -> int | None:
            async with app.database.write() as tx:
                pledge = await pledges.find(tx, codes[n % 2], None)
                assert pledge is not None
                new = NewContribution(1_000, 1_000, "", stage.clock().date(), "cash", 1, f"k{n}")
                number = await receipts.add(tx, pledge, new, stage.clock())
                if n % 3 == 0:
                    raise LookupError("the transaction is undone, and its number with it")
                return number

        done = await asyncio.gather(*(add(n) for n in range(12)), return_exceptions=True)
    numbers = sorted(n for n in done if isinstance(n, int))
    # Several writers at once, as on PostgreSQL: who finds the pledge changed gets no number, and none is lost.
    assert numbers
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_message_that_comes_twice_writes_one_receipt(stage: Stage) -> None:
    """Every message of these tests is delivered twice."""
    await staffed(stage)
    await arrive(stage, await promise(stage), "1tr5")
    assert len(await stage.rows(contributions)) == 1


ACTS = ["pledge", "beyond", "withdraw", "confirm", "arrive", "arrive", "fulfil", "cancel", "void"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 50), st.integers(1, 9_000_000)), max_size=40))
async def test_no_sequence_of_acts_makes_promised_arrived_and_missing_disagree(
    acts: list[tuple[str, int, int]], template: Template
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        template.copy(Path(folder))
        stage = Stage(Path(folder))
        await stage.agree("take_part")
        async with stage.program() as app, app.database.write() as tx:
            await tx.run(sa.update(promises).values(state="cancelled"))
            await tx.run(sa.update(needs).values(promised=0))
            codes: list[str] = []
            for n, (act, which, amount) in enumerate(acts):
                await do(tx, act, codes, which, amount, n, stage)
                await agree(tx)


async def do(tx: Tx, act: str, codes: list[str], which: int, amount: int, n: int, stage: Stage) -> None:
    """One act, on one of the pledges so far."""
    now = stage.clock()
    one = await addresses.find(tx, "DC-0004")
    assert one is not None
    if act in ("pledge", "beyond"):
        need = one.needs[0]
        if await pledges.claim(tx, need.id, amount, beyond=act == "beyond"):
            new = NewPledge(
                1, "TND26", 1, one.id, need.id, "money", amount, "", None, None, "", "anonymous", "", f"k{n}"
            )
            codes.append(await pledges.add(tx, new, now))
        return
    if not codes:
        return
    code = codes[which % len(codes)]
    pledge = await pledges.find(tx, code, None)
    assert pledge is not None
    open_ = pledge.state in pledges.OPEN
    if act == "withdraw":
        assert await pledges.cancel(tx, 1, code, now) == open_
    elif act == "arrive":
        new_one = NewContribution(amount, amount, "", now.date(), "cash", 1, f"c{n}")
        assert (await receipts.add(tx, pledge, new_one, now) is not None) == open_
    elif act == "void":
        for receipt in await receipts.of_pledge(tx, pledge.id):
            await receipts.void(tx, pledge, receipt.number, "", now)
            break
    elif open_ and (act != "fulfil" or pledge.arrived):
        state = {"confirm": "confirmed", "fulfil": "fulfilled", "cancel": "cancelled"}[act]
        assert await pledges.change(tx, pledge, state=state)


async def agree(tx: Tx) -> None:
    """What is kept is what follows from the pledges and the receipts, and from nothing else."""
    receipt_sums = {
        row["pledge_id"]: int(row["n"])
        for row in await tx.all(
            sa.select(contributions.c.pledge_id, sa.func.sum(contributions.c.amount).label("n"))
            .where(contributions.c.voided_at.is_(None))
            .group_by(contributions.c.pledge_id)
        )
    }
    covers: dict[int, int] = {}
    arrived: dict[int, int] = {}
    for row in await tx.all(sa.select(promises)):
        assert row["arrived"] == receipt_sums.get(row["id"], 0)
        cover = max(row["amount"], row["arrived"]) if row["state"] in ("new", "confirmed") else row["arrived"]
        covers[row["need_id"]] = covers.get(row["need_id"], 0) + cover
        arrived[row["need_id"]] = arrived.get(row["need_id"], 0) + row["arrived"]
    for row in await tx.all(sa.select(needs)):
        assert row["promised"] == covers.get(row["id"], 0)
        assert row["arrived"] == arrived.get(row["id"], 0) <= row["promised"]
    numbers = [
        row["number"] for row in await tx.all(sa.select(contributions.c.number).order_by(contributions.c.number))
    ]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_what_ends_or_undoes_something_stands_last_on_a_pledge_s_card_and_looks_like_it(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await arrive(stage, code, "1tr")
    buttons = (await stage.say(f"/desk pledge {code}", LAN))[-1].buttons
    assert [button.value.split()[1] for button in buttons if button.sense == "danger"] == ["cancel", "void"]
    assert [button.sense for button in buttons][-2:] == ["danger", "danger"]


async def test_a_receipt_keeps_the_series_of_the_campaign_of_its_pledge(stage: Stage) -> None:
    await staffed(stage)
    old = await promise(stage)
    await arrive(stage, old, "1tr5")
    async with stage.program() as app, app.database.write() as tx:
        now = await campaigns.active(tx)
        assert now is not None
        given = {name: value for name, value in asdict(now).items() if name not in ("id", "active")}
        new = await campaigns.add(tx, given | {"prefix": "TND27", "year": 2027}, "test", app.now())
        assert new is not None
        await campaigns.switch(tx, new.id, True, "test", app.now())
    (card,) = await stage.say(f"/desk pledge {old}", LAN)
    assert "TND26/00001" in card.text and "TND27" not in card.text
    assert "TND26/00001" in (await stage.say(old))[0].text
    assert "Biên nhận số TND26/00002" in await arrive(stage, old, "100k")
    await stage.say("", LAN, pressed=pressing([card], "/desk void"))
    assert "TND26/00001" in (await stage.say("ghi nhầm số tiền đã nhận", LAN))[0].text
    assert "Không tìm thấy" in (await stage.say("/desk void 2", LAN))[0].text  # a bare number is of this year's series
    voided = {row["number"]: row["voided_at"] is not None for row in await stage.rows(contributions)}
    assert voided == {1: True, 2: False}
