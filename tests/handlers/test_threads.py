"""A thread: what a person and the officers say to each other on one matter. The transcripts show whole ones."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage.aid import threads as aid
from storage.campaign import settings
from storage.tables import accounts, pictures, thread_messages, threads
from tests.desk import LAN, RESIDENT, heard, last, promise, staffed, tell, values
from tests.stage import BOTH, NINE, Stage, photo


async def ask(stage: Stage, question: str = "Hội nhận quần áo cũ không?") -> str:
    """The resident asks the officers of Cửa Tùng something; returns the thread's code."""
    for text in ("/ask", question, "Cửa Tùng"):
        await stage.say(text)
    return str((await stage.rows(threads))[-1]["code"])


async def said(stage: Stage, code: str) -> list[str]:
    """What was said in a thread."""
    async with stage.program() as app, app.database.read() as tx:
        thread = await aid.find(tx, code, None)
        assert thread is not None
        return [message.said for message in await aid.messages(tx, thread.id)]


@BOTH
async def test_no_word_of_a_thread_is_kept_in_clear(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage, "Canary hỏi")
    await stage.say("Canary nhắn thêm")
    assert await said(stage, code) == ["Canary hỏi", "Canary nhắn thêm"]
    assert "Canary" not in str([{**row, "sealed": row["sealed"].hex()} for row in await stage.rows(thread_messages)])
    assert all(b"Canary" not in row["sealed"] for row in await stage.rows(thread_messages))


async def test_who_answered_is_the_unit_and_nobody_s_name_or_account(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    await stage.say(f"/desk answer {code}", LAN, name="Lê Thị Canary")
    await stage.say("Có nhận ạ.", LAN, name="Lê Thị Canary")
    told = last(stage, RESIDENT)
    assert told.startswith("Cán bộ Hội xã Cửa Tùng trả lời") and "Có nhận ạ." in told
    await stage.say("/mydata")
    for message in heard(stage, RESIDENT):
        assert "Lê Thị Canary" not in message.text + str(message.document and message.document.content.decode())


async def test_what_she_says_to_a_reminder_of_her_pledge_reaches_the_officers(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    stage.clock.forward(days=8)
    async with stage.program() as app:
        await app.do("reminders")
        await app.settle()
    assert f"/reply {code}" in values(heard(stage, RESIDENT)[-1])
    await stage.say("dạ tuần ni mắc việc nhà, để đầu tháng")
    assert await said(stage, code) == ["dạ tuần ni mắc việc nhà, để đầu tháng"]
    assert f"cam kết {code}" in last(stage, LAN)


async def test_while_the_officers_only_told_her_of_something_what_she_surely_means_is_done(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for text in (f"/desk confirm {code}", "bỏ qua"):
        await stage.say(text, LAN)
    assert "địa chỉ nhân đạo" in (await stage.say("cho tôi xem các nhà cần giúp"))[0].text
    assert await said(stage, code) == []


async def test_an_officer_is_told_who_heard_also_where_nobody_could(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    assert "Đã báo cho bà con." in (await stage.say(f"/desk settle {code}", LAN))[0].text
    code = await ask(stage)
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(accounts).where(accounts.c.address == RESIDENT).values(state="blocked"))
    await stage.say(f"/desk answer {code}", LAN)
    assert "Chưa báo được cho bà con" in (await stage.say("Có nhận ạ.", LAN))[0].text
    assert "Chưa báo được cho bà con" in (await stage.say(f"/desk settle {code}", LAN))[0].text


async def test_somebody_in_danger_is_given_the_numbers_and_the_officers_hear_it_too(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    told = await stage.say("cứu với có cháu bé đang bị đuối nước ở bến")
    assert "112" in told[0].text
    assert (await said(stage, code))[-1].startswith("cứu với")


async def test_a_thread_can_be_answered_with_its_code_while_a_form_is_open_and_the_form_stays(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    await stage.say("/volunteer")
    told = await stage.say(f"/reply {code} Còn khoảng mười bộ")
    assert "Đã chuyển" in told[0].text and "Họ và tên" in told[-1].text
    told = await stage.say("", pressed=f"/reply {code}")
    assert "làm xong phần dưới đây" in told[0].text and "Họ và tên" in told[-1].text
    assert await said(stage, code) == ["Hội nhận quần áo cũ không?", "Còn khoảng mười bộ"]


async def test_nobody_answers_in_the_thread_of_another(stage: Stage) -> None:
    await staffed(stage)
    await stage.agree("take_part", address="9")
    code = await ask(stage)
    assert "không thấy trao đổi nào" in (await stage.say(f"/reply {code} xin chào", "9"))[0].text
    assert "không có trao đổi nào" in (await stage.say(f"/end {code}", "9"))[0].text
    assert await said(stage, code) == ["Hội nhận quần áo cũ không?"]


@BOTH
async def test_an_album_goes_to_the_officers_whole_and_is_erased_with_its_person(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    for n in range(3):
        picture = str(photo(stage.folder, f"p{n}", f"#1020{n}0"))
        assert await stage.say("đồ đây ạ" if n == 0 else "", photo=picture, album="a") == []
    (asked,) = await stage.later(30)
    assert values(asked) == [f"latephotos.belongs={code}", "latephotos.belongs=another"]
    await stage.say("", pressed=values(asked)[0])
    kept = [row["picture"] for row in await stage.rows(thread_messages) if row["picture"]]
    assert len(kept) == 3 and await said(stage, code) == ["Hội nhận quần áo cũ không?", "đồ đây ạ", "", ""]
    shown = await stage.say(f"/desk question {code}", LAN)
    assert [message.picture for message in shown if message.picture] == kept
    await stage.say("/forgetme")
    await stage.say("xóa hết")
    assert not {row["name"] for row in await stage.rows(pictures) if row["kept"]} & {*kept}
    assert code not in {row["code"] for row in await stage.rows(threads)}


async def test_a_photo_may_also_tell_of_a_deed(stage: Stage) -> None:
    await staffed(stage)
    await ask(stage)
    told = await stage.say("Vá lưới giúp một nhà bị bão", photo=str(photo(stage.folder, "p")))
    asked = await stage.say("", pressed=values(told[-1])[-1])
    assert "Ai đã làm" in asked[-1].text or "người làm" in asked[-1].text.lower()


@BOTH
async def test_a_thread_left_alone_is_closed_once_and_not_at_night(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    for text in (f"/desk answer {code}", "Có nhận ạ."):
        await stage.say(text, LAN)
    stage.clock.forward(hours=85)  # ten in the evening
    for _ in range(2):
        async with stage.program() as app:
            await app.do("threads")
            await app.settle()
        assert "Có nhận" in last(stage, RESIDENT)
    stage.clock.forward(hours=11)
    for _ in range(2):
        async with stage.program() as app:
            await app.do("threads")
            await app.settle()
    told = [message for message in heard(stage, RESIDENT) if "tạm khép lại" in message.text]
    assert len(told) == 1 and values(told[0]) == [f"/reply {code}"]


async def test_a_thread_is_left_alone_in_the_night_that_admins_have_set(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    for text in (f"/desk answer {code}", "Có nhận ạ."):
        await stage.say(text, LAN)
    async with stage.program() as app, app.database.write() as tx:
        await settings.change(tx, settings.QUIET_HOURS, settings.Hours(time(20), time(8)), "person:1", stage.clock())
    stage.clock.forward(hours=83, minutes=30)  # half past eight in the evening
    async with stage.program() as app:
        assert await app.do("threads") == 0


async def test_what_is_only_told_is_closed_without_a_word(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    for text in (f"/desk confirm {code}", "bỏ qua"):
        await stage.say(text, LAN)
    before = len(heard(stage, RESIDENT))
    stage.clock.forward(hours=75)
    async with stage.program() as app:
        assert await app.do("threads") == 1
        await app.settle()
    assert len(heard(stage, RESIDENT)) == before
    assert [row["state"] for row in await stage.rows(threads) if row["code"] == code] == ["closed"]


@BOTH
async def test_a_year_after_the_last_word_a_thread_is_swept(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    stage.clock.forward(days=364)
    for late, there in ((0, True), (2, False)):
        stage.clock.forward(days=late)
        async with stage.program() as app:
            await app.sweep()
        assert (code in {row["code"] for row in await stage.rows(threads)}) is there


async def test_of_what_waits_the_desk_says_what_was_said_last(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    for text in (f"/desk ask {code}", "Nhà đó ở thôn nào?"):
        await stage.say(text, LAN)
    assert "/desk questions" not in values((await stage.say("/desk", LAN))[0])
    await stage.say("Thôn Thử, cạnh giếng làng")
    assert "Thôn Thử, cạnh giếng làng" in (await stage.say("/desk questions", LAN))[0].text
    shown = await stage.say(f"/desk question {code}", LAN)
    assert {f"/desk answer {code}", f"/desk settle {code}", f"/desk deed {code}"} <= set(values(shown[-1]))


@BOTH
async def test_what_an_earlier_version_kept_in_clear_is_sealed_by_the_sweep(stage: Stage) -> None:
    await staffed(stage)
    code = await ask(stage)
    earlier: dict[str, Any] = {"sealed": None, "said": "Canary, từ bản trước"}
    async with stage.program() as app, app.database.write() as tx:
        await tx.run(sa.update(thread_messages).values(**earlier))
    assert await said(stage, code) == ["Canary, từ bản trước"]
    async with stage.program() as app:
        await app.sweep()
    assert {row["said"] for row in await stage.rows(thread_messages)} == {""}
    assert await said(stage, code) == ["Canary, từ bản trước"]


async def test_the_one_that_next_words_belong_to_is_asked_for_only_if_the_officers_spoke_elsewhere_since() -> None:
    def thread(n: int, turned: int | None, told: int | None) -> aid.Thread:
        def at(minute: int | None) -> Any:
            return None if minute is None else NINE + timedelta(minutes=minute)

        spoken = at(max(turned or 0, told or 0))
        return aid.Thread(
            n, "question", str(n), 1, 5, "Xã", "open", None, at(turned), at(told), spoken_at=spoken, created_at=NINE
        )

    one, other = thread(1, 1, 2), thread(2, 3, None)
    assert aid.current([]) is None
    assert aid.current([one]) is one
    assert aid.current([one, other]) is other
    assert aid.current([thread(1, 1, 4), other]) is None
    assert aid.current([thread(1, None, 1), thread(2, None, 2)]) is None


@pytest.mark.parametrize("first", ["/reply", "/traloi", "/end", "/ketthuc"])
async def test_without_a_thread_both_commands_say_that_there_is_none(stage: Stage, first: str) -> None:
    await stage.agree("take_part")
    assert "không" in (await stage.say(first))[0].text


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Hội nhận quần áo cũ không?", "“Hội nhận quần áo cũ không?” – đang chờ cán bộ trả lời"),
        (
            "Nhà em có bà cụ 90 tuổi sống một mình,\nem muốn hỏi Hội có chương trình nào giúp sửa mái nhà không?",
            "“Nhà em có bà cụ 90 tuổi sống một mình, em muốn hỏi Hội có…” – đang chờ cán bộ trả lời",
        ),
    ],
)
async def test_her_own_list_shows_how_a_question_begins(stage: Stage, question: str, shown: str) -> None:
    await staffed(stage)
    code = await ask(stage, question)
    await stage.say("và còn một chuyện nữa")
    mine = (await stage.say("/my"))[0].text
    assert f"• {code}: anh/chị hỏi {shown}" in mine
    await stage.say(f"/desk answer {code}", LAN)
    await stage.say("Có ạ.", LAN)
    assert "cán bộ đã trả lời" in (await stage.say("/my"))[0].text
