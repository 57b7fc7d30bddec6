"""Notifications on a device are offered once, where something was sent to the Society, and switched on and off."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.message import Message
from storage.web import pushes
from tests.fakes.room import BUTTONS, Room
from tests.stage import Stage, Template

OFFERED = "Nhận thông báo ở máy này"


@pytest.fixture
def stage(template: Template, tmp_path: Path) -> Stage:
    """A page that nobody may be looking at."""
    browser = replace(BUTTONS, sessions=True, vouches=False, notifies=True)
    return Stage(tmp_path, Room(browser, name="web"), url=template.copy(tmp_path))


def offers(messages: list[Message]) -> list[str]:
    return [b.value for message in messages for b in message.buttons if b.label == OFFERED]


async def pledge(stage: Stage) -> list[Message]:
    """A form that is reviewed and sent; returns what is said at its end."""
    for text in ("/pledge DC-0002", "200k", "bỏ qua"):
        assert not offers(await stage.say(text)), "never before the end"
    return await stage.say("đúng")


async def test_they_are_offered_once_at_the_end_of_the_first_form_that_is_sent(stage: Stage) -> None:
    await stage.agree("take_part", channel="web")
    assert not offers(await stage.say("/language"))
    assert not offers(await stage.say("English"))
    await stage.say("/language")
    await stage.say("Tiếng Việt")
    assert offers(await pledge(stage)) == ["/notify on"]
    assert not offers(await pledge(stage))
    assert offers(await stage.say("/notify")) == ["/notify on"], "but whoever asks for it has its button"


async def test_what_the_page_could_not_switch_on_is_said_and_what_it_could_is_switched_off_again(stage: Stage) -> None:
    await stage.agree("take_part", channel="web")
    assert "chưa bật được" in (await stage.say(pressed="/notify on", pressed_on="1"))[-1].text
    async with stage.program() as app, app.database.write() as tx:
        assert await pushes.subscribe(tx, "1", ["https://push.example.org/1", "04", "05"], stage.clock())
    assert "Đã bật" in (await stage.say(pressed="/notify on", pressed_on="1"))[-1].text
    assert "đang nhận" in (await stage.say("thông báo trên máy này"))[-1].text
    assert "Đã tắt" in (await stage.say("/notify off"))[-1].text
    assert "chưa nhận" in (await stage.say("/notify"))[-1].text


async def test_on_a_platform_with_notifications_of_its_own_none_are_offered(template: Template, tmp_path: Path) -> None:
    stage = Stage(tmp_path, Room(), url=template.copy(tmp_path))
    await stage.agree("take_part")
    assert not offers(await pledge(stage))
    assert "không có thông báo riêng" in (await stage.say("/notify"))[-1].text
