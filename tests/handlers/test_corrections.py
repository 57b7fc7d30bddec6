"""What was sent is put right with the same care with which it was sent."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from storage.campaign import answers, campaigns
from storage.tables import broadcasts as table
from storage.tables import deliveries, staff
from tests.announcing import appoint, compose, many, ready, state, text
from tests.stage import BOTH, Stage

BETTER = "Chào {name}, xin dời lễ sang chiều."


async def sent(stage: Stage, readers: int = 2, *, second: str = "") -> None:
    """A broadcast of officer 1 that so many have; a second person approved it if one is named."""
    await appoint(stage, "1")
    await many(stage, readers)
    await ready(stage)
    await stage.say("/broadcast send 1")
    if second:
        await approve(stage, 1, second)
    await stage.later(180)
    assert await state(stage) == "done"


async def write(stage: Stage, better: str = BETTER, address: str = "1", *, number: int = 2) -> None:
    """A correction that was looked at."""
    await stage.say("/broadcast correct 1", address)
    await stage.say(better, address)
    await stage.say("1", address)
    for act in ("test", "right"):
        await stage.say(f"/broadcast {act} {number}", address)


async def approve(stage: Stage, number: int, address: str) -> None:
    """Open the whole text, and press the button under it."""
    shown = await stage.say(f"/broadcast test {number}", address)
    await stage.say(pressed=shown[-1].buttons[0].value, pressed_on="9", address=address)


async def standing(stage: Stage) -> str:
    """What is said by the announcement that was sent first."""
    return str((await stage.rows(table))[0]["texts"]["vi"])


@BOTH
async def test_an_author_alone_does_not_correct_what_a_second_person_approved(stage: Stage) -> None:
    await appoint(stage, "2")
    await sent(stage, 201, second="2")
    await write(stage)
    assert "cần một cán bộ khác duyệt" in text(await stage.say("/broadcast send 2"))
    assert await state(stage) == "waiting"
    await stage.say("/broadcast approve 2")
    await stage.later(180)
    assert await standing(stage) != BETTER
    shown = await stage.say("/broadcast approve 2", "2")
    assert "dời lễ sang chiều" in shown[0].text
    assert "mời bà con dự lễ" in shown[-1].text  # what it takes the place of
    await stage.say(pressed=shown[-1].buttons[0].value, pressed_on="9", address="2")
    assert await standing(stage) != BETTER  # it may still be taken back
    await stage.later(180)
    assert await standing(stage) == BETTER
    assert {row["revision"] for row in await stage.rows(deliveries)} == {1}


async def test_what_was_approved_before_is_approved_again_also_if_few_have_it(stage: Stage) -> None:
    await appoint(stage, "2")
    await appoint(stage, "boss", "admin")
    await sent(stage, 201, second="2")
    for words in ("/settings change approval_over", "1000", "đúng"):
        await stage.say(words, "boss")
    await write(stage)
    assert "Tin trước đã có người thứ hai duyệt" in text(await stage.say("/broadcast send 2"))


async def test_an_approval_counts_only_for_what_was_seen(stage: Stage) -> None:
    await appoint(stage, "2")
    await sent(stage, 201, second="2")
    await write(stage)
    await stage.say("/broadcast send 2")
    seen = (await stage.say("/broadcast test 2", "2"))[-1].buttons[0].value
    await stage.say("/broadcast undo 2")
    await stage.say("/broadcast edit 2")
    await stage.say("Sửa")
    await stage.say("1")
    await stage.say("Chào {name}, lễ hoãn sang tuần sau.")
    await stage.say("1")
    for act in ("test", "right", "send"):
        await stage.say(f"/broadcast {act} 2")
    assert await state(stage) == "waiting"
    told = await stage.say(pressed=seen, pressed_on="9", address="2")
    assert await state(stage) == "waiting"
    assert "hoãn sang tuần sau" in text(told)


async def test_of_two_corrections_written_at_the_same_time_one_counts_and_the_other_is_told(stage: Stage) -> None:
    await appoint(stage, "2")
    await sent(stage)
    await stage.say("/broadcast correct 1")
    await stage.say("/broadcast correct 1", "2")
    for address, better in (("1", BETTER), ("2", "Chào {name}, lễ hoãn.")):
        await stage.say(better, address)
        await stage.say("1", address)
    for number, address in ((2, "1"), (3, "2")):
        for act in ("test", "right", "send"):
            await stage.say(f"/broadcast {act} {number}", address)
    told = await stage.later(180, "2")
    assert await standing(stage) == BETTER
    assert "đã được đính chính khác" in text(told)
    assert [row["state"] for row in await stage.rows(table)] == ["done", "done", "cancelled"]
    assert "không dùng nữa" in text(await stage.say("/broadcast show 3", "2"))


async def test_what_is_recalled_meanwhile_is_not_corrected(stage: Stage) -> None:
    await sent(stage)
    await write(stage)
    await stage.say("/broadcast send 2")
    for words in ("/broadcast recall 1", "có"):
        await stage.say(words)
    await stage.later(180)
    assert [row["state"] for row in await stage.rows(table)] == ["recalled", "cancelled"]


async def test_a_correction_goes_out_in_the_night_since_it_wakes_nobody(stage: Stage) -> None:
    await sent(stage)
    stage.clock.at += timedelta(hours=14)
    await write(stage)
    await stage.say("/broadcast send 2")
    await stage.later(180)
    assert await standing(stage) == BETTER


@pytest.mark.parametrize("number", ["3900201001234", "3900 2010 01234"])
async def test_only_the_account_that_two_admins_entered_is_told_to_people(stage: Stage, number: str) -> None:
    await appoint(stage, "1")
    await many(stage, 2)
    said = text(await compose(stage, text=f"Ủng hộ vào STK {number} Agribank nhé bà con."))
    assert f"không phải tài khoản Hội đã xác nhận: {number}" in said
    for act in ("test", "right"):
        await stage.say(f"/broadcast {act} 1")
    assert "Chưa gửi được" in text(await stage.say("/broadcast send 1"))
    async with stage.program() as app, app.database.write() as tx:
        campaign = await campaigns.active(tx)
        assert campaign is not None
        kept = {"bank": "Agribank", "number": "3900201001234", "holder": "Hội"}
        await answers.enter(tx, campaign.id, "account", kept, "person:8", app.now())
        (waiting,) = (await answers.waiting(tx, campaign.id)).values()
        assert await answers.confirm(tx, waiting.id, "person:9", app.now())
    await stage.say("/broadcast send 1")
    assert await state(stage) == "planned"


async def test_an_account_is_found_as_readers_see_it_not_as_it_was_typed(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 2)
    said = text(await compose(stage, text="Ủng hộ về 1903 [4567](https://vi-du.vn) 8901 nhé bà con."))
    assert "không phải tài khoản Hội đã xác nhận: 1903 4567 8901" in said


async def test_phone_numbers_of_a_list_and_sums_stop_no_announcement(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 2)
    said = text(
        await compose(
            stage,
            text="Tài khoản Hội đã nhận 20.000.000 đồng. Gọi:\n0912 345 678\n0987 654 321\n0905 123 456",
        )
    )
    assert "số tài khoản" not in said and "0987 654 321" in said


async def test_what_nobody_was_sent_yet_stays_unsent_when_its_author_s_role_is_taken_away(stage: Stage) -> None:
    await appoint(stage, "boss", "admin")
    await appoint(stage, "1")
    await many(stage, 2)
    await ready(stage)
    await stage.say("/broadcast send 1")
    assert await state(stage) == "planned"
    role = (await stage.rows(staff))[-1]["id"]
    await stage.say(f"/staff revoke {role}", "boss")
    assert "trở lại bản nháp: số 1" in text(await stage.say("thu hồi quyền", "boss"))
    await stage.later(180)
    assert await state(stage) == "draft"


async def test_what_was_set_for_an_hour_and_is_late_is_asked_about(stage: Stage) -> None:
    await appoint(stage, "1")
    await many(stage, 2)
    await stage.say("/broadcast new")
    for words in ("Chào {name}, chiều nay mời bà con dự lễ.", "1", "bỏ qua", "bỏ qua", "1", "1", "14h", "1"):
        await stage.say(words)
    for act in ("test", "right", "send"):
        await stage.say(f"/broadcast {act} 1")
    assert await state(stage) == "planned"
    stage.clock.at += timedelta(hours=9)  # the machine was away
    told = await stage.later(2)
    assert await state(stage) == "paused"
    assert "trễ quá lâu" in text(told)
    assert [button.value.split()[1] for button in told[-1].buttons] == ["resume", "tomorrow", "cancel"]
    assert told[-1].buttons[-1].sense == "danger"
    assert "14:00, thứ Tư 13/05" in text(await stage.say("/broadcast tomorrow 1"))
    row = (await stage.rows(table))[0]
    assert isinstance(row["go_at"], datetime)
    stage.clock.at = row["go_at"]
    await stage.later(120)
    assert await state(stage) == "done"
