"""What is asked after an album waits for its last photo; what is typed meanwhile is answered once."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.room import BUTTONS, Room
from tests.stage import BOTH, Stage, photo

pytestmark = BOTH
CAPTION = "Sáng nay nhóm bếp nấu cháo cho 60 bệnh nhân nghèo ở Hồ Xá"


async def send_album(stage: Stage, *typed: str) -> list[str]:
    """Two photos of an album, and what is typed in the very same moment; what is said at once."""
    arrival = stage.room.arrival
    photos = [arrival(photo=str(photo(stage.folder, f"p{n}")), album="a", text=CAPTION if n else "") for n in range(2)]
    return [one.text for one in await stage.send([*photos, *(arrival(text=text) for text in typed)], "1")]


async def test_a_question_that_was_answered_before_it_was_asked_is_not_asked(stage: Stage) -> None:
    await stage.agree("take_part")
    assert await send_album(stage) == []
    (asked,) = await stage.say("Nhóm bếp Ví Dụ")
    assert "(3/4)" in asked.text
    assert await stage.later(10) == [], "who did it was asked after that was answered"
    assert "Nhóm bếp Ví Dụ" in (await stage.say("Không rõ mặt ai"))[-1].text


async def test_what_is_typed_together_with_the_album_answers_too(stage: Stage) -> None:
    await stage.agree("take_part")
    (asked,) = await send_album(stage, "Nhóm bếp Ví Dụ")
    assert "(3/4)" in asked
    assert await stage.later(10) == []


@pytest.mark.parametrize("typed", ["/help", "0912 345 678"])
async def test_what_is_no_answer_does_not_lose_the_question(stage: Stage, typed: str) -> None:
    await stage.agree("take_part")
    await send_album(stage)
    said = await stage.say(typed) + await stage.later(10)
    assert [("(2/4)" in one.text) for one in said].count(True) == 1, [one.text for one in said]


async def test_who_types_nothing_is_asked_after_the_last_photo(stage: Stage) -> None:
    await stage.agree("take_part")
    assert await send_album(stage) == []
    (asked,) = await stage.later(10)
    assert "(2/4)" in asked.text
    (following,) = await stage.say("Nhóm bếp Ví Dụ")
    assert "(3/4)" in following.text


async def test_no_photo_loses_the_sign_that_it_was_received(stage: Stage) -> None:
    stage.rooms = (Room(replace(BUTTONS, marks=True)),)
    await stage.agree("take_part")
    arrival = stage.room.arrival
    photos = [
        arrival(photo=str(photo(stage.folder, f"p{n}")), album="a", said_as=f"m{n}", text="" if n else CAPTION)
        for n in range(4)
    ]
    said = await stage.send([*photos, arrival(text="Nhóm bếp Ví Dụ")], "1")
    assert [one.marks for one in said if one.marks] == ["m1", "m2", "m3"]
