"""What was refused or closed by mistake is opened again with a reason, goes back a step, and needs its two officers."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from storage.aid import dossiers
from storage.tables import addresses
from tests.desk import LAN, MINH, PROPOSAL, RESIDENT, heard, last, staffed, values
from tests.stage import BOTH, Stage

WHY = "đã hỏi lại trưởng thôn, đúng là khó khăn"


async def state(stage: Stage, code: str) -> str:
    return next(str(row["state"]) for row in await stage.rows(addresses) if row["code"] == code)


async def end(stage: Stage, act: str, code: str, *said: str) -> None:
    for text in (f"/desk {act} {code}", "gia đình đã chuyển đi nơi khác", *said):
        await stage.say(text, LAN)


async def test_a_refused_household_is_looked_at_anew_and_whoever_proposed_it_hears_why(stage: Stage) -> None:
    await staffed(stage)
    for text in PROPOSAL:
        await stage.say(text)
    code = str((await stage.rows(addresses))[-1]["code"])
    await end(stage, "refuse", code)
    assert f"/desk revive {code}" in values((await stage.say(f"/desk address {code}", MINH))[-1])
    await stage.say(f"/desk revive {code}", MINH)
    said = (await stage.say(WHY, MINH))[0].text
    assert "Đã mở lại" in said and "Đã báo cho người giới thiệu." in said
    assert await state(stage, code) == "proposed"
    assert WHY in last(stage, RESIDENT)
    assert WHY in "".join(message.text for message in await stage.say(f"/desk address {code}", LAN)), "a note says why"
    assert (
        "không làm được" in (await stage.say(f"/desk revive {code}", LAN))[0].text
        or await state(stage, code) == "proposed"
    )


async def test_a_closed_household_is_paused_and_shown_only_after_a_second_officer(stage: Stage) -> None:
    await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(addresses).where(addresses.c.code == "DC-0002").values(verified_by=3))
    lan = next(row["verified_by"] for row in await stage.rows(addresses) if row["code"] == "DC-0002")
    await end(stage, "close", "DC-0002", "Vẫn nhận cho đủ")
    assert await state(stage, "DC-0002") == "closed" and lan
    for text in ("/desk revive DC-0002", WHY):
        await stage.say(text, LAN)
    assert await state(stage, "DC-0002") == "paused"
    assert WHY in (await stage.say("/desk address DC-0002", MINH))[-1].text
    assert "DC-0002" not in "".join(message.text for message in await stage.say("/addresses"))
    await stage.say("/desk accept DC-0002", MINH)
    assert await state(stage, "DC-0002") == "approved"
    assert heard(stage, MINH)


async def test_an_appeal_that_waits_is_decided_first(stage: Stage) -> None:
    await staffed(stage)
    for text in PROPOSAL:
        await stage.say(text)
    code = str((await stage.rows(addresses))[-1]["code"])
    await end(stage, "refuse", code)
    for text in (f"/appeal {code}", "Cả xóm đều biết nhà ấy rất khó khăn."):
        await stage.say(text)
    assert f"/desk appeal {code}" in values((await stage.say(f"/desk revive {code}", MINH))[0])
    assert await state(stage, code) == "refused"


@BOTH
async def test_of_two_officers_who_open_it_at_the_same_instant_one_does(stage: Stage) -> None:
    await staffed(stage)
    await end(stage, "close", "DC-0002", "Vẫn nhận cho đủ")
    async with stage.program() as app:
        async with app.database.read() as tx:
            kept = await dossiers.find(tx, "DC-0002", None)
        assert kept is not None

        async def revive(by: int) -> str:
            async with app.database.write() as tx:
                return await dossiers.revive(tx, kept, by, stage.clock(), WHY)

        assert sorted(await asyncio.gather(revive(1), revive(2))) == ["", "paused"]
