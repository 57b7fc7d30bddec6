"""Consent: one button or one word, each purpose by itself beside it, and nobody is named without it."""

from __future__ import annotations

import hashlib

import pytest

from bot.message import Message
from handlers.residents.start import CONSENT_VERSION
from locales import catalogue
from storage.tables import consents, deeds
from tests.desk import LAN, arrive, code_in, pressing, promise, staffed
from tests.sheet import opened, table
from tests.stage import BOTH, Stage

NAME, GIVER, TELLER = "Trần Thị Thử", "Lê Văn Ví Dụ", "Ngô Thị Mẫu"
DOER = "Đỗ Thị Phép Thử"


async def agreed(stage: Stage) -> set[str]:
    """What people who are not the demo's agree to now."""
    rows = await stage.rows(consents)
    return {row["purpose"] for row in rows if row["withdrawn_at"] is None and row["text_version"] != "demo"}


def words(said: list[Message]) -> str:
    return "\n".join(message.text for message in said)


@pytest.mark.parametrize(
    "yes", ["đồng ý", "Đồng ý ạ", "dong y", "tham gia", "Đồng ý tham gia", "Tôi tham gia", "có", "ok", "1"]
)
async def test_one_word_is_yes_and_leads_on(stage: Stage, yes: str) -> None:
    await stage.say("/volunteer")
    assert "Họ và tên" in words(await stage.say(yes))
    assert await agreed(stage) == {"take_part"}


@pytest.mark.parametrize(
    "no", ["không", "ko ạ", "không đồng ý", "không tham gia", "chưa tham gia", "chỉ xem thôi", "3"]
)
async def test_no_is_respected_and_one_may_look_around(stage: Stage, no: str) -> None:
    await stage.say("/volunteer")
    assert "anh/chị cứ xem các địa chỉ nhân đạo" in words(await stage.say(no))
    assert await agreed(stage) == set()


@pytest.mark.parametrize("unclear", ["để tôi hỏi con đã", "bao lâu?", "xong"])
async def test_what_is_neither_is_no_consent(stage: Stage, unclear: str) -> None:
    await stage.say("/volunteer")
    assert "Đồng ý tham gia" in [button.label for button in (await stage.say(unclear))[-1].buttons]
    assert await agreed(stage) == set()


@pytest.mark.parametrize("looks", ["địa chỉ nhân đạo", "RIÊNG TƯ", "tro giup"])
async def test_whoever_is_asked_may_look_around_first_and_is_asked_again(stage: Stage, looks: str) -> None:
    await stage.say("/volunteer")
    said = await stage.say(looks)
    assert len(said) == 2
    assert "không có trong danh sách" not in said[0].text
    assert "Đồng ý tham gia" in [button.label for button in said[-1].buttons]
    assert "Họ và tên" in words(await stage.say("đồng ý"))


@pytest.mark.parametrize("typed", ["tham gia", "Tham gia", "đồng ý", "tham gia ạ"])
async def test_words_never_untick(stage: Stage, typed: str) -> None:
    await stage.agree("take_part", "announcements")
    assert "☑ Tham gia" in [button.label for button in (await stage.say("/consent"))[-1].buttons]
    await stage.say(typed)
    await stage.say("xong")
    assert await agreed(stage) == {"take_part", "announcements"}


async def test_yes_to_the_ticks_is_yes_to_what_is_ticked(stage: Stage) -> None:
    await stage.say("/consent")
    for text in ("2", "Nhận thông báo", "đồng ý"):
        await stage.say(text)
    assert await agreed(stage) == {"take_part", "announcements"}


@pytest.mark.parametrize("said", ["bật thông báo", "nhận thông báo", "thong bao"])
async def test_who_wants_announcements_chooses_what_she_agrees_to_and_is_not_only_greeted(
    stage: Stage, said: str
) -> None:
    await stage.agree("take_part")
    assert "☐ Nhận thông báo" in [button.label for button in (await stage.say(said))[-1].buttons]


async def test_the_button_takes_nothing_back(stage: Stage) -> None:
    await stage.agree("announcements")
    await stage.say("/volunteer")
    await stage.say("Đồng ý tham gia")
    assert await agreed(stage) == {"take_part", "announcements"}


async def test_what_somebody_agreed_to_before_stays_ticked_among_the_others(stage: Stage) -> None:
    await stage.agree("announcements")
    await stage.say("/consent")
    assert "☑ Nhận thông báo" in [button.label for button in (await stage.say("2"))[-1].buttons]


async def test_whoever_agreed_to_an_older_text_is_not_asked_again(stage: Stage) -> None:
    await stage.agree("take_part")
    assert "Họ và tên" in words(await stage.say("/volunteer"))
    assert {row["text_version"] for row in await stage.rows(consents)} == {"demo", "t"}


async def test_the_proof_is_of_the_very_words_that_were_shown(stage: Stage) -> None:
    asked = (await stage.say("/consent"))[-1].text
    await stage.say("đồng ý")
    given = (await stage.rows(consents))[-1]
    words_shown = str(catalogue("vi")["consent.agree.ask"])
    assert asked.endswith(words_shown)
    assert given["text_version"] == CONSENT_VERSION
    assert given["text_hash"] == hashlib.sha256(words_shown.encode()).hexdigest()


async def test_a_form_with_answers_is_not_dropped_for_another_choice(stage: Stage) -> None:
    await stage.agree("take_part")
    for text in ("/volunteer", NAME):
        await stage.say(text)
    assert "đang làm dở" in words(await stage.say("/consent"))
    assert "sinh năm nào" in words(await stage.say("không"))


@BOTH
async def test_who_did_it_and_who_registered_is_named_in_the_report_only_while_she_agrees(stage: Stage) -> None:
    await staffed(stage)
    for text in ("/volunteer", DOER, "1990", "bỏ qua", "Cửa Tùng", "1", "xong", "đúng"):
        await stage.say(text, name=DOER)
    for text in ("/deed", "bỏ qua", "Vá lưới giúp một nhà bị bão", DOER, "Cửa Tùng", "đúng"):
        last = words(await stage.say(text, name=DOER))
    deed = code_in(last)
    assert [row["done_by_teller"] for row in await stage.rows(deeds)][-1]
    card = await stage.say(f"/desk deed {deed}", LAN)
    await stage.say("", LAN, pressed=pressing(card, "/desk approve"))
    assert await unnamed(stage, deed)
    await tick_publish(stage)
    assert not await unnamed(stage, deed)
    await tick_publish(stage)
    assert await unnamed(stage, deed)


async def unnamed(stage: Stage, deed: str) -> bool:
    """Whether the report leaves her name out and the officer's card says so; fails where one does and the other does not."""
    report = str([table(page) for page in opened(await stage.say("/report", LAN))])
    assert "Vá lưới" in report
    card = words(await stage.say(f"/desk deed {deed}", LAN))
    assert DOER in card
    assert (DOER in report) != ("xin không nêu tên" in card)
    return DOER not in report


@BOTH
async def test_nobody_is_named_anywhere_once_she_takes_that_back(stage: Stage) -> None:
    await staffed(stage)
    pledge = await promise(stage, "2tr", "sửa", "Cách nêu tên", "1", GIVER)
    await arrive(stage, pledge, "1tr5")
    for text in ("/deed", "bỏ qua", "Vá lưới giúp một nhà bị bão", "Tổ thuyền Thử", "Cửa Tùng"):
        await stage.say(text)
    await stage.say("sửa")
    for text in ("Nêu tên người giới thiệu", "1", TELLER):
        await stage.say(text)
    deed = code_in(words(await stage.say("đúng")))
    assert await named_in(stage, pledge, deed) == {"report", "pledge", "deed"}
    await tick_publish(stage)
    assert await agreed(stage) == {"take_part"}
    assert await named_in(stage, pledge, deed) == set()
    await tick_publish(stage)
    assert await named_in(stage, pledge, deed) == {"report", "pledge", "deed"}


async def tick_publish(stage: Stage) -> None:
    """Press the box about the name, and be done."""
    for text in ("/consent", "3", "xong"):
        await stage.say(text)


async def named_in(stage: Stage, pledge: str, deed: str) -> set[str]:
    """Where the names stand that officers see of who gave and who told, and could publish."""
    shown = {
        "report": str([table(page) for page in opened(await stage.say("/report", LAN))]),
        "pledge": words(await stage.say(f"/desk pledge {pledge}", LAN)),
        "deed": words(await stage.say(f"/desk deed {deed}", LAN)),
    }
    return {where for where, text in shown.items() if GIVER in text or TELLER in text}
