"""Officers choose one of the campaign's reasons by a button, or write their own; admins say which are offered."""

from __future__ import annotations

import pytest

from storage.tables import deeds, ready_answers, threads
from tests.desk import LAN, RESIDENT, admins, last, staffed, tell
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
    "said",
    [
        *("khoan đã, để tôi hỏi lại", "DC-0006", "chờ chút", "thôi không", "khoan", "wait, I will ask"),
        *("duyệt", "Duyệt ạ", "phê duyệt", "Việc cần làm", "ghi chú", "approve", "để sau", "xem lại"),
        *("từ từ đã", "để mai tính", "hmm", "chưa chắc lắm", "hỏi lại Minh đã", "let me think", "ok ok"),
    ],
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
        "thôi, không giúp được gia đình nữa",
        "Wait for a photo that is clear",
    ],
)
async def test_a_reason_that_begins_like_a_hesitation_is_taken(stage: Stage, said: str) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk decline {code}", LAN)
    await stage.say(said, LAN)
    assert await declined(stage) == said


async def test_a_short_reason_counts_once_it_is_chosen_as_well(stage: Stage) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    await stage.say(f"/desk decline {code}", LAN)
    asked = (await stage.say("ảnh mờ quá", LAN))[-1]
    assert "Đây có phải là lý do" in asked.text
    assert asked.buttons[0].label == "Ảnh mờ quá"
    await stage.say("hay là thiếu chữ ký", LAN)
    assert (await stage.rows(deeds))[-1]["state"] == "new"
    await stage.say("1", LAN)
    assert await declined(stage) == "hay là thiếu chữ ký"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Ảnh mờ quá\nGọi 0912 345 678 nhé", "0912 345 678"),
        ("Bà Mai đã nhận rồi\nẢnh mờ quá", "Mai"),
        ("Ảnh mờ quá\n• ảnh mờ quá.", "hai lần"),
        ("Ảnh mờ quá\n" + "dài " * 60, "200"),
    ],
)
async def test_a_ready_line_leads_to_nobody_names_nobody_and_stands_there_once(
    stage: Stage, said: str, why: str
) -> None:
    await admins(stage, ADMIN)
    question = (await stage.say("/answers write why_deed", ADMIN))[-1].text
    assert "Ví dụ:\n• chưa rõ việc làm ở đâu" in question
    assert why in (await stage.say(said, ADMIN))[-1].text
    await stage.say("Đã hỏi xã Cửa Tùng và tỉnh Quảng Trị\n2. Ảnh mờ quá", ADMIN)
    await stage.say("bỏ qua", ADMIN)
    await stage.say("đúng", ADMIN)
    assert (await stage.rows(ready_answers))[-1]["texts"] == {"vi": "Đã hỏi xã Cửa Tùng và tỉnh Quảng Trị\nẢnh mờ quá"}


async def test_what_is_ready_is_sent_in_the_language_of_who_asked_once_the_officer_has_seen_it(stage: Stage) -> None:
    await staffed(stage)
    for said in ("/language en", "/ask", "How do I give money?", "Cửa Tùng"):
        await stage.say(said, RESIDENT)
    asked = (await stage.say(f"/desk answer {(await stage.rows(threads))[-1]['code']}", LAN))[-1]
    offered = {button.label: button.value for button in asked.buttons}
    assert "Giờ và nơi làm việc" not in offered  # nobody has written them yet
    money = offered["Trao tiền"]
    assert "Money: first choose a household" in (await stage.say(pressed=money, address=LAN))[-1].text
    assert "Trao tiền" in [button.label for button in (await stage.say("2", LAN))[-1].buttons]
    assert "Money" not in last(stage, RESIDENT)
    await stage.say(pressed=money, address=LAN)
    await stage.say("1", LAN)
    assert "Money: first choose a household" in last(stage, RESIDENT)
