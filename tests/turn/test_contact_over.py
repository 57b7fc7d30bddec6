"""The button that shares a phone number is over once its question is answered or left."""

from __future__ import annotations

from bot.message import Message
from tests.stage import Stage


def marks(said: list[Message]) -> list[tuple[bool, bool]]:
    """Of each message whether it offers to share the number, and whether that is over."""
    return [(bool(message.contact), bool(message.contact_over)) for message in said]


async def asked_for_the_number(stage: Stage) -> None:
    await stage.agree("take_part")
    said = await stage.say("/volunteer")
    for answer in ("Nguyễn Thị Hoa", "1995"):
        if any(message.contact for message in said):
            break
        said = await stage.say(answer)
    assert any(message.contact for message in said)


async def test_the_next_question_ends_it(stage: Stage) -> None:
    await asked_for_the_number(stage)
    assert marks(await stage.say("không phải số"))[-1] == (True, False)
    assert marks(await stage.say("0912 345 678"))[-1] == (False, True)
    assert not any(over for _, over in marks(await stage.say("/help")))


async def test_leaving_the_question_ends_it_too(stage: Stage) -> None:
    await asked_for_the_number(stage)
    assert marks(await stage.say("hủy"))[-1] == (False, True)


async def test_what_hid_itself_when_it_was_used_is_not_ended_once_more(stage: Stage) -> None:
    await asked_for_the_number(stage)
    assert marks(await stage.say(contact="0912345678"))[-1] == (False, False)


async def test_it_waits_with_its_question_while_another_one_is_put(stage: Stage) -> None:
    await asked_for_the_number(stage)
    assert marks(await stage.say("/deed")) == [(False, False)], "whether to leave the form"
    assert marks(await stage.say("không"))[-1] == (True, False)
