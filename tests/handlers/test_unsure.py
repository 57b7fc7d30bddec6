"""Officers whose words are not understood are offered what officers do, with the card before them; residents as ever."""

from __future__ import annotations

import pytest

from tests.desk import LAN, RESIDENT, promise, staffed, tell, values
from tests.stage import Stage

MURKY = ("tôi nhận việc này rồi", "cái kia sao rồi ấy nhỉ", "đừng giao việc này cho Minh", "không xác nhận đâu")


@pytest.mark.parametrize("said", MURKY)
async def test_an_officer_is_offered_the_desk_a_search_and_help_and_the_card_before_her(
    stage: Stage, said: str
) -> None:
    await staffed(stage)
    code = await promise(stage)
    card = await stage.say(f"/desk pledge {code}", LAN)
    told = (await stage.say(said, LAN))[-1]
    offered = values(told)
    assert offered[:4] == [f"/desk pledge {code}", "/desk", "/find", "/help"], told.text
    assert len(set(offered)) == len(offered) and not any("+this" in value for value in offered)
    assert "chưa làm gì" in told.text
    again = await stage.say(told.buttons[0].label, LAN)
    assert (again[-1].text, values(again[-1])) == (card[-1].text, values(card[-1])), "nothing was done"


async def test_what_can_be_said_of_the_card_can_still_be_said_then(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk deed {code}", LAN)
    await stage.say("tôi nhận việc này rồi", LAN)
    assert f"đang xem việc thiện {code}" in (await stage.say("tôi nhận việc này", LAN))[0].text


async def test_without_a_card_there_is_the_desk_first(stage: Stage) -> None:
    await staffed(stage)
    await stage.say("/menu", LAN)
    assert values((await stage.say("cái kia sao rồi ấy nhỉ", LAN))[-1])[:3] == ["/desk", "/find", "/help"]


@pytest.mark.parametrize("said", MURKY)
async def test_a_resident_can_pass_her_words_on_as_ever(stage: Stage, said: str) -> None:
    await staffed(stage)
    offered = values((await stage.say(said, RESIDENT))[-1])
    assert "/ask +this" in offered and not any(value.startswith(("/desk", "/find")) for value in offered)
