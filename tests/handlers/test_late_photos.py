"""Photos without their story are lost by no answer, and glued to nothing that they do not belong to."""

from __future__ import annotations

import pytest

from storage.tables import deed_pictures, deeds, threads
from tests.desk import LAN, pressing, promise, staffed, tell
from tests.stage import Stage, photo


async def show(stage: Stage, name: str, words: str = "") -> str:
    return (await stage.say(words, photo=str(photo(stage.folder, name, f"#{len(name):02}{ord(name[-1]):02x}44"))))[
        -1
    ].text


async def pictures_of(stage: Stage) -> list[int]:
    """How many photos each deed has, the oldest deed first."""
    kept = [row["deed_id"] for row in await stage.rows(deed_pictures)]
    return [kept.count(row["id"]) for row in await stage.rows(deeds)]


@pytest.mark.parametrize("answer", ["của việc vừa rồi", "viec vua gui", "ảnh này của việc trước ạ", "1"])
async def test_the_question_of_which_deed_can_be_answered_in_words(stage: Stage, answer: str) -> None:
    await staffed(stage)
    await tell(stage)
    await show(stage, "a")
    assert "Người trong các ảnh này" in (await stage.say(answer))[-1].text
    await show(stage, "b")  # it comes while that question is open
    assert "Đã thêm 2 ảnh" in (await stage.say("không rõ mặt ai"))[-1].text


async def test_what_is_no_answer_and_other_questions_leave_the_photos_waiting(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage)
    await show(stage, "a")
    for words in ("đúng rồi", "cảm ơn", "/my", "ảnh đẹp không"):
        assert f"Ảnh này thuộc việc {code}" in (await stage.say(words))[-1].text
    assert "kể vài câu" in (await stage.say("việc khác"))[-1].text


async def test_a_photo_with_a_story_takes_the_photos_before_it_along_as_another_deed(stage: Stage) -> None:
    await staffed(stage)
    await tell(stage)
    before = await pictures_of(stage)
    await show(stage, "a")
    await show(stage, "b", "Chiều qua bác Hồ Văn Thử sửa đường vào thôn cho bà con ở Bến Quan")
    await stage.say("không rõ mặt ai")
    await stage.say("gửi cho hội")
    assert await pictures_of(stage) == [*before, 2]


async def test_of_a_pledge_that_was_taken_back_no_late_photo_is_asked(stage: Stage) -> None:
    await staffed(stage)
    code = await promise(stage)
    await stage.say("", LAN, pressed=pressing(await stage.say(f"/desk pledge {code}", LAN), "/desk confirm"))
    await stage.say("bỏ qua", LAN)
    await stage.say(f"/my cancel {code}")
    await stage.say("có")
    assert {row["state"] for row in await stage.rows(threads)} == {"closed"}
    assert "Việc thiện đó là gì" in await show(stage, "a")
