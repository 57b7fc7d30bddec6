"""What admins write is said to everybody, in every language; an account only after a second admin confirmed it."""

from __future__ import annotations

from storage.campaign import answers, campaigns
from storage.rights import links
from storage.tables import audit, ready_answers
from storage.talk import people
from tests.desk import admins, last
from tests.stage import BOTH, Stage

pytestmark = BOTH
FIRST, SECOND = "10", "11"


async def enter_account(stage: Stage, holder: str = "Hội Chữ thập đỏ xã Cửa Tùng") -> None:
    for said in ("/answers write account", "Agribank", "3900 2010 01234", holder):
        await stage.say(said, FIRST)
    await stage.say("đúng", FIRST)


async def test_what_an_admin_writes_is_said_in_the_reader_s_language(stage: Stage) -> None:
    await admins(stage, FIRST)
    await stage.agree("take_part", address="1")
    await stage.agree("take_part", address="2", language="en")
    for said in (
        "/answers write give_blood",
        "Ngày 20/5, 7 giờ, tại Trạm Y tế.",
        "20 May, 7 am, at the health station.",
    ):
        await stage.say(said, FIRST)
    await stage.say("đúng", FIRST)
    await stage.say("/give_blood", "1")
    assert last(stage, "1") == "Ngày 20/5, 7 giờ, tại Trạm Y tế."
    await stage.say("/give_blood", "2")
    assert last(stage, "2") == "20 May, 7 am, at the health station."
    assert "write_answer" in {row["act"] for row in await stage.rows(audit)}
    await stage.say("/answers default give_blood", FIRST)
    await stage.say("/give_blood", "1")
    assert "20/5" not in last(stage, "1")


async def test_an_answer_in_an_admin_s_own_words_holds_no_account(stage: Stage) -> None:
    await admins(stage, FIRST)
    await stage.say("/answers write money", FIRST)
    await stage.say("Xin chuyển khoản về 1903 456 789 012 giúp Hội.", FIRST)
    assert "không ghi số tài khoản (1903 456 789 012)" in last(stage, FIRST)
    await stage.say("Xin gọi 0912 345 678, nhóm đã nhận 20.000.000 đồng.", FIRST)
    assert "không ghi số tài khoản" not in last(stage, FIRST)


async def test_an_account_is_shown_only_after_a_second_admin_confirmed_exactly_it(stage: Stage) -> None:
    await admins(stage, FIRST, SECOND)
    await stage.agree("take_part", address="1")
    await enter_account(stage)
    assert "3900201001234" in last(stage, SECOND)
    number = next(row["id"] for row in await stage.rows(ready_answers) if row["state"] == "waiting")
    await stage.say(f"/answers confirm {number}", FIRST)
    await stage.say("/how_to_give", "1")
    assert "3900201001234" not in last(stage, "1")
    await enter_account(stage, "Hội Chữ thập đỏ xã Bến Quan")
    await stage.say(f"/answers confirm {number}", SECOND)  # what she saw was replaced meanwhile
    await stage.say("/how_to_give", "1")
    assert "3900201001234" not in last(stage, "1")
    await stage.say("/answers show account", SECOND)
    assert "Bến Quan" in last(stage, SECOND)
    await stage.say(f"/answers confirm {number + 1}", SECOND)
    await stage.say("/how_to_give", "1")
    assert "3900201001234" in last(stage, "1")
    assert [row["act"] for row in await stage.rows(audit) if "answer" in row["act"]] == [
        "enter_answer", "enter_answer", "confirm_answer",
    ]  # fmt: skip


async def test_an_account_must_be_the_society_s(stage: Stage) -> None:
    await admins(stage, FIRST)
    await enter_account(stage, "Nguyễn Văn A")
    assert await stage.rows(ready_answers) == []


async def test_the_next_campaign_of_a_unit_keeps_what_was_written(stage: Stage) -> None:
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        await answers.write(tx, campaign.id, "hours", {"vi": "7:30 đến 17:00"}, "operator", app.now())
        days = {name: getattr(campaign, name).replace(year=2027) for name in ("first_on", "last_on")}
        given = {"prefix": "TND27", "year": 2027, "title": "Tháng Nhân đạo", "organiser": "Hội", **days}
        made = await campaigns.add(tx, {**given, "unit_id": campaign.unit_id}, "operator", app.now())
        assert made is not None
        await answers.carry(tx, campaign.id, made.id, app.now())
        assert {topic: one.texts for topic, one in (await answers.live(tx, made.id)).items()} == {
            "hours": {"vi": "7:30 đến 17:00"}
        }


async def test_who_became_another_person_cannot_confirm_what_she_entered_herself(stage: Stage) -> None:
    await admins(stage, FIRST, SECOND)
    await enter_account(stage)
    (waiting,) = await stage.rows(ready_answers)
    async with stage.program() as app, app.database.write() as tx:
        met = await people.meet(tx, {("room", address): "vi" for address in (FIRST, "12")}, stage.clock())
        hers, fresh = (met["room", address][0].id for address in (FIRST, "12"))
        await links.join(tx, fresh, hers, keep_other_volunteer=False, now=stage.clock())
    await stage.say(f"/answers confirm {waiting['id']}", FIRST)
    assert [row["state"] for row in await stage.rows(ready_answers)] == ["waiting"]
    await stage.say(f"/answers confirm {waiting['id']}", SECOND)
    assert [row["state"] for row in await stage.rows(ready_answers)] == ["live"]
