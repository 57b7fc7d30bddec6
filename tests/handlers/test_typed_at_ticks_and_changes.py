"""What is typed where several things are ticked, and where it was asked what to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stage import Stage, photo


@pytest.mark.parametrize(
    ("said", "ticked"),
    [
        ("sơ cấp cứu và hiến máu", 2),
        ("so cap cuu, hien mau", 2),
        ("em muốn chăm sóc sức khỏe ạ", 1),
        ("tất cả", 7),
        ("viec nao cung duoc a", 7),
        ("không hiến máu", 0),
        ("khong hien mau", 0),
        ("tất cả trừ hiến máu", 0),
    ],
)
async def test_what_is_named_is_ticked_and_nothing_where_something_is_left_out(
    stage: Stage, said: str, ticked: int
) -> None:
    await stage.agree("take_part")
    for text in ("/volunteer", "Nguyễn Thị Thử", "1985", "0912 345 678", "Bến Quan"):
        await stage.say(text)
    boxes = [button.label for button in (await stage.say(said))[-1].buttons]
    assert sum(label.startswith("☑") for label in boxes) == ticked


async def test_the_new_answer_itself_is_taken_where_it_was_asked_what_to_change(stage: Stage, tmp_path: Path) -> None:
    await stage.agree("take_part")
    await stage.say("Anh Hồ Văn Thử vá đường ở Bến Quan", photo=str(photo(tmp_path, "road")))
    await stage.say("không rõ mặt ai")
    await stage.say("sửa")
    assert "muốn sửa mục nào" in (await stage.say("có"))[-1].text, "a yes sends nothing"
    assert "Ngày: Thứ Hai, 11/05/2026" in (await stage.say("hôm qua"))[-1].text
    await stage.say("sửa")
    assert "Mời anh/chị xem lại" in (await stage.say("gửi ạ"))[-1].text
    assert "Cảm ơn anh/chị đã giới thiệu" in (await stage.say("gửi ạ"))[-1].text
