"""Officers choose one of the campaign's reasons by a button, or write their own; admins say which are offered."""

from __future__ import annotations

import pytest

from storage.tables import deeds
from tests.desk import LAN, admins, staffed, tell
from tests.stage import Stage

ADMIN = "10"


async def declined(stage: Stage) -> str:
    """The reason that stands with the deed."""
    return str((await stage.rows(deeds))[-1]["reason"])


async def test_the_reasons_are_offered_and_one_s_own_words_are_taken_as_well(stage: Stage) -> None:
    await staffed(stage)
    first, second = await tell(stage, photos=0), await tell(stage, photos=0)
    offered = [button.label for button in (await stage.say(f"/desk decline {first}", LAN))[-1].buttons]
    assert "Việc này đã được giới thiệu rồi" in offered
    await stage.say("việc này đã được giới thiệu rồi", LAN)
    rows = {row["code"]: row for row in await stage.rows(deeds)}
    assert (rows[first]["state"], rows[first]["reason"]) == ("declined", "việc này đã được giới thiệu rồi")
    await stage.say(f"/desk decline {second}", LAN)
    await stage.say("Chưa rõ ai làm việc này.", LAN)
    assert await declined(stage) == "Chưa rõ ai làm việc này."


async def test_what_admins_write_is_offered_instead_in_the_officer_s_language(stage: Stage) -> None:
    await staffed(stage)
    await admins(stage, ADMIN)
    for said in ("/answers write why_deed", "Ảnh mờ quá.\n• Chưa rõ thôn nào.", "bỏ qua", "đúng"):
        await stage.say(said, ADMIN)
    code = await tell(stage, photos=0)
    offered = [button.label for button in (await stage.say(f"/desk decline {code}", LAN))[-1].buttons]
    assert offered[:2] == ["Ảnh mờ quá", "Chưa rõ thôn nào"]
    await stage.say("2", LAN)
    assert await declined(stage) == "Chưa rõ thôn nào"


@pytest.mark.parametrize(
    "said", ["khoan đã, để tôi hỏi lại", "DC-0006", "chờ chút", "thôi không", "khoan", "wait, I will ask"]
)
async def test_who_wants_to_wait_or_means_something_else_gives_no_reason(stage: Stage, said: str) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk decline {code}", LAN)
    await stage.say(said, LAN)
    assert {row["code"]: row["state"] for row in await stage.rows(deeds)}[code] == "new"


@pytest.mark.parametrize(
    "said",
    [
        "Chờ ảnh rõ hơn của thôn",
        "Không, gia đình đã có người giúp",
        "thôi không giúp được nữa",
        "Wait for a clear photo",
    ],
)
async def test_a_reason_that_begins_like_a_hesitation_is_taken(stage: Stage, said: str) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk decline {code}", LAN)
    await stage.say(said, LAN)
    assert await declined(stage) == said
