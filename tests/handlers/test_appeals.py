"""An appeal is decided once, by another officer than the one who refused, who sees both sides; the appellant is told."""

from __future__ import annotations

import asyncio
import json

import sqlalchemy as sa

from storage.aid import appeals as made
from storage.campaign import staff
from storage.tables import addresses, appeals, audit, deeds
from storage.tables import staff as staff_table
from storage.talk import people
from tests.desk import (
    APPEALED,
    FAR,
    LAN,
    MINH,
    PROPOSAL,
    RESIDENT,
    appeal,
    appoint,
    copied,
    dismiss,
    heard,
    last,
    refuse_deed,
    staffed,
    values,
)
from tests.stage import BOTH, Stage

ADMIN = "5"


async def refuse_household(stage: Stage) -> str:
    """A household that the resident proposed is refused; returns its code."""
    for text in PROPOSAL:
        await stage.say(text)
    code = str((await stage.rows(addresses))[-1]["code"])
    for text in (f"/desk refuse {code}", "gia đình không thuộc diện được giúp"):
        await stage.say(text, LAN)
    return code


async def decide(stage: Stage, how: str, code: str, officer: str = MINH) -> str:
    """An officer decides; returns what she is told."""
    await stage.say(f"/desk {how} {code}", officer)
    return (await stage.say("đã hỏi trưởng thôn và hàng xóm", officer))[-1].text


async def state(stage: Stage) -> str:
    return str((await stage.rows(appeals))[0]["state"])


async def deed_state(stage: Stage, code: str) -> str:
    return str(next(row["state"] for row in await stage.rows(deeds) if row["code"] == code))


async def appoint_admin(stage: Stage) -> int:
    async with stage.program() as app, app.database.write() as tx:
        person_id = (await people.meet(tx, {("room", ADMIN): "vi"}, stage.clock()))["room", ADMIN][0].id
        await staff.grant(tx, person_id, "admin", None, "operator", stage.clock())
    return person_id


@BOTH
async def test_another_officer_sees_both_sides_and_a_reversal_approves_the_deed(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await refuse_deed(stage)
    assert "Một cán bộ khác" in await appeal(stage, code)
    assert values(heard(stage, MINH)[-1]) == [f"/desk appeal {code}"]
    assert not any(f"/desk appeal {code}" in values(message) for who in (LAN, FAR) for message in heard(stage, who))
    card = (await stage.say(f"/desk appeal {code}", MINH))[-1]
    for side in ("chưa rõ việc làm ở đâu", APPEALED, "Vá lưới giúp một nhà bị bão", "xã Cửa Tùng"):
        assert side in card.text
    assert "/desk appeals" in values((await stage.say("/desk", MINH))[-1])
    assert "/desk appeals" not in values((await stage.say("/desk", LAN))[-1])
    await decide(stage, "reverse", code)
    assert "đã duyệt.\nLý do: đã hỏi trưởng thôn" in last(stage, RESIDENT)
    kept = next(row for row in await stage.rows(deeds) if row["code"] == code)
    assert (kept["state"], kept["decided_by"], bool(kept["approved_version"])) == ("approved", ids[MINH], True)
    acts = [row["act"] for row in await stage.rows(audit) if row["object"] == f"deed:{code}"]
    assert acts[-2:] == ["appeal", "reversed"]


async def test_a_household_whose_refusal_is_reversed_waits_again_and_who_refused_may_not_refuse_it_twice(
    stage: Stage,
) -> None:
    await staffed(stage)
    code = await refuse_household(stage)
    await appeal(stage, code)
    assert f"/desk appeal {code}" in values((await stage.say(f"/desk address {code}", MINH))[-1])
    await decide(stage, "reverse", code)
    assert "khảo sát" in last(stage, RESIDENT)
    row = next(row for row in await stage.rows(addresses) if row["code"] == code)
    assert (row["state"], row["reason"], row["decided_by"]) == ("proposed", "", None)
    assert "phải là người khác" in (await stage.say(f"/desk refuse {code}", LAN))[-1].text
    assert "Lý do là gì" in (await stage.say(f"/desk refuse {code}", MINH))[-1].text


async def test_a_refusal_that_is_upheld_stands_and_a_second_appeal_is_answered_truly(stage: Stage) -> None:
    await staffed(stage)
    code = await refuse_deed(stage)
    await appeal(stage, code)
    assert "đang chờ cán bộ khác xem" in (await stage.say(f"/appeal {code}"))[-1].text
    await decide(stage, "uphold", code)
    assert "giữ quyết định cũ.\nLý do: đã hỏi trưởng thôn" in last(stage, RESIDENT)
    assert await deed_state(stage, code) == "declined"
    again = (await stage.say(f"/appeal {code}"))[-1].text
    assert "giữ quyết định cũ: đã hỏi trưởng thôn" in again
    assert "Mỗi việc chỉ xem lại được một lần" in again
    mine = (await stage.say("/my"))[-1]
    assert "không được duyệt; đề nghị xem lại: giữ quyết định cũ" in mine.text
    assert not any(value.startswith("/appeal") for value in values(mine))
    assert len(await stage.rows(appeals)) == 1


async def test_who_refused_who_appealed_and_who_came_later_decide_nothing_however_they_come(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await refuse_deed(stage)
    await appeal(stage, code)
    card = (await stage.say(f"/desk appeal {code}", LAN))[-1]
    assert "Anh/chị là người đã từ chối" in card.text
    assert not any(value.startswith(("/desk uphold", "/desk reverse")) for value in values(card))
    await appoint(stage, RESIDENT)
    await appoint(stage, "6")
    for who, why in (
        (LAN, "người đã từ chối"),
        (RESIDENT, "của chính anh/chị"),
        ("6", "trước khi anh/chị nhận vai trò"),
    ):
        assert why in (await stage.say(f"/desk reverse {code}", who))[-1].text
    await stage.say(f"/desk reverse {code}", MINH)
    await dismiss(stage, ids[MINH])
    await stage.say("đã hỏi trưởng thôn và hàng xóm", MINH)
    assert "Không tìm thấy" in (await stage.say(f"/desk appeal {code}", FAR))[-1].text
    assert (await state(stage), await deed_state(stage, code)) == ("waiting", "declined")
    async with stage.program() as app, app.database.write() as tx:
        found = await made.find(tx, code, None)
        assert found is not None
        assert not await made.decide(tx, found, ids[LAN], "upheld", "vẫn vậy", stage.clock())


async def test_where_there_is_only_one_officer_an_admin_decides_and_where_there_is_nobody_it_is_said(
    stage: Stage,
) -> None:
    ids = await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        others = staff_table.c.person_id != ids[LAN]
        await tx.run(sa.update(staff_table).where(others).values(revoked_at=stage.clock()))
    code = await refuse_deed(stage)
    assert "chưa có người thứ hai" in (await stage.say(f"/appeal {code}"))[-1].text
    assert await stage.rows(appeals) == []
    await appoint_admin(stage)
    await stage.say(f"/appeal {code}")
    await stage.say(APPEALED)
    assert values(heard(stage, ADMIN)[-1]) == [f"/desk appeal {code}"]
    assert "được chấp nhận" in await decide(stage, "reverse", code, ADMIN)
    assert await deed_state(stage, code) == "approved"


@BOTH
async def test_of_officers_who_decide_and_an_appellant_who_takes_back_at_one_instant_one_wins(stage: Stage) -> None:
    await staffed(stage)
    code = await refuse_deed(stage)
    await appeal(stage, code)
    async with stage.program() as app:
        async with app.database.read() as tx:
            found = await made.find(tx, code, None)
        assert found is not None

        async def one(n: int) -> bool:
            async with app.database.write() as tx:
                if n == 0:
                    return await made.withdraw(tx, found.person_id, code, stage.clock())
                return await made.decide(tx, found, 100 + n, "upheld", "vì vậy", stage.clock())

        assert sorted(await asyncio.gather(*(one(n) for n in range(4)))) == [False, False, False, True]


async def test_two_officers_answer_at_the_same_instant_and_the_second_is_told_that_it_is_done(stage: Stage) -> None:
    await staffed(stage)
    await appoint(stage, "6")
    code = await refuse_deed(stage)
    await appeal(stage, code)
    for who, how in ((MINH, "uphold"), ("6", "reverse")):
        await stage.say(f"/desk {how} {code}", who)
    stage.room.said.clear()
    async with stage.program() as app:
        await app.engine.receive(
            [stage.room.arrival(who, text="đã hỏi trưởng thôn và hàng xóm") for who in (MINH, "6")]
        )
        await app.settle()
    told = "".join(message.text for who in (MINH, "6") for message in heard(stage, who))
    assert (told.count("Đã quyết định đề nghị"), told.count("đã xong:")) == (1, 1)
    assert sum("đã hỏi trưởng thôn và hàng xóm" in message.text for message in heard(stage, RESIDENT)) == 1


async def test_an_appeal_is_taken_back_for_good_and_the_deed_is_not_decided_anew_beside_it(stage: Stage) -> None:
    await staffed(stage)
    code = await refuse_deed(stage)
    await appeal(stage, code)
    assert "quyết định đề nghị ấy xong" in (await stage.say(f"/desk reopen {code}", MINH))[-1].text
    assert f"/my unappeal {code}" in values((await stage.say("/my"))[-1])
    await stage.say(f"/my unappeal {code}")
    assert "Đã rút" in (await stage.say("Có, rút đề nghị"))[0].text
    assert "đã rút" in last(stage, MINH)
    assert "Bà con đã rút đề nghị" in (await stage.say(f"/desk appeal {code}", MINH))[-1].text
    assert "Anh/chị đã rút đề nghị" in (await stage.say(f"/appeal {code}"))[-1].text
    assert "Vì sao xem lại" in (await stage.say(f"/desk reopen {code}", MINH))[-1].text


async def test_nobody_appeals_what_is_not_hers_or_was_not_refused(stage: Stage) -> None:
    await staffed(stage)
    for code in ("TND26-VTDE1", "DC-0002", "%"):
        assert "Không có việc nào của anh/chị bị từ chối" in (await stage.say(f"/appeal {code}"))[-1].text
    assert await stage.rows(appeals) == []


@BOTH
async def test_a_copy_of_ones_data_holds_the_appeal_and_nothing_of_it_stays_when_she_is_forgotten(stage: Stage) -> None:
    await staffed(stage)
    code = await refuse_deed(stage)
    await appeal(stage, code)
    (kept,) = json.loads(await copied(stage))["appeals"]
    assert (kept["code"], kept["refusal"], kept["said"], kept["state"]) == (
        code,
        "chưa rõ việc làm ở đâu",
        APPEALED,
        "waiting",
    )
    assert APPEALED.encode() not in (await stage.rows(appeals))[0]["words"]
    for text in ("/forgetme", "xóa hết"):
        await stage.say(text)
    assert await stage.rows(appeals) == []
    assert "/desk appeals" not in values((await stage.say("/desk", MINH))[-1])
