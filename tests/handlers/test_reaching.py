"""Officers write to the person behind a pledge, a deed or a proposed household; the transcript shows both sides."""

from __future__ import annotations

import asyncio

import pytest

from storage.aid import threads as talks
from storage.rights import erase
from storage.tables import addresses, audit, thread_messages, threads, volunteers
from tests.desk import FAR, LAN, MINH, PROPOSAL, RESIDENT, arrive, heard, last, promise, staffed, tell, values
from tests.stage import BOTH, Stage


async def write(stage: Stage, code: str, said: str, officer: str = LAN) -> str:
    """An officer writes about the thing with this code; returns what she is told at the end."""
    await stage.say(f"/desk write {code}", officer)
    return (await stage.say(said, officer))[-1].text


async def propose(stage: Stage) -> str:
    """The resident proposes a household in Cửa Tùng; returns its code."""
    for text in PROPOSAL:
        await stage.say(text)
    return str((await stage.rows(addresses))[-1]["code"])


async def test_the_one_who_shared_a_deed_is_written_to_after_the_decision_and_answers(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk decline {code}", LAN)
    await stage.say("Đã có người giới thiệu việc này", LAN)
    assert f"/desk write {code}" in values((await stage.say(f"/desk deed {code}", MINH))[-1])
    await stage.say(f"/desk write {code}", MINH)
    await stage.say("Cảm ơn anh chị đã quan tâm ạ", MINH)
    assert "Cảm ơn anh chị đã quan tâm ạ" in last(stage, RESIDENT)
    await stage.say("Dạ không có chi")
    assert "Dạ không có chi" in (await stage.say(f"/desk deed {code}", LAN))[-1].text


async def test_the_one_who_proposed_a_household_is_written_to_and_answers(stage: Stage) -> None:
    await staffed(stage)
    code = await propose(stage)
    assert f"/desk write {code}" in values((await stage.say(f"/desk address {code}", LAN))[-1])
    await write(stage, code, "Sáng mai cán bộ đến khảo sát được không ạ?")
    assert "Sáng mai cán bộ đến khảo sát được không ạ?" in last(stage, RESIDENT)
    await stage.say("Được ạ, tui dẫn đường cho")
    assert "tui dẫn đường cho" in (await stage.say(f"/desk question {code}", MINH))[-1].text
    assert f"/desk question {code}" in values((await stage.say(f"/desk address {code}", LAN))[-1])


async def test_a_household_that_nobody_proposed_is_nobody_s_to_be_written_to(stage: Stage) -> None:
    await staffed(stage)
    assert "không có người giới thiệu" in (await stage.say("/desk write DC-0002", LAN))[-1].text
    assert not [row for row in await stage.rows(audit) if row["act"] == "refused"], "she may see it: nothing is refused"
    unknown = (await stage.say("/desk write DC-9999", FAR))[-1].text
    assert (await stage.say("/desk write DC-0002", FAR))[-1].text.replace("DC-0002", "DC-9999") == unknown
    assert "/desk write DC-0002" not in values((await stage.say("/desk address DC-0002", LAN))[-1])


async def test_an_officer_elsewhere_writes_to_nobody_here(stage: Stage) -> None:
    await staffed(stage)
    unknown = (await stage.say("/desk write TND26-22222", FAR))[-1].text
    for code in (await promise(stage), await tell(stage, photos=0), await propose(stage)):
        assert (await stage.say(f"/desk write {code}", FAR))[-1].text == unknown
    assert all(not row["by_officers"] for row in await stage.rows(thread_messages))


async def test_who_erased_herself_is_not_written_to_in_vain(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await arrive(stage, code, "1tr")
    person_id = (await stage.rows(threads))[-1]["person_id"]
    async with stage.program() as app, app.database.write() as tx:
        await erase.forget(tx, person_id, stage.clock())
    assert "không còn dùng kênh nào" in (await stage.say(f"/desk write {code}", LAN))[-1].text


@BOTH
async def test_of_two_officers_who_write_first_at_the_same_instant_the_second_is_asked(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    said = {LAN: "Sáng mai em ghé nhé", MINH: "Chiều mai em ghé nhé"}
    for officer in said:
        await stage.say(f"/desk write {code}", officer)
    async with stage.program() as app:
        await asyncio.gather(
            *(app.engine.receive([stage.room.arrival(who, text=words)]) for who, words in said.items())
        )
        await app.settle()
    async with stage.program() as app, app.database.read() as tx:
        sent = [message.said for message in await talks.on(tx, "deed", code)]
    first, second = (LAN, MINH) if sent == [said[LAN]] else (MINH, LAN)
    assert sent == [said[first]]
    assert said[first] in last(stage, second)
    assert said[second] not in "".join(message.text for message in heard(stage, RESIDENT))
    await stage.say("có", second)
    assert said[second] in last(stage, RESIDENT)


@pytest.mark.parametrize("kind", ["pledge", "deed"])
async def test_the_second_who_thinks_better_of_it_sends_nothing(stage: Stage, kind: str) -> None:
    await staffed(stage)
    code = await promise(stage) if kind == "pledge" else await tell(stage, photos=0)
    for officer in (LAN, MINH):
        await stage.say(f"/desk write {code}", officer)
    await stage.say("Sáng mai em ghé nhé", LAN)
    await stage.say("Chiều mai em ghé nhé", MINH)
    await stage.say("không", MINH)
    assert "Chiều mai" not in "".join(message.text for message in heard(stage, RESIDENT))


async def volunteer(stage: Stage) -> str:
    """The resident registers as a volunteer in Cửa Tùng; returns her number."""
    for text in ("/volunteer", "Trần Thị Thử", "1990", "0912 345 678", "Cửa Tùng", "3", "xong", "đúng"):
        await stage.say(text)
    return str((await stage.rows(volunteers))[-1]["person_id"])


async def test_a_volunteer_is_written_to_from_her_card_and_answers_into_it(stage: Stage) -> None:
    await staffed(stage)
    number = await volunteer(stage)
    assert f"/desk write {number}" in values((await stage.say(f"/desk volunteer {number}", LAN))[-1])
    await write(stage, number, "Thứ Bảy chị phụ giúp khám bệnh được không?")
    assert "Thứ Bảy chị phụ giúp khám bệnh được không?" in last(stage, RESIDENT)
    await stage.say("Được ạ, tui đi được")
    code = (await stage.rows(threads))[-1]["code"]
    assert "tui đi được" in (await stage.say(code, MINH))[-1].text
    assert f"/desk volunteer {number}" in values((await stage.say(f"/desk question {code}", MINH))[-1])
    assert "Thứ Bảy chị phụ giúp" in (await stage.say(code))[-1].text
    unknown = (await stage.say("/desk write TND26-22222", FAR))[-1].text
    assert (await stage.say(f"/desk write {number}", FAR))[-1].text == unknown


@BOTH
async def test_two_officers_who_write_to_a_volunteer_at_the_same_instant_begin_one_thread(stage: Stage) -> None:
    await staffed(stage)
    number = await volunteer(stage)
    said = {LAN: "Sáng thứ Bảy chị rảnh không?", MINH: "Chiều thứ Bảy chị rảnh không?"}
    for officer in said:
        await stage.say(f"/desk write {number}", officer)
    async with stage.program() as app:
        await asyncio.gather(
            *(app.engine.receive([stage.room.arrival(who, text=words)]) for who, words in said.items())
        )
        await app.settle()
    assert len([row for row in await stage.rows(threads) if row["kind"] == "volunteer"]) == 1
    assert len([row for row in await stage.rows(thread_messages) if row["by_officers"]]) == 1
