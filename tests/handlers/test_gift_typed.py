"""What is typed where it is asked with what a household is to be helped: an amount with its unit is the choice of a need."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from storage.tables import addresses, needs
from storage.tables import pledges as table
from tests.stage import Stage

MONEY, RICE, WORK = "Tiền thuốc hằng tháng", "Gạo ăn hằng ngày", "Sửa lại mái nhà"
ASKS = "việc gì?"


async def ask(stage: Stage) -> None:
    """A pledge to a household that needs money, rice and work, at its first question."""
    await stage.agree("take_part")
    wanted = (("money", MONEY, "", 5_000_000), ("goods", RICE, "kg", 200), ("work", WORK, "buổi", 20))
    async with stage.program() as app, app.database.write() as tx:
        address = await tx.value(sa.select(addresses.c.id).where(addresses.c.code == "DC-0001"))
        await tx.run(sa.update(needs).where(needs.c.address_id == address).values(promised=needs.c.amount))
        for kind, what, measure, amount in wanted:
            await tx.run(
                sa.insert(needs).values(address_id=address, kind=kind, what=what, measure=measure, amount=amount)
            )
    (asked,) = await stage.say("/pledge DC-0001")
    assert ASKS in asked.text


async def given(stage: Stage, said: str) -> dict[str, Any]:
    """What is pledged by saying this and sending the summary."""
    (review,) = await stage.say(said)
    assert "xem lại" in review.text, review.text
    await stage.say("đúng")
    return (await stage.rows(table))[-1]


@pytest.mark.parametrize(
    ("said", "what", "amount"),
    [
        ("50kg gạo", RICE, 50),
        ("tui gửi 50 ký gạo", RICE, 50),
        ("50 kg gao", RICE, 50),
        ("2 yến gạo", RICE, 20),
        ("50kg", RICE, 50),
        ("500k", MONEY, 500_000),
        ("một triệu", MONEY, 1_000_000),
        ("3 buổi công", WORK, 3),
        ("3 buổi", WORK, 3),
    ],
)
async def test_an_amount_with_its_unit_chooses_the_need(stage: Stage, said: str, what: str, amount: int) -> None:
    await ask(stage)
    kept = await given(stage, said)
    assert (kept["what"], kept["amount"]) == (what, amount)


async def test_an_amount_every_month_is_taken_as_that(stage: Stage) -> None:
    await ask(stage)
    (asked,) = await stage.say("mỗi tháng 200k")
    assert "tháng" in asked.text and ASKS not in asked.text
    kept = await given(stage, "12/2026")
    assert (kept["what"], kept["each_month"]) == (MONEY, 200_000)


@pytest.mark.parametrize(
    "said",
    [
        "50 hay 100kg gạo", "không phải 50kg gạo", "50kg gạo và 500k", "chắc 500k", "hôm qua tôi gửi 500k rồi",
        "500k hoặc 1 triệu", "20 bộ quần áo", "2 bao gạo", "50", "0912345678", "3 tháng", "20 nhà", "20-30kg gạo",
    ],
)  # fmt: skip
async def test_what_may_mean_something_else_is_asked_again(stage: Stage, said: str) -> None:
    await ask(stage)
    before = await stage.rows(table)
    (again,) = await stage.say(said)
    assert ASKS in again.text
    assert await stage.rows(table) == before


@pytest.mark.parametrize("said", ["hộ khác", "nhà khác", "Gia đình khác", "giúp nhà khác"])
async def test_another_household_leads_to_the_list(stage: Stage, said: str) -> None:
    await ask(stage)
    shown = await stage.say(said)
    assert "địa chỉ nhân đạo, nơi được giúp ít nhất" in shown[0].text
    assert not any(ASKS in one.text for one in shown)
