"""The desk shows what waits in an officer's units, the oldest first; in the morning she is told, once a day."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta

import sqlalchemy as sa

from storage.campaign.settings import HOLIDAYS
from storage.campaign.workdays import is_working_day
from storage.figures.desk import QUEUES
from storage.tables import addresses, contributions, deeds, outbox, pledges, staff, thread_messages, threads
from tests.desk import FAR, LAN, MINH, RESIDENT, copied, heard, last, pressing, promise, staffed, surveyed, tell, values
from tests.stage import BOTH, Stage


async def ask(stage: Stage) -> str:
    await stage.say("/ask")
    await stage.say("Hội nhận quần áo cũ không?")
    await stage.say("Cửa Tùng")
    return str((await stage.rows(threads))[-1]["code"])


@BOTH
async def test_the_desk_counts_what_waits_in_her_units_and_leads_to_it(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    said = (await stage.say("/desk", LAN))[0]
    assert said.text == "Việc đang chờ anh/chị: 6."
    assert [(button.value, button.label) for button in said.buttons[:4]] == [
        ("/desk pledges", "Cam kết (3)"),
        ("/desk deeds", "Việc thiện (1)"),
        ("/desk volunteers", "Tình nguyện viên mới (1)"),
        ("/desk questions", "Câu hỏi (1)"),
    ], "each kind is said once"
    acts = [
        "/find",
        "/desk brought",
        "/behalf",
        "/desk propose",
        "/desk add",
        "/broadcast",
        "/calendar",
        "/report",
        "/desk handover",
    ]
    assert values(said)[4:] == acts
    assert "/desk questions" not in values((await stage.say("/desk", FAR))[0])
    assert values((await stage.say("/desk questions", LAN))[0])[0] == f"/desk question {code}"


async def test_what_waits_is_shown_in_pages_the_oldest_first(stage: Stage) -> None:
    await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        row = dict((await tx.all(sa.select(deeds).order_by(deeds.c.id)))[0])
        row.pop("id")
        for n in range(11):
            await tx.run(sa.insert(deeds).values(**{**row, "code": f"TND26-AAAA{n}", "dedupe_key": f"x{n}"}))
    first = (await stage.say("/desk deeds", LAN))[0]
    assert [v.split()[-1] for v in values(first)[:5]] == ["TND26-VTDE1", *(f"TND26-AAAA{n}" for n in range(4))]
    assert values(first)[5:] == ["/desk deeds p2", "/desk many", "/desk"]
    assert values((await stage.say("/desk deeds p3", LAN))[0])[2:] == ["/desk deeds p2", "/desk many", "/desk"]
    for nonsense in ("p0", "p99999", "p9 p", "pp"):
        assert await stage.say(f"/desk deeds {nonsense}", LAN)


async def test_a_question_is_answered_by_one_officer_and_the_answer_goes_back(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    assert (code in last(stage, LAN), heard(stage, FAR)) == (True, [])
    for officer in (LAN, MINH):
        await stage.say(f"/desk answer {code}", officer)
    async with stage.program() as app:
        both = [stage.room.arrival(a, text=f"Có nhận, mang đến trạm y tế. {a}") for a in (LAN, MINH)]
        await app.engine.receive(both)
        await app.settle()
    assert "Có nhận, mang đến trạm y tế. 2" in last(stage, RESIDENT)
    assert any("Cán bộ khác vừa trả lời: “Có nhận, mang đến trạm y tế. 2”" in m.text for m in heard(stage, MINH))
    assert len([m for m in heard(stage, RESIDENT) if "Có nhận" in m.text]) == 1
    assert "Đã dừng" in (await stage.say("không", MINH))[0].text
    assert "Có nhận" in (await stage.say(f"/desk question {code}", LAN))[0].text
    for act in ("question", "answer"):
        assert "Không tìm thấy" in (await stage.say(f"/desk {act} {code}", FAR))[0].text


async def digests(stage: Stage) -> list[str]:
    """Run the morning's work several times, at once too, in one start of the program and in another."""
    for _ in range(2):
        async with stage.program() as app:
            await asyncio.gather(app.do("digest"), app.do("digest"))
            await app.settle()
    return sorted(row["dedupe_key"] for row in await stage.rows(outbox) if row["dedupe_key"].startswith("digest:"))


@BOTH
async def test_in_the_morning_who_has_something_waiting_is_told_once_a_day(stage: Stage) -> None:
    ids = await staffed(stage)
    stage.clock.at = stage.clock.at.replace(hour=0, minute=29)  # 07:29 in Việt Nam
    assert await digests(stage) == []
    stage.clock.forward(minutes=1)
    found = await digests(stage)
    assert {f"digest:2026-05-12:{ids[who]}" for who in (LAN, MINH, FAR)} <= set(found)
    assert last(stage, LAN).startswith("Chào anh/chị! Hôm nay có việc đang chờ")
    assert "Cam kết chưa xong: 3" in last(stage, LAN)
    stage.clock.forward(hours=1)
    assert await digests(stage) == found
    stage.clock.forward(hours=23)
    assert len(await digests(stage)) == 2 * len(found)


def test_a_digest_comes_on_working_days_alone() -> None:
    days = [date(2026, 4, 27) + timedelta(days=n) for n in range(8)]  # a Monday; two holidays follow each other
    assert [day.day for day in days if is_working_day(day, HOLIDAYS.default)] == [27, 28, 29, 4]


async def test_nobody_is_told_that_nothing_waits_or_late_in_the_day(stage: Stage) -> None:
    await staffed(stage)
    stage.clock.at = stage.clock.at.replace(hour=5)
    assert await digests(stage) == []
    stage.clock.at = stage.clock.at.replace(hour=1)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(staff).values(revoked_at=stage.clock()))
    assert await digests(stage) == []


@BOTH
async def test_a_person_gets_a_copy_of_all_this_and_nothing_of_hers_stays_when_she_is_forgotten(stage: Stage) -> None:
    await staffed(stage)
    await ask(stage)
    code = await promise(stage, "2tr", "sửa lại", "1", "2", "2", "áo ấm của Canary")
    for text in (f"/desk arrived {code}", "20", "bỏ qua", "1", "đúng"):
        await stage.say(text, LAN)
    await stage.say("/propose")
    for text in ("có", "Hồ Thị Mẫu", "Cửa Tùng", "Thôn Mẫu", "bỏ qua", "Bà sống một mình, mái nhà dột.", "đúng"):
        await stage.say(text)
    deed = await tell(stage, photos=0)
    for text in (f"/desk ask {deed}", "Nhà đó ở thôn nào?"):
        await stage.say(text, LAN)
    for text in (f"/reply {deed}", "Thôn Canary"):
        await stage.say(text)
    await stage.say("", LAN, pressed=pressing(await stage.say(f"/desk deed {deed}", LAN), "/desk approve"))
    copy = json.loads(await copied(stage))
    said = {one["kind"]: [message["said"] for message in one["messages"]] for one in copy["threads"]}
    assert said == {
        "question": ["Hội nhận quần áo cũ không?"],
        "deed": ["Nhà đó ở thôn nào?", "Thôn Canary"],
        "pledge": [],
    }
    assert copy["contributions"][0]["amount"] == 20
    assert copy["proposed_addresses"][0]["state"] == "proposed"
    await stage.say("/forgetme")
    await stage.say("xóa hết")
    assert len(await stage.rows(threads)) == len(await stage.rows(thread_messages)) == 1  # the demo's, not hers
    assert (await stage.rows(addresses))[-1]["proposed_by"] is None
    left = await stage.rows(contributions)
    assert [(row["amount"], row["what"], row["voided_at"]) for row in left] == [(20, "", None)]
    assert [row["state"] for row in await stage.rows(deeds) if row["code"] == deed] == ["approved"]
    assert "Canary" not in str([await stage.rows(table) for table in (contributions, pledges, threads)])


async def test_lines_and_buttons_that_would_read_the_same_carry_their_codes(stage: Stage) -> None:
    await staffed(stage)
    codes = await surveyed(stage, 2)
    said = (await stage.say("/desk addresses", LAN))[0]
    assert all(f"({code}), đã khảo sát" in said.text for code in codes), said.text
    assert sum(any(code in button.label for code in codes) for button in said.buttons) == 2


async def test_an_officer_s_menu_begins_with_the_desk_and_has_seven_entries(stage: Stage) -> None:
    await staffed(stage)
    shown = values((await stage.say("/menu", LAN))[0])
    assert (shown[0], len(shown), "/language" in shown) == ("/desk", 7, False)
    assert (await stage.say("/language", LAN))[0].buttons


async def test_what_waits_is_read_from_an_index_of_just_that(stage: Stage) -> None:
    async with stage.program() as app, app.database.read() as tx:
        for queue in QUEUES.values():
            oldest = queue.ids(None, 0).order_by(queue.since, queue.table.c.id)
            said = oldest.compile(compile_kwargs={"literal_binds": True})
            (step,) = await tx.all(sa.text(f"EXPLAIN QUERY PLAN {said}"))  # no second one, which would sort
            assert f"INDEX ix_{queue.table.name}_waiting" in step["detail"]
