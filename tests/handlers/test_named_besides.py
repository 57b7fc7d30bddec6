"""Words that name something else, where they are no answer to the open question."""

from __future__ import annotations

import pytest

from tests.stage import Stage


async def asked_for_money(stage: Stage, *more: str) -> None:
    """A pledge, up to the question how much, or further."""
    await stage.agree("take_part")
    for text in ("/pledge DC-0003", "Sách vở, áo ấm", *more):
        await stage.say(text)


@pytest.mark.parametrize("more", [(), ("200k",)])
async def test_whoever_asks_for_help_gets_it_and_her_question_again(stage: Stage, more: tuple[str, ...]) -> None:
    await asked_for_money(stage, *more)
    said = await stage.say("trợ giúp")
    assert "Anh/chị cứ nhắn như nói chuyện" in said[0].text
    assert any("Anh/chị ủng hộ bao nhiêu tiền" in one.text or "Mời anh/chị xem lại" in one.text for one in said)


@pytest.mark.parametrize("words", ["trang chính", "menu", "hỏi cán bộ", "địa chỉ nhân đạo"])
async def test_whoever_wants_something_else_is_asked_once_and_loses_nothing(stage: Stage, words: str) -> None:
    await asked_for_money(stage)
    said = "\n".join(one.text for one in await stage.say(words))
    assert "chưa đọc được" not in said and "chọn một mục" not in said
    await stage.say("làm tiếp")
    assert "Mời anh/chị xem lại" in (await stage.say("200k"))[-1].text


async def test_the_main_page_leaves_a_form_in_which_nothing_was_answered(stage: Stage) -> None:
    await stage.agree("take_part")
    await stage.say("/pledge DC-0003")
    (menu,) = await stage.say("trang chính")
    assert "Anh/chị muốn làm gì?" in menu.text
    assert "Anh/chị muốn làm gì?" in (await stage.say("hủy"))[0].text


@pytest.mark.parametrize("words", ["không giúp nữa", "thôi không cần nữa", "tôi muốn dừng lại", "để khi khác"])
async def test_whoever_wants_to_stop_is_not_asked_what_to_change(stage: Stage, words: str) -> None:
    await asked_for_money(stage, "200k")
    assert "chưa ghi cam kết nào" in (await stage.say(words))[0].text
