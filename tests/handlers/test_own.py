"""What is an officer's own is left to another one; where there is no other she may, and it is said and told."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from storage.tables import addresses, audit, deeds, staff, volunteers
from tests.desk import (
    LAN,
    MINH,
    PROPOSAL,
    RESIDENT,
    admins,
    appoint,
    arrive,
    dismiss,
    heard,
    last,
    pressing,
    promise,
    staffed,
    tell,
    values,
)
from tests.stage import Stage

LEAVE = "là việc của chính anh/chị, nên để cán bộ khác quyết định"
ALONE = "Chưa có cán bộ nào khác"
BOSS = "9"


async def acts(stage: Stage, of: str) -> list[dict[str, Any]]:
    return [row for row in await stage.rows(audit) if row["object"] == of and row["act"] != "take"]


async def state(stage: Stage, table: sa.Table, code: str) -> str:
    return next(str(row["state"]) for row in await stage.rows(table) if row["code"] == code)


async def alone(stage: Stage) -> None:
    """Nobody is an officer any more, also of the demo's; the resident becomes the only one."""
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(staff).where(staff.c.role == "officer").values(revoked_at=stage.clock()))
    await appoint(stage, RESIDENT)


async def test_an_officer_leaves_her_own_deed_to_another_one_by_button_and_by_code(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await appoint(stage, RESIDENT)
    assert "của chính anh/chị" in (await stage.say("/desk deeds"))[0].text
    card = (await stage.say(f"/desk deed {code}"))[-1]
    assert "để cán bộ khác quyết định" in card.text
    assert not [
        v for v in values(card) if v.startswith(("/desk approve", "/desk decline", "/desk reopen", "/desk take"))
    ]
    approve = pressing(await stage.say(f"/desk deed {code}", LAN), "/desk approve")
    for line in (approve, f"/desk decline {code}", f"/desk reopen {code}"):
        said = (await stage.say(line))[0].text
        assert LEAVE in said or line.startswith("/desk reopen"), line
    assert "không nhận được" in (await stage.say(f"/desk take {code}"))[0].text
    assert (await state(stage, deeds, code), await acts(stage, f"deed:{code}")) == ("new", [])
    for text in (f"/desk decline {code}", "chưa rõ ai làm việc này"):
        await stage.say(text, LAN)
    assert LEAVE in (await stage.say(f"/desk reopen {code}"))[0].text
    assert await state(stage, deeds, code) == "declined", "a colleague's no is not taken back by whose it is"


async def test_an_officer_leaves_her_own_promise_and_its_receipts_to_another_one(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await arrive(stage, code, "1tr")
    await appoint(stage, RESIDENT)
    before = await acts(stage, f"pledge:{code}")
    offered = values((await stage.say(f"/desk pledge {code}"))[-1])
    for act in ("confirm", "arrived", "fulfilled", "cancel", "void"):
        assert not [value for value in offered if value.startswith(f"/desk {act} ")], act
        assert LEAVE in (await stage.say(f"/desk {act} {'1' if act == 'void' else code}"))[0].text, act
    assert await acts(stage, f"pledge:{code}") == before
    assert "Biên nhận số TND26/00002" in await arrive(stage, code, "500k", MINH), "and another one goes on with it"


async def test_where_she_is_alone_she_may_and_card_log_and_admins_say_that_it_was_her_own(stage: Stage) -> None:
    await stage.agree("take_part", address=RESIDENT)
    await admins(stage, BOSS)
    code, pledge = await tell(stage, photos=0), await promise(stage)
    await alone(stage)
    card = (await stage.say(f"/desk deed {code}"))[-1]
    assert ALONE in card.text
    await stage.say(pressed=pressing([card], "/desk approve"))
    assert await state(stage, deeds, code) == "approved"
    assert code in last(stage, BOSS) and "của chính mình" in last(stage, BOSS)
    assert "Biên nhận số" in await arrive(stage, pledge, "2tr", RESIDENT)
    assert [row["details"].get("own") for row in (await acts(stage, f"deed:{code}")) + await acts(stage, f"pledge:{pledge}")
            ] == [True, True]  # fmt: skip
    assert "việc của chính mình" in (await stage.say(f"/audit {code}", BOSS))[0].text


async def test_who_was_alone_when_she_began_leaves_it_to_who_came_meanwhile(stage: Stage) -> None:
    await stage.agree("take_part", address=RESIDENT)
    code, pledge = await tell(stage, photos=0), await promise(stage)
    await alone(stage)
    await stage.say(f"/desk decline {code}")
    lan = await appoint(stage, LAN)
    assert LEAVE in (await stage.say("chưa rõ ai làm việc này"))[0].text
    assert await state(stage, deeds, code) == "new"
    await dismiss(stage, lan)
    await stage.say(f"/desk arrived {pledge}")
    for text in ("2tr", "1", "1"):
        await stage.say(text)
    await appoint(stage, MINH)
    assert LEAVE in (await stage.say("đúng"))[0].text
    assert await acts(stage, f"pledge:{pledge}") == []


async def test_of_several_at_once_her_own_is_named_and_left(stage: Stage) -> None:
    await staffed(stage)
    mine = await tell(stage, photos=0)
    await stage.agree("take_part", address=BOSS)
    await appoint(stage, RESIDENT)
    shown = (await stage.say("/desk many approve"))[0].text
    assert "của chính anh/chị" in shown and mine in shown
    for text in ("1", "xong", "đã xem tận nơi", "Đúng, làm cả"):
        said = (await stage.say(text))[0].text
    assert f"Việc thiện {mine} {LEAVE}" in said
    assert await state(stage, deeds, mine) == "new"


async def test_whoever_proposed_a_household_is_not_the_one_who_approves_or_refuses_it(stage: Stage) -> None:
    ids = await staffed(stage)
    for text in PROPOSAL:
        await stage.say(text)
    code = str((await stage.rows(addresses))[-1]["code"])
    hers = await appoint(stage, RESIDENT)
    assert LEAVE in (await stage.say(f"/desk refuse {code}"))[0].text
    async with stage.program() as app, app.database.write() as tx:
        seen = sa.update(addresses).where(addresses.c.code == code)
        await tx.run(seen.values(state="surveyed", shown_name="Bác M.", consented=True))
    for text in (f"/desk need {code}", "Tiền", "Sửa mái", "5tr", "đúng", f"/desk verify {code}"):
        await stage.say(text, LAN)
    assert await state(stage, addresses, code) == "verified"
    assert f"/desk accept {code}" not in values((await stage.say(f"/desk address {code}"))[-1])
    assert LEAVE in (await stage.say(f"/desk accept {code}"))[0].text
    async with stage.program() as app, app.database.write() as tx:
        others = staff.c.role == "officer", staff.c.person_id.not_in([ids[LAN], hers])
        await tx.run(sa.update(staff).where(*others).values(revoked_at=stage.clock()))
    assert ALONE in (await stage.say(f"/desk address {code}"))[0].text
    await stage.say(f"/desk accept {code}")
    assert await state(stage, addresses, code) == "approved"
    assert (await acts(stage, f"address:{code}"))[-1]["details"] == {"own": True}
    assert "của chính mình" in "".join(message.text for message in heard(stage, LAN)), "the other officers are told"


@pytest.mark.parametrize("lonely", [False, True], ids=["with a colleague", "alone"])
async def test_her_own_registration_waits_for_a_colleague_where_there_is_one(stage: Stage, lonely: bool) -> None:
    await stage.agree("take_part", address=RESIDENT)
    for text in ("/volunteer", "Trần Thử", "1990", "0912345678", "Cửa Tùng", "Thôn 4", "1", "xong", "bỏ qua", "bỏ qua"):
        await stage.say(text)
    await stage.say("đăng ký")
    await alone(stage)
    person = next(
        row["person_id"] for row in await stage.rows(staff) if row["revoked_at"] is None and row["role"] == "officer"
    )
    if not lonely:
        await appoint(stage, LAN)
    await stage.say(f"/desk volunteer {person}")
    (row,) = [row for row in await stage.rows(volunteers) if row["person_id"] == person]
    assert (row["seen_at"] is not None) == lonely
