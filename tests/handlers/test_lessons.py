"""An officer says with one tap what a passed-on sentence means; an admin accepts; it is understood without a restart."""

from __future__ import annotations

from storage.campaign import staff
from storage.tables import audit, lessons
from storage.talk import people
from tests.desk import LAN, code_in, last, pressing, staffed, values
from tests.stage import BOTH, Stage

pytestmark = BOTH
ADMIN = "10"
SENTENCE = "xe cứu thương của bác Hùng Dũng đậu chỗ mô rứa, 0912 345 678"


async def asked(stage: Stage) -> str:
    """The resident's sentence is passed on; returns its code."""
    await staffed(stage)
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", ADMIN): "vi"}, stage.clock())
        await staff.grant(tx, met["room", ADMIN][0].id, "admin", None, "operator", stage.clock())
    await stage.say("/ask")
    await stage.say(SENTENCE)
    return code_in((await stage.say("Cửa Tùng"))[0].text)


async def test_a_label_with_one_tap_is_learned_once_an_admin_accepts_it(stage: Stage) -> None:
    code = await asked(stage)
    card = await stage.say(f"/desk question {code}", LAN)
    offered = [value for value in values(card[-1]) if value.startswith("/desk teach")]
    assert len(offered) == 3  # the two likeliest, and something else
    more = await stage.say(pressed=f"/desk teach {code}", address=LAN)
    assert len([value for value in values(more[-1]) if value.startswith("/desk teach")]) > 10
    await stage.say(pressed=f"/desk teach {code} hotline", address=LAN)
    [kept] = await stage.rows(lessons)
    assert (kept["intent"], kept["state"]) == ("hotline", "waiting")
    assert "Hùng" not in kept["said"] and "345" not in kept["said"]
    card = await stage.say(f"/desk question {code}", LAN)
    assert not [value for value in values(card[-1]) if value.startswith("/desk teach")]
    said = await stage.say("/lessons", ADMIN)
    assert kept["said"] in said[-1].text
    await stage.say(pressed=pressing(said, "/lessons accept"), address=ADMIN)
    async with stage.program() as app:
        assert await app.do("lessons") == 1
        assert await app.do("lessons") == 0
    assert [row["state"] for row in await stage.rows(lessons)] == ["live"]
    stage.clock.forward(minutes=1)
    await stage.agree("take_part", address="9")
    await stage.say("xe cứu thương của bác Nam đậu chỗ mô rứa, 0905 111 222", "9")
    assert "điện thoại" in last(stage, "9")
    assert {"teach", "accept_lesson"} <= {row["act"] for row in await stage.rows(audit)}


async def test_what_was_taught_is_understood_in_a_thread_too(stage: Stage) -> None:
    code = await asked(stage)
    await stage.say(pressed=f"/desk teach {code} my", address=LAN)
    await stage.say(pressed=pressing(await stage.say("/lessons", ADMIN), "/lessons accept"), address=ADMIN)
    async with stage.program() as app:
        assert await app.do("lessons") == 1
    stage.clock.forward(minutes=1)
    passed = await stage.say(SENTENCE)
    assert passed[0].text.startswith("💬 Đã chuyển") and "/my" in values(passed[-1])


async def test_a_label_that_harms_is_not_learned_and_a_refused_one_neither(stage: Stage) -> None:
    code = await asked(stage)
    await stage.say(pressed=f"/desk teach {code} stop", address=LAN)
    said = await stage.say("/lessons", ADMIN)
    await stage.say(pressed=pressing(said, "/lessons refuse"), address=ADMIN)
    async with stage.program() as app:
        assert await app.do("lessons") == 0
    assert [row["state"] for row in await stage.rows(lessons)] == ["refused"]
    assert "Không có câu nào chờ" in last(stage, ADMIN)
