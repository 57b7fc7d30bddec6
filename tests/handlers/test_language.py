"""Whoever names a language in the middle of a form is answered in it; whoever only tells of one is not."""

from __future__ import annotations

import pytest

from tests.stage import Stage


@pytest.mark.parametrize("asks", ["english please", "Cho tôi tiếng Anh", "/language en", "tiếng anh"])
async def test_a_form_goes_on_in_another_language_with_its_answers(stage: Stage, asks: str) -> None:
    await stage.agree("take_part")
    for text in ("/volunteer", "Trần Thị Thử"):
        await stage.say(text)
    (asked,) = await stage.say(asks)
    assert "Full name: Trần Thị Thử" in asked.text
    assert "In which year were you born?" in asked.text
    assert "phone number" in (await stage.say("1990"))[-1].text


@pytest.mark.parametrize("told", ["Dạy tiếng Anh cho mười em nhỏ ở thôn", "Chị ấy mở lớp tiếng Anh cho trẻ em nghèo"])
async def test_a_story_that_names_a_language_stays_a_story(stage: Stage, told: str) -> None:
    await stage.agree("take_part")
    for text in ("/deed", "bỏ qua"):
        await stage.say(text)
    assert "Ai đã làm việc này?" in (await stage.say(told))[-1].text


async def test_no_to_another_language_changes_nothing(stage: Stage) -> None:
    await stage.agree("take_part")
    await stage.say("/volunteer")
    assert "your" not in (await stage.say("tôi không biết tiếng Anh"))[-1].text


async def test_the_form_for_the_language_takes_its_own_answer(stage: Stage) -> None:
    await stage.agree("take_part")
    await stage.say("/language")
    assert "What would you like to do?" in (await stage.say("English"))[-1].text
    await stage.say("/language")
    assert "Anh/chị muốn làm gì?" in (await stage.say("/language vi"))[-1].text
    assert "đang làm dở" not in (await stage.say("/volunteer"))[-1].text
