"""Officers open what the desk offers in their own words; residents who say the same are not led there."""

from __future__ import annotations

import pytest

from bot.vietnamese.fold import fold
from handlers.officers.sentences.tasks import asked_for
from tests.desk import LAN, RESIDENT, staffed, tell, values
from tests.stage import Stage


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("hôm nay có việc gì không", "/desk"), ("có gì mới chưa", "/desk"), ("what is new today", "/desk"),
        ("cho tôi xem báo cáo tuần này", "/report week"), ("in báo cáo tháng này", "/report month"), ("in báo cáo", "/report"),
        ("print the report", "/report"), ("gửi thông báo cho bà con", "/broadcast"), ("lịch gửi tin tháng này", "/calendar"),
        ("thêm hộ nghèo mới", "/desk add"), ("có người mang gạo đến trụ sở", "/desk brought"),
        ("in giùm báo cáo tháng", "/report month"),
        ("không cần báo cáo", ""), ("báo cáo lừa đảo", ""), ("đừng gửi thông báo", ""), ("gửi tin này sai rồi", ""),
        ("việc gì cũng khó", ""), ("thêm hộ bà Mai bị trùng", ""),
    ],
)  # fmt: skip
def test_a_task_is_read_where_every_word_is_known(typed: str, line: str) -> None:
    assert asked_for(typed) == line
    assert asked_for(fold(typed)) == line


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("bảng mẫu", "/desk template"), ("lay bang mau", "/desk template"), ("nơi nhận ủng hộ nhé", "/desk handover"),
        ("Ghi phần mang đến", "/desk brought"), ("làm nhiều việc một lần ạ", "/desk many"), ("việc của tôi", "/desk mine"),
        ("thêm địa chỉ", "/desk add"), ("địa chỉ chờ xử lý", "/desk addresses"), ("hôm nay có việc gì không ạ", "/desk"),
        ("tìm hai chị em T", "/find hai chị em T"),
    ],
)  # fmt: skip
async def test_what_the_desk_offers_is_opened_where_no_button_shows_it(stage: Stage, typed: str, line: str) -> None:
    await staffed(stage)
    await stage.say("/menu", LAN)
    by_name = [message.text for message in await stage.say(typed, LAN)]
    await stage.say("hủy", LAN)
    assert by_name == [message.text for message in await stage.say(line, LAN)]


@pytest.mark.parametrize("typed", ["bảng mẫu", "in báo cáo", "tìm bà thu", "hôm nay có việc gì không"])
async def test_a_resident_is_not_led_to_the_desk_by_such_words(stage: Stage, typed: str) -> None:
    await staffed(stage)
    said = await stage.say(typed, RESIDENT)
    assert not any(value.startswith(("/desk", "/find", "/report")) for message in said for value in values(message))
    assert not any(message.document for message in said)


@pytest.mark.parametrize("said", ["duyệt {} nhé", "không duyệt {}", "huy {}", "đã nhận {}", "approve {} please"])
async def test_what_is_to_be_done_with_a_code_shows_its_card_and_does_nothing(stage: Stage, said: str) -> None:
    await staffed(stage)
    code = await tell(stage, photos=0)
    card = [message.text for message in await stage.say(f"/desk deed {code}", LAN)]
    await stage.say("/menu", LAN)
    assert [message.text for message in await stage.say(said.format(code), LAN)] == card
    assert f"/desk decline {code}" in values((await stage.say(f"/desk deed {code}", LAN))[-1]), "it still waits"


@pytest.mark.parametrize("typed", ["tra loi cau hoi", "kiem tra lai giup", "tìm hiểu"])
async def test_words_that_only_look_like_a_search_are_none(stage: Stage, typed: str) -> None:
    await staffed(stage)
    assert "Không tìm thấy gì" not in (await stage.say(typed, LAN))[0].text
