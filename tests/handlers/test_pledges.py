"""What is promised never exceeds what is missing unless somebody knows it, and the sums always agree."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from storage.aid import addresses, pledges, revisions, volunteers
from storage.aid.pledges import NewPledge
from storage.aid.volunteers import Registration
from storage.database import Tx
from storage.tables import needs, units
from storage.tables import pledges as table
from storage.talk import people
from tests.stage import BOTH, Stage

pytestmark = BOTH


async def test_two_who_pledge_the_last_part_at_the_same_instant_are_both_told_the_truth(stage: Stage) -> None:
    """DC-0002 still misses 4,000,000 đ; both want to give 3,000,000."""
    for address in ("1", "2"):
        await stage.agree("take_part", address=address)
        for text in ("/pledge DC-0002", "3tr"):
            await stage.say(text, address=address)
    stage.room.said.clear()
    async with stage.program() as app:
        await app.engine.receive([stage.room.arrival(address, text="đúng") for address in ("1", "2")])
        await app.settle()
    said = {to: message.text for to, message in stage.room.said}
    assert "Hội đã ghi cam kết" in said["1"]
    assert "Nơi này chỉ còn thiếu 1.000.000\N{NO-BREAK SPACE}đ" in said["2"]
    assert any("đã có người giúp một phần" in message.text for to, message in stage.room.said if to == "2")
    await stage.say("1", address="2")
    await stage.say("đúng", address="2")
    async with stage.program() as app, app.database.read() as tx:
        one = await addresses.find(tx, "DC-0002")
        assert one is not None
        assert one.needs[0].missing == 0


async def test_the_database_decides_who_has_the_last_part(stage: Stage) -> None:
    async with stage.program() as app:
        async with app.database.read() as tx:
            need = await tx.value(sa.select(needs.c.id).where(needs.c.amount == 4_000_000))

        async def claim() -> bool:
            async with app.database.write() as tx:
                return await pledges.claim(tx, need, 3_000_000)

        assert sorted(await asyncio.gather(*(claim() for _ in range(5)))) == [False, False, False, False, True]


async def test_who_comes_too_late_altogether_may_choose_something_else(stage: Stage) -> None:
    await stage.agree("take_part")
    for text in ("/pledge DC-0009", "1"):
        await stage.say(text)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(needs).values(promised=needs.c.amount))
    said = await stage.say("đúng")
    assert "đã có người giúp đủ" in said[0].text
    assert len(said) == 1


async def test_who_took_the_rest_is_asked_again_when_less_or_nothing_is_left(stage: Stage) -> None:
    """Both want more than DC-0002 misses, and choose the rest that they see."""
    await stage.agree("take_part", address="1")
    await stage.agree("take_part", address="2")
    for address in ("1", "2"):
        for text in ("/pledge DC-0002", "9tr", "1"):
            await stage.say(text, address=address)
    assert "4.000.000\N{NO-BREAK SPACE}đ" in (await stage.say("đúng", address="1"))[0].text
    said = await stage.say("đúng", address="2")
    assert "đã có người giúp đủ" in said[0].text
    assert sum(row["amount"] for row in await stage.rows(table) if row["person_id"] != 1) >= 4_000_000
    assert all(row["amount"] for row in await stage.rows(table) if row["kind"] == "money")


async def test_a_monthly_rest_that_does_not_divide_is_told_as_a_whole(stage: Stage) -> None:
    await stage.agree("take_part")
    for text in ("/pledge DC-0002", "3tr mỗi tháng", "7/2026", "1"):
        await stage.say(text)
    said = (await stage.say("đúng"))[0].text.replace("\N{NO-BREAK SPACE}", " ")
    assert "3.000.000 đ mỗi tháng cho đến khi đủ 4.000.000 đ (hết tháng 06/2026)" in said


async def test_who_gives_every_month_says_for_how_long_by_a_button_and_a_typed_number_is_a_month(stage: Stage) -> None:
    await stage.agree("take_part")
    await stage.say("/pledge DC-0002")
    asked = (await stage.say("200k mỗi tháng"))[0]
    labels = [button.label for button in asked.buttons]
    assert labels[:3] == [f"{n} tháng, đến hết {end}" for n, end in ((3, "07/2026"), (6, "10/2026"), (12, "04/2027"))]
    said = (await stage.say(pressed=asked.buttons[1].value))[0].text
    assert "hết tháng 10/2026" in said and "6 tháng" in said
    await stage.say("giúp đến")
    assert "hết tháng 12/2026" in (await stage.say("12"))[0].text


async def test_the_name_of_a_volunteer_who_withdrew_is_not_used_any_more(stage: Stage) -> None:
    await stage.agree("take_part")
    async with stage.program() as app, app.database.write() as tx:
        unit = await tx.value(sa.select(units.c.id).where(units.c.code == "19414"))
        account = await people.find(tx, stage.room.name, "1")
        assert account is not None
        given = Registration("Nguyễn Cũ", 1990, "+84912345678", unit, "Thôn Thử", ["relief"], "", "")
        await volunteers.register(tx, account.person_id, given, stage.clock())
        await volunteers.withdraw(tx, account.person_id, stage.clock())
    for text in ("/pledge DC-0002",):
        await stage.say(text)
    assert "Nguyễn Cũ" not in "".join(message.text for message in await stage.say("500k"))


async def test_nobody_cancels_somebody_else_s_pledge(stage: Stage) -> None:
    await stage.agree("take_part")
    said = await stage.say("/my cancel TND26-DEM01")
    assert [button.label for button in said[0].buttons] == ["Có", "Không"]
    assert "Không rút được" in (await stage.say("có"))[0].text
    assert {row["state"] for row in await stage.rows(table)} == {"new"}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["pledge", "beyond", "change", "cancel"]), st.integers(1, 9_000_000)), max_size=25
    )
)
async def test_what_is_promised_is_always_the_sum_of_the_open_pledges(
    acts: list[tuple[str, int]], stage: Stage
) -> None:
    async with stage.program() as app:
        with suppress(Undone):
            async with app.database.write() as tx:
                await promise(tx, acts, stage.clock())
                raise Undone


class Undone(Exception):
    """Leave everything as it was for the next example."""


async def promise(tx: Tx, acts: list[tuple[str, int]], now: datetime) -> None:
    """Do all this, and look after each step."""
    await people.meet(tx, {("room", "1"): "vi"}, now)
    one = await addresses.find(tx, "DC-0004")
    assert one is not None
    need, start = one.needs[0], one.needs[0].promised
    codes: list[str] = []
    for n, (act, amount) in enumerate(acts):
        if act == "cancel" and codes:
            await pledges.cancel(tx, 1, codes[amount % len(codes)], now)
        elif act == "change" and codes:
            hers = await pledges.find_hers(tx, 1, codes[amount % len(codes)])
            assert hers is not None
            await revisions.revise(tx, hers, replace(hers.promise, amount=amount), now)
        elif act in ("pledge", "beyond") and await pledges.claim(tx, need.id, amount, beyond=act == "beyond"):
            new = NewPledge(
                1, "TND26", 1, one.id, need.id, "money", amount, "", None, None, "", "anonymous", "", f"k{n}"
            )
            codes.append(await pledges.add(tx, new, now))
        open_ = sa.select(sa.func.coalesce(sa.func.sum(table.c.amount), 0)).where(
            table.c.need_id == need.id, table.c.state == "new", table.c.person_id == 1
        )
        promised = await tx.value(sa.select(needs.c.promised).where(needs.c.id == need.id))
        assert promised == start + await tx.value(open_)
