"""Officers see who has something in hand; they take, let go, take over and give it to a colleague, and nobody is locked out."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from storage.aid.colleagues import takings
from storage.campaign import settings
from storage.rights import retention
from storage.tables import appeals, deeds, staff, threads
from storage.tables import takings as kept
from tests.desk import FAR, LAN, MINH, PROPOSAL, RESIDENT, code_in, dismiss, heard, last, promise, staffed, tell, values
from tests.stage import BOTH, Stage


async def held(stage: Stage) -> list[tuple[str, str, int, int | None]]:
    rows = await stage.rows(kept)
    return [(row["kind"], row["code"], row["person_id"], row["given_by"]) for row in rows]


async def waiting(stage: Stage, kind: str) -> str:
    """Something of this kind in Cửa Tùng that waits; returns how a command names it."""
    match kind:
        case "deed":
            return await tell(stage, photos=0)
        case "pledge":
            return await promise(stage)
        case "question":
            for text in ("/ask", "Hội nhận quần áo cũ không?", "Cửa Tùng"):
                await stage.say(text)
            return str((await stage.rows(threads))[-1]["code"])
        case "address":
            said = [message.text for text in PROPOSAL for message in await stage.say(text)]
            return next(text.split("DC-")[1][:5] for text in reversed(said) if "DC-" in text)
    raise AssertionError(kind)


@pytest.mark.parametrize("kind", ["deed", "pledge", "question", "address"])
async def test_whoever_has_it_in_hand_is_named_on_card_and_list_and_the_others_can_act_all_the_same(
    stage: Stage, kind: str
) -> None:
    ids = await staffed(stage)
    code = await waiting(stage, kind)
    code = f"DC-{code}" if kind == "address" else code
    card = (await stage.say(f"/desk {kind} {code}", LAN))[-1]
    assert f"/desk take {kind} {code}" in values(card)
    await stage.say(f"/desk take {kind} {code}", LAN)
    assert await held(stage) == [(kind, code, ids[LAN], None)]
    seen = await stage.say(f"/desk {kind} {code}", MINH)
    assert f"người #{ids[LAN]} (xã Cửa Tùng) đang xem từ 09:00" in seen[0].text.replace("Người", "người")
    assert {f"/desk take {kind} {code} {ids[LAN]}"} < set(values(seen[-1])), "and all that she could do before"
    plural = {"address": "addresses"}.get(kind, f"{kind}s")
    assert f"👁 người #{ids[LAN]}" in (await stage.say(f"/desk {plural}", MINH))[0].text.replace("Người", "người")
    assert "👁 anh/chị" in (await stage.say(f"/desk {plural}", LAN))[0].text.casefold()
    assert "(1)" in next(b.label for b in (await stage.say("/desk", LAN))[0].buttons if b.value == "/desk mine")
    assert code in (await stage.say("/desk mine", LAN))[0].text
    await stage.say(f"/desk release {kind} {code}", LAN)
    assert await held(stage) == []


async def test_a_deed_in_another_s_hand_is_decided_by_who_is_faster(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk take {code}", LAN)
    await stage.say(f"/desk decline {code}", MINH)
    await stage.say("chưa rõ ai làm việc này", MINH)
    assert {row["code"]: row["state"] for row in await stage.rows(deeds)}[code] == "declined"
    assert "chưa nhận việc nào" in (await stage.say("/desk mine", LAN))[0].text, "it waits for nobody any more"


@BOTH
async def test_of_two_officers_who_take_it_at_the_same_instant_one_has_it_and_the_other_sees_who(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    async with stage.program() as app:

        async def take(person_id: int) -> bool:
            async with app.database.write() as tx:
                return (await takings.take(tx, "deed", code, person_id, stage.clock()))[0]

        officers = [row["person_id"] for row in await stage.rows(staff)]
        assert sorted(await asyncio.gather(*map(take, officers[:2]))) == [False, True]
        async with app.database.write() as tx:
            (one,) = (await takings.on(tx, "deed", [code], stage.clock())).values()
            other = next(id for id in officers if id != one.person_id)
            assert await takings.take(tx, "deed", code, other, stage.clock(), over=other) == (False, one)
            assert await takings.take(tx, "deed", code, other, stage.clock(), over=one.person_id) == (True, one)
            assert await takings.release(tx, "deed", code, one.person_id) is False

        async def give(by: int, to: int) -> bool:
            async with app.database.write() as tx:
                return (await takings.take(tx, "deed", "TND26-GIVEN", to, stage.clock(), given_by=by))[0]

        first, second, third, fourth = sorted(set(officers))[:4]
        assert sorted(await asyncio.gather(give(first, third), give(second, fourth))) == [False, True]

        async def let_go(person_id: int) -> bool:
            async with app.database.write() as tx:
                return await takings.release(tx, "deed", code, person_id)

        assert sorted(await asyncio.gather(let_go(other), let_go(other))) == [False, True]


async def test_who_takes_over_takes_it_from_who_had_it_when_she_looked_and_that_one_is_told(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk take deed {code}", LAN)
    told = (await stage.say(f"/desk take deed {code}", MINH))[0]
    assert "đang xem" in told.text
    await stage.say(values(told)[0], MINH)
    assert await held(stage) == [("deed", code, ids[MINH], None)]
    assert "đã nhận thay anh/chị" in last(stage, LAN)
    assert "đang xem" in (await stage.say(f"/desk take deed {code} {ids[FAR]}", LAN))[0].text, "she saw somebody else"
    await stage.say(f"/desk release deed {code}", MINH)
    await stage.say(f"/desk take deed {code} {ids[FAR]}", LAN)
    assert heard(stage, FAR) == [], "who never had it hears nothing"


async def test_it_is_given_to_a_colleague_who_may_act_on_it_at_that_moment_and_who_is_told(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await tell(stage, photos=0)
    asked = (await stage.say(f"/desk assign deed {code}", LAN))[-1]
    offered = {value.split("=")[-1]: value for value in values(asked)}
    assert str(ids[MINH]) in offered and not {str(ids[LAN]), str(ids[FAR])} & offered.keys()
    await dismiss(stage, ids[MINH])
    assert "không còn làm được" in (await stage.say(pressed=offered[str(ids[MINH])], address=LAN))[0].text
    assert await held(stage) == []


async def test_what_was_given_stands_in_the_colleague_s_hand_with_who_gave_it(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk take {code}", LAN)
    asked = (await stage.say(f"/desk assign deed {code}", LAN))[-1]
    await stage.say(pressed=next(v for v in values(asked) if v.endswith(f"={ids[MINH]}")), address=LAN)
    assert await held(stage) == [("deed", code, ids[MINH], ids[LAN])]
    assert "giao cho anh/chị" in last(stage, MINH) and code in last(stage, MINH)
    assert values(heard(stage, MINH)[-1])[0] == f"/desk deed {code}"
    assert f"{code}, từ" in (mine := (await stage.say("/desk mine", MINH))[0].text) and "giao" in mine


async def test_an_appeal_is_neither_taken_by_nor_given_to_who_refused(stage: Stage) -> None:
    ids = await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk decline {code}", LAN)
    await stage.say("chưa rõ ai làm việc này", LAN)
    await stage.say(pressed=f"/appeal {code}", address=RESIDENT)
    await stage.say("Cả xóm đều biết việc này.", RESIDENT)
    if not await stage.rows(appeals):
        await stage.say("đúng", RESIDENT)
    assert "Người khác phải quyết định" in (await stage.say(f"/desk take appeal {code}", LAN))[0].text
    await stage.say(f"/desk take appeal {code}", MINH)
    assert [row[:2] for row in await held(stage)] == [("appeal", code)]
    asked = (await stage.say(f"/desk assign appeal {code}", MINH))[-1]
    assert values(asked) and not any(value.endswith(f"={ids[LAN]}") for value in values(asked))


async def test_a_correction_that_waits_is_in_somebody_s_hand_but_not_in_hers_who_asked(stage: Stage) -> None:
    ids = await staffed(stage)
    for text in (
        "/desk correct DC-0002",
        "Hoàn cảnh",
        "Hai chị em ở với bà ngoại đã yếu, cần sách vở cho năm học mới.",
    ):
        await stage.say(text, LAN)
    assert not [v for v in values((await stage.say("/desk change 1", LAN))[-1]) if "/desk take" in v]
    assert "Người khác phải quyết định" in (await stage.say("/desk take change 1", LAN))[0].text
    assert "/desk take change 1" in values((await stage.say("/desk change 1", MINH))[-1])
    assert "nội dung xin sửa số 1" in (await stage.say("/desk take change 1", MINH))[0].text
    assert await held(stage) == [("change", "1", ids[MINH], None)]
    assert "👁 anh/chị" in (await stage.say("/desk changes", MINH))[0].text.casefold()
    assert "/desk change 1" in values((await stage.say("/desk mine", MINH))[0])
    await stage.say("/desk apply 1", MINH)
    assert "chưa nhận việc nào" in (await stage.say("/desk mine", MINH))[0].text


async def test_it_runs_out_after_the_hours_that_admins_set_and_goes_with_who_leaves(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk take {code}", LAN)
    async with stage.program() as app, app.database.write() as tx:
        await settings.change(tx, settings.TAKING_HOURS, 2, "operator", stage.clock())
    stage.clock.forward(hours=3)
    assert "👁" not in (await stage.say("/desk deeds", MINH))[0].text
    async with stage.program() as app, app.database.write() as tx:
        await retention.sweep(tx, app.now())
        assert await tx.all(sa.select(kept)) == []


@pytest.mark.parametrize("act", ["take", "release", "assign"])
async def test_an_officer_of_another_unit_hears_the_same_as_for_what_does_not_exist(stage: Stage, act: str) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    there = (await stage.say(f"/desk {act} deed {code}", FAR))[0].text
    assert there == (await stage.say(f"/desk {act} deed TND26-ZZZZZ", FAR))[0].text
    assert await held(stage) == [] and code_in(code)
