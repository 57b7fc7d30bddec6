"""A promise, or a household told of, for somebody without a phone: she is a person of her own, whoever writes for her."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage.campaign import settings
from storage.campaign.settings import PLEDGES_EACH, SPOKEN_EACH
from storage.rights import links
from storage.tables import accounts, addresses, appeals, consents, pledges, spoken_consents
from tests.desk import BEN_QUAN, LAN, MINH, PROPOSAL, RESIDENT, appoint, code_in, last, values
from tests.stage import Stage

MOTHER, YEAR = "Lê Thị Minh Chứng", "1958"
PHONE, HOA = "5", "6"


@pytest.fixture
async def lan(stage: Stage) -> None:
    await stage.agree("take_part", address=RESIDENT)
    await appoint(stage, LAN, BEN_QUAN)


async def say(stage: Stage, *lines: str, by: str = RESIDENT) -> str:
    said = [await stage.say(line, by) for line in lines]
    return said[-1][0].text


async def promise(
    stage: Stage, name: str = MOTHER, *, first: str = "mẹ tôi muốn giúp hộ DC-0003", by: str = RESIDENT
) -> str:
    return await say(stage, first, "sách vở, áo ấm", "100k", name, YEAR, "có", "đúng", by=by)


async def owner(stage: Stage) -> int:
    return int((await stage.rows(spoken_consents))[-1]["person_id"])


async def test_a_promise_is_hers_for_whom_it_was_written(stage: Stage, lan: None) -> None:
    said = await promise(stage)
    (kept,) = [row for row in await stage.rows(pledges) if row["code"] == code_in(said)]
    assert kept["person_id"] == await owner(stage)
    assert kept["person_id"] not in {row["person_id"] for row in await stage.rows(accounts)}
    (given,) = [row for row in await stage.rows(consents) if row["person_id"] == kept["person_id"]]
    assert (given["purpose"], given["channel"]) == ("take_part", "spoken")


async def test_what_she_does_twice_is_done_by_one_person_whose_slip_stays_good(stage: Stage, lan: None) -> None:
    slip = links.CODE.search(await promise(stage))
    again = await promise(stage, f"  {MOTHER.upper()} ")
    told = (
        "/propose",
        "có",
        "Hồ Văn Mẫu",
        "Cửa Tùng",
        "Thôn 4",
        "bỏ qua",
        "Mẹ tôi muốn kể về bác sống một mình, nhà dột.",
    )
    await say(stage, *told, "sửa", "người giới thiệu", "ghi giúp", MOTHER, YEAR, "có", "đúng")
    assert "vẫn dùng được" in again and slip is not None
    (noted,) = await stage.rows(spoken_consents)
    assert {row["proposed_by"] for row in await stage.rows(addresses) if row["state"] == "proposed"} >= {
        noted["person_id"]
    }
    await say(stage, f"/link {slip[0]}", YEAR, by=PHONE)
    assert await say(stage, "/my", by=PHONE) != await say(stage, "/my")
    assert (await say(stage, "/my", by=PHONE)).count("TND26-") == 2


@pytest.mark.parametrize("answer", ["không", "chưa hỏi", "mẹ tôi ngủ rồi"])
async def test_without_her_plain_yes_nothing_is_promised(stage: Stage, lan: None, answer: str) -> None:
    before = len(await stage.rows(pledges))
    await say(stage, "mẹ tôi muốn giúp hộ DC-0003", "sách vở, áo ấm", "100k", MOTHER, YEAR, answer, "đúng")
    assert len(await stage.rows(pledges)) == before
    assert await stage.rows(spoken_consents) == []


async def test_news_for_her_reaches_whoever_wrote_for_her_until_she_comes_herself(stage: Stage, lan: None) -> None:
    said = await promise(stage)
    code, slip = code_in(said), links.CODE.search(said)
    told = await say(stage, f"/desk confirm {code}", "Mời bà ghé xã", by=LAN)
    assert f"{MOTHER}, không có điện thoại: đã nhắn người ghi giúp" in told
    assert "báo tận nơi" in last(stage, RESIDENT) and "Mời bà ghé xã" in last(stage, RESIDENT)
    assert MOTHER in await say(stage, f"/desk pledge {code}", by=LAN)
    assert slip is not None
    await say(stage, f"/link {slip[0]}", YEAR, by=PHONE)
    told = await say(stage, f"/desk arrived {code}", "100k", "1", "1", "đúng", by=LAN)
    assert "Đã báo cho người ủng hộ." in told
    assert code in last(stage, PHONE) and code not in last(stage, RESIDENT)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(accounts).where(accounts.c.address == PHONE).values(state="blocked"))
    assert "Chưa báo được cho người ủng hộ" in await say(
        stage, f"/desk cancel {code}", "Bà đã chuyển đi nơi khác ở", by=LAN
    )


async def test_the_promises_of_those_she_writes_for_count_with_her_own(stage: Stage, lan: None) -> None:
    for n in range(SPOKEN_EACH.default):
        assert code_in(await promise(stage, f"Trần Văn {'ABCDE'[n]}mẫu"))
    assert "đủ số người" in await promise(stage, "Trần Văn Gmẫu")
    async with stage.program() as app, app.database.write() as tx:
        await settings.change(tx, PLEDGES_EACH, SPOKEN_EACH.default, "operator", stage.clock())
    await say(stage, "hủy")
    assert "Sách vở" not in await say(stage, "/pledge DC-0003")


async def test_an_officer_writes_down_what_is_promised_at_the_desk_and_nobody_else_can(stage: Stage, lan: None) -> None:
    assert code_in(await promise(stage, first="/desk promise DC-0003", by=LAN))
    assert code_in(await promise(stage, first="/desk promise DC-0003", by=LAN, name="Hồ Văn Mẫu"))
    assert len({row["person_id"] for row in await stage.rows(spoken_consents)}) == 2
    assert "TND26" not in await say(stage, "/desk promise DC-0003", by=RESIDENT)


async def test_who_wrote_a_proposal_down_writes_the_appeal_too_and_leaves_the_decision_to_others(stage: Stage) -> None:
    for address in (LAN, MINH, HOA):
        await appoint(stage, address)
    proposed = ("/desk propose", *PROPOSAL[1:-1], MOTHER, YEAR, "đồng ý", "đúng")
    await say(stage, *proposed, by=LAN)
    hers = await owner(stage)
    (code,) = [row["code"] for row in await stage.rows(addresses) if row["proposed_by"] == hers]
    await say(stage, f"/desk refuse {code}", "nhà này ở xã khác, không phải xã mình", by=MINH)
    assert f"/desk appealfor {code}" not in values((await stage.say(f"/desk address {code}", HOA))[-1])
    assert "Chỉ người đã ghi" in await say(stage, f"/desk appealfor {code}", by=HOA)
    assert await say(stage, f"/desk appealfor {code}", by=HOA) == (await say(stage, "/desk appealfor DC-9999", by=HOA))
    assert f"/desk appealfor {code}" in values((await stage.say(f"/desk address {code}", LAN))[-1])
    assert MOTHER in await say(stage, f"/desk appealfor {code}", by=LAN)
    assert "Đã gửi đề nghị" in await say(stage, "Nhà ở ngay đầu thôn 4, ai cũng biết", by=LAN)
    (kept,) = await stage.rows(appeals)
    assert kept["person_id"] == hers
    assert "đề nghị xem lại" in last(stage, HOA) and "đề nghị xem lại" not in last(stage, MINH)
    for address, why in ((LAN, "nên cán bộ khác quyết định"), (MINH, "người đã từ chối")):
        assert why in await say(stage, f"/desk reverse {code}", by=address)
    await say(stage, f"/desk reverse {code}", "đã hỏi trưởng thôn, đúng là ở thôn 4", by=HOA)
    assert "Nhờ anh/chị báo tận nơi" in last(stage, LAN)
    assert "Hội sẽ đi tiếp các bước" in last(stage, LAN)
    assert "đã gửi" not in await say(stage, f"/desk appealfor {code}", by=LAN), "there is no second one"
    assert len(await stage.rows(appeals)) == 1
