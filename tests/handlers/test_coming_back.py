"""Coming back on another phone: a link that is good once, and only with a «yes» on the old one."""

from __future__ import annotations

import re

import pytest

from bot.message import Message
from storage.rights import links
from storage.tables import accounts, audit
from tests.fakes.room import Room
from tests.stage import BOTH, Stage

pytestmark = BOTH
OLD, NEW = "1", "2"
LINK = re.compile(r"https://chat\.example\.org/#start=(\S+)")


class Page(Room):
    """A room that opens by a link."""

    def link(self, code: str) -> str:
        return f"https://chat.example.org/#start={code}"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """The shared one, in a room that opens by a link."""
    stage.rooms = (Page(),)
    return stage


async def link_of(stage: Stage) -> str:
    """What the link that somebody is given says when it is opened and pressed."""
    await stage.agree("take_part", address=OLD)
    (said,) = await stage.say("/link code", OLD)
    found = LINK.search(said.text)
    assert found is not None
    assert links.CODE.fullmatch(found[1])
    return f"/start {found[1]}"


async def whose(stage: Stage) -> dict[str, int]:
    return {row["address"]: row["person_id"] for row in await stage.rows(accounts) if row["channel"] == "room"}


async def is_hers(stage: Stage) -> bool:
    """Whether the pledge is seen on the new phone."""
    return any("200.000" in message.text for message in await stage.say("/my", NEW))


def asked(stage: Stage) -> Message:
    """What the old phone was asked last."""
    return [message for to, message in stage.room.said if to == OLD][-1]


async def test_a_link_brings_somebody_back_on_another_phone_once_the_old_one_says_yes(stage: Stage) -> None:
    line = await link_of(stage)
    for text in ("/pledge DC-0002", "200k", "bỏ qua", "đúng"):
        await stage.say(text, OLD)
    [question] = await stage.say(line, NEW)
    assert "Xin chào" in question.text
    assert "Chỉ đồng ý khi chính anh/chị" in question.text
    (waits,) = await stage.say("1", NEW)
    assert "chọn “Đúng, liên kết”" in waits.text, "who has nothing yet is asked nothing else"
    people = await whose(stage)
    assert people[OLD] != people[NEW]
    assert not await is_hers(stage)
    yes, no = asked(stage).buttons[:2]
    assert (yes.label, no.label) == ("Đúng, liên kết", "Không phải tôi")
    await stage.say(pressed=yes.value, pressed_on="1", address=OLD)
    people = await whose(stage)
    assert people[OLD] == people[NEW]
    assert await is_hers(stage)
    assert [row["act"] for row in await stage.rows(audit)].count("join") == 1
    assert "hết hạn" in (await stage.say(line, "3"))[-1].text, "it is good once"


async def test_the_old_phone_can_refuse_and_a_late_link_opens_nothing(stage: Stage) -> None:
    line = await link_of(stage)
    await stage.say(line, NEW)
    await stage.say("1", NEW)
    await stage.say(pressed=asked(stage).buttons[1].value, pressed_on="1", address=OLD)
    people = await whose(stage)
    assert people[OLD] != people[NEW]
    assert [row["act"] for row in await stage.rows(audit)].count("link.refuse") == 1
    line = await link_of(stage)
    stage.clock.forward(seconds=links.GOOD_FOR.total_seconds())
    assert "hết hạn" in (await stage.say(line, "3"))[-1].text


async def test_a_stranger_s_link_takes_nothing_from_who_has_registered_something(stage: Stage) -> None:
    line = await link_of(stage)
    await stage.agree("take_part", address="victim")
    said = await stage.say(line, "victim")
    assert "không tự gộp" in said[-1].text
    assert "Nhập mã từ kênh kia" in [button.label for button in said[-1].buttons]
    assert "đã liên kết với nhau rồi" in (await stage.say(line, OLD))[-1].text, "opened on the phone that made it"
    await stage.say(line, NEW)
    await stage.say("1", NEW)
    assert "Có người vừa nhập mã" in asked(stage).text, "nobody else has used it up"


async def test_nor_from_who_took_her_consent_back_and_is_known_by_what_she_did_before(stage: Stage) -> None:
    line = await link_of(stage)
    await stage.agree("take_part", address="victim")
    for text in ("/pledge DC-0002", "200k", "đúng", "/consent"):
        await stage.say(text, "victim")
    await stage.say(pressed="consent.purposes=-take_part", address="victim")
    await stage.say(pressed="consent.purposes=+done", address="victim")
    assert "không tự gộp" in (await stage.say(line, "victim"))[-1].text


async def test_links_cannot_be_guessed_from_a_fresh_account(stage: Stage) -> None:
    said = [(await stage.say("/start 2222-3333-4444", NEW))[-1].text for _ in range(links.TRIES + 1)]
    assert all("hết hạn" in text for text in said[: links.TRIES])
    assert "nhiều lần" in said[-1]
    assert [row["act"] for row in await stage.rows(audit)].count("link.wrong") == links.TRIES
