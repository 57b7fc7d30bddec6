"""Who did a kind deed, as a caption tells it: whoever was helped is never taken for the doer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.dialog import lead
from bot.dialog.course import REVIEW
from bot.dialog.lead import Place
from bot.message import Heard
from handlers.residents.deed import DeedForm
from handlers.stories import kind_of_doer, read_story
from tests.questions import FACTS
from tests.stage import Stage, photo

TODAY = date(2026, 5, 12)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Nhom Nang Mai", "group"),
        ("nhóm Nắng Mai", "group"),
        ("Hoi Phu nu thon 2", "group"),
        ("Đoàn xã Cửa Tùng", "group"),
        ("Đoàn Thanh niên xã", "group"),
        ("Trường Tiểu học Vĩnh Kim", "group"),
        ("Đoàn Thị Hoa", "individual"),
        ("Doan Thi Hoa", "individual"),
        ("Trương Văn Thử", "individual"),
        ("Truong Van Thu", "individual"),
        ("To Thi Mau", "individual"),
    ],
)
def test_a_group_is_told_from_one_person_by_its_name_also_without_marks(name: str, kind: str) -> None:
    assert kind_of_doer(name) == kind


@pytest.mark.parametrize(
    "caption",
    [
        "Giúp bà Hoa sửa mái nhà",
        "Giup ba Hoa sua mai nha",
        "Tặng gia đình anh Tuấn 2 bao gạo",
        "Trao xe lăn cho chú Nguyễn Văn Thử ở thôn 3",
        "tham me Lan bi om, tang 500k",
        "Thăm và tặng quà mẹ Việt Nam anh hùng Trần Thị Mẫu",
        "Cõng em Bảo đi học mấy năm liền",
        "Hỗ trợ hộ ông Lộc con bò giống",
        "Chở bà Hoa đi bệnh viện Hồ Xá",
        "Thăm cụ già neo đơn, bà Hoa ở thôn 3",
        "Dân quân xã giúp chị Hoa gặt lúa",
        "Bà Hoa được các bạn sửa nhà cho",
        "Tôi là Nguyễn Văn Mẫu, thấy bà Hoa neo đơn nên sang dọn nhà",
        "Trao 20 bộ sách cho trường Tiểu học Vĩnh Thạch",
        "Nấu cháo ở chùa An Cư cho bệnh nhân nghèo",
        "Helped Mrs Hoa fix her roof",
    ],
)
def test_who_was_helped_is_not_the_doer(caption: str) -> None:
    assert "doer_name" not in read_story(caption, (), TODAY)


@pytest.mark.parametrize(
    ("caption", "doer"),
    [
        ("Anh Tuấn tặng trường Tiểu học Vĩnh Thạch 20 bộ sách", "Tuấn"),
        ("Anh Tuan cho ba Hoa 2 bao gao", "Tuan"),
        ("Hôm qua chị Thủy đỡ cụ Lan qua đường", "Thủy"),
        ("Sáng nay nhóm Nắng Mai tặng quà bà Hoa", "nhóm Nắng Mai"),
        ("Chúng em lớp 8B quyên góp sách vở tặng bạn Nam", "lớp 8B"),
        ("Chi đoàn thôn Tây tổ chức tặng 25 suất quà cho trẻ em nghèo", "Chi đoàn thôn Tây"),
        ("Đề nghị Hội khen thưởng em Lan nhặt được của rơi trả lại", "Lan"),
        ("Cảm ơn anh Phong đã hiến máu cứu cháu tôi", "Phong"),
        ("Ở thôn 3 có ông Lộc hiến đất làm đường", "Lộc"),
        ("Trời mưa lớn, anh Nam lội ra cứu người", "Nam"),
        ("Mr Tuan fixed Mrs Hoa's roof", "Tuan"),
    ],
)
def test_the_doer_stands_before_what_was_done(caption: str, doer: str) -> None:
    assert read_story(caption, (), TODAY)["doer_name"] == doer


async def test_who_reports_is_offered_as_the_doer_where_none_was_named(stage: Stage, tmp_path: Path) -> None:
    await stage.agree("take_part")
    said = await stage.say("Giúp bà Hoa sửa mái nhà", photo=str(photo(tmp_path, "roof")), name="Lê Thị Thử")
    assert "Ai đã làm việc này?" in said[-1].text
    assert "Lê Thị Thử" in [button.label for button in said[-1].buttons]


@pytest.mark.parametrize("said", ["có đồng ý", "đồng ý", "không", "vâng ạ", "khoan đã"])
async def test_a_yes_or_a_no_is_nobody_s_name(stage: Stage, tmp_path: Path, said: str) -> None:
    await stage.agree("take_part")
    await stage.say("Giúp bà Hoa sửa mái nhà", photo=str(photo(tmp_path, "roof")))
    assert "Ai đã làm việc này?" in (await stage.say(said))[-1].text


@pytest.mark.parametrize("late", ["không có ảnh", "ko co anh a", "no photo", "không có số điện thoại"])
async def test_that_there_is_no_photo_is_nobody_s_name(stage: Stage, tmp_path: Path, late: str) -> None:
    await stage.agree("take_part")
    await stage.say("Giúp bà Hoa sửa mái nhà", photo=str(photo(tmp_path, "roof")))
    said = await stage.say(late)
    assert "Ai đã làm việc này?" in said[-1].text
    said = await stage.say("Đội Ảnh Việt")
    assert "Ai đã làm việc này?" not in said[-1].text


@pytest.mark.parametrize(
    "said", ["có hai em nhỏ, mẹ các em đồng ý rồi", "đồng ý nhưng mẹ cháu thì chưa", "chắc là đồng ý"]
)
async def test_no_consent_is_put_into_the_mouth_of_who_is_unclear_about_faces(
    stage: Stage, tmp_path: Path, said: str
) -> None:
    await stage.agree("take_part")
    await stage.say("Anh Hồ Văn Thử đưa ba em nhỏ qua suối ở Bến Quan", photo=str(photo(tmp_path, "brook")))
    again = (await stage.say(said))[-1]
    assert "Người trong ảnh có đồng ý cho đăng không?" in again.text
    assert [button.label for button in again.buttons][1:4] == [
        "Có, đều đồng ý",
        "Có trẻ em, đã đồng ý",
        "Chỉ để cán bộ xem",
    ]


async def test_that_there_is_no_photo_is_no_story_either(stage: Stage, tmp_path: Path) -> None:
    await stage.agree("take_part")
    await stage.say("/deed")
    await stage.say("", photo=str(photo(tmp_path, "roof")))
    said = await stage.say("không có ảnh")
    assert "viết rõ" in said[-1].text and "Việc thiện đó là gì?" in said[-1].text


def test_what_a_typed_story_tells_is_not_asked_any_more() -> None:
    place = Place(DeedForm.name, {"known": {}, "photos": None}, "what")
    step = lead.resume(DeedForm, place, Heard(text="Anh Hồ Văn Thử đưa ba em nhỏ qua suối ở Bến Quan hôm 8/5"), FACTS)
    assert step.place is not None and step.place.asking == REVIEW
    told = {"doer_name": "Hồ Văn Thử", "commune": 6, "done_on": "2026-05-08", "helped_count": 3}
    kept = step.place.answers or {}
    assert {name: kept.get(name) for name in told} == told
