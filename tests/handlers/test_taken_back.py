"""What was taken back, or is done with, meanwhile is answered so when an old button is pressed, and is no try without right."""

from __future__ import annotations

import pytest

from storage.aid import volunteers as registered
from storage.tables import audit
from tests.desk import FAR, LAN, MINH, appeal, last, refuse_deed, staffed, tell, values
from tests.stage import Stage

LONG = "đã hỏi lại trưởng thôn và cả xóm rồi"


async def refusals(stage: Stage) -> int:
    return sum(row["act"] == "refused" for row in await stage.rows(audit))


async def test_a_deed_that_was_taken_back_says_so_wherever_it_stands_and_whatever_is_pressed(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk decline {code}", LAN)
    for text in (f"/my withdraw {code}", "có"):
        await stage.say(text)
    assert "đã rút" in last(stage, MINH), "the message that offers it"
    for line in (LONG, f"/desk deed {code}", f"/desk note {code}", f"/desk take deed {code}", code):
        assert f"đã rút {code}" in (await stage.say(line, LAN))[-1].text, line
    assert await refusals(stage) == 0
    assert "Không tìm thấy" in (await stage.say(f"/desk deed {code}", FAR))[-1].text
    assert await refusals(stage) == 1


async def test_an_appeal_that_was_taken_back_is_decided_by_nobody_who_had_begun(stage: Stage) -> None:
    await staffed(stage)
    code = await refuse_deed(stage)
    await appeal(stage, code)
    await stage.say(f"/desk uphold {code}", MINH)
    for text in (f"/my unappeal {code}", "Có, rút đề nghị"):
        await stage.say(text)
    for line in (LONG, f"/desk reverse {code}", f"/desk take appeal {code}"):
        assert f"đã rút đề nghị xem lại {code}" in (await stage.say(line, MINH))[-1].text, line
    assert await refusals(stage) == 0


async def test_a_volunteer_who_is_none_any_more_is_said_to_have_left(stage: Stage) -> None:
    await staffed(stage)
    hers = int(values((await stage.say("/desk volunteers", LAN))[0])[0].split()[-1])
    async with stage.program() as app, app.database.write() as tx:
        assert await registered.withdraw(tx, hers, stage.clock())
    for act in ("volunteer", "contact", "write", "note", "take volunteer"):
        assert "đã thôi đăng ký" in (await stage.say(f"/desk {act} {hers}", LAN))[-1].text, act
    assert await refusals(stage) == 0


@pytest.mark.parametrize("act", ["take", "release", "assign"])
async def test_what_is_done_with_is_neither_taken_nor_let_go_of_but_is_not_unknown(stage: Stage, act: str) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk take deed {code}", LAN)
    await stage.say(f"/desk decline {code}", MINH)
    await stage.say(LONG, MINH)
    assert "hiện không còn gì chờ cán bộ làm" in (await stage.say(f"/desk {act} deed {code}", LAN))[-1].text
    assert await refusals(stage) == 0
