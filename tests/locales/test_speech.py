"""How a sentence is put into words: capitals, units, weekdays, lists, and what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.broadcast.text import announcement
from bot.message import Text
from locales import Speech
from locales.writing import begins
from storage.broadcast.audience import Audience
from storage.broadcast.broadcasts import Draft

VI, EN = (Speech(language, ZoneInfo("Asia/Ho_Chi_Minh")) for language in ("vi", "en"))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", None), ("• ", None), ("“", None), ("Xong.\n", True), ("Xong.\n• ", True), ("Xong. ", True), ("Đúng chưa? “", True),
        ("ở ", False), ("Nơi ở: ", False), ("lúc 07:30, ", False), ("a.", False), ("(số ", False), ("/", False),
    ],
)  # fmt: skip
def test_a_sentence_begins_after_a_full_stop_and_on_a_new_line(before: str, expected: bool | None) -> None:
    assert begins(before) is expected


def test_what_stands_first_has_a_capital_letter_and_inside_a_sentence_it_has_none() -> None:
    somebody, at = Text("staff.unnamed", {"number": "7"}), datetime(2026, 5, 9, 18, 30, tzinfo=UTC)
    assert VI.say("taking.held", who=somebody, matter="X", at=at).startswith("Người #7 đang xem X")
    assert "người #7" in VI.say("taking.redraw", who=somebody, matter="X")
    assert VI.say("taking.held", who="lan", matter="X", at=at).startswith("lan "), "a name is as its bearer wrote it"


def test_weekdays_are_spelled_as_the_place_asks() -> None:
    sunday, tuesday = date(2026, 5, 10), date(2026, 5, 12)
    assert VI.say("day.shown", day=tuesday) == "Thứ Ba, 12/05/2026"
    assert VI.say("day.shown", day=sunday) == "Chủ nhật, 10/05/2026"
    late = datetime(2026, 5, 9, 18, 30, tzinfo=UTC)
    assert VI.say("calendar.skipped", title="T", at=late, waits=None) == "Đã bỏ “T” lúc 01:30, Chủ nhật 10/5."
    assert VI.say("calendar.skipped", title="T", at=datetime(2026, 5, 12, tzinfo=UTC), waits=None).endswith(
        "07:00, thứ Ba 12/5."
    )
    assert EN.say("calendar.skipped", title="T", at=late, waits=None).endswith("01:30, Sunday 10 May.")


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Xã Vĩnh Linh", "xã Vĩnh Linh"),
        ("Đặc khu Cồn Cỏ", "đặc khu Cồn Cỏ"),
        ("Phường 1", "Phường 1"),
        ("Hồ Xá", "Hồ Xá"),
    ],
)
def test_a_unit_s_kind_is_small_inside_a_sentence(name: str, inside: str) -> None:
    assert VI.say("volunteer.notice", commune=name).endswith(f"ở {inside}.")
    assert VI.say("report.line", commune=name, arrived="1", helped=2).startswith(f"• {name}: ")
    assert name in EN.say("volunteer.notice", commune=name)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Bà M.", "bà M."),
        ("Gia đình ông B.", "gia đình ông B."),
        ("Hai chị em T.", "hai chị em T."),
        ("H. và bà", "H. và bà"),
    ],
)
def test_a_household_s_name_begins_small_inside_a_sentence(name: str, inside: str) -> None:
    assert VI.say("pledge.need.ask", household=name) == f"Anh/chị muốn giúp {inside} việc gì?"
    assert VI.say("addresses.open.covered", name=name, commune="Hồ Xá").startswith(f"{name} – ")


def test_a_button_begins_with_a_capital_letter_unless_somebody_wrote_it() -> None:
    assert VI.begin(Text("staff.everywhere")) == "Toàn chiến dịch"
    assert VI.begin("lan") == "lan"


def test_a_list_whose_items_hold_commas_is_one_of_lines() -> None:
    assert VI.say("list", items=["gạo", "áo ấm"]) == "gạo và áo ấm"
    assert VI.say("list", items=["sách vở, áo ấm", "gạo"]) == "\n• Sách vở, áo ấm\n• Gạo"
    shown = VI.say(
        "+review", title="phần A", answers=[("Việc", Text("list", {"items": ["a, b", "c"]})), ("Ngày", "1/5")]
    )
    assert shown.split("\n")[1:] == ["Việc:", "• A, b", "• C", "Ngày: 1/5"]
    inside = {
        "number": 1,
        "n": 2,
        "at": "nay",
        "took": "1 phút",
        "sample": "A",
        "left_out": "B",
        "leads": None,
        "windows": None,
        "wrong": ["C"],
    }
    assert "(a, b; c)" in VI.say("broadcast.preview", channels=["a, b", "c"], **inside)


def test_the_line_of_what_is_missing_is_left_out() -> None:
    given = {
        "title": "T", "year": "2026", "first": date(2026, 5, 1), "last": date(2026, 5, 31), "pledges": 1, "adopted": 1,
        "promised": "x", "arrived": "y", "goods": None, "deeds": 2,
    }  # fmt: skip
    with_theme = VI.say("report.year", theme="Lan tỏa", **given).split("\n")
    assert [line for line in with_theme if line not in VI.say("report.year", theme=None, **given).split("\n")] == [
        "Chủ đề: Lan tỏa"
    ]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("Chào {name}, mời đến {commune}.", "Lê Thị A", "Chào anh/chị Lê Thị A, mời đến xã Cửa Tùng."),
        ("Chào anh/chị {name}!", "Lê Thị A", "Chào anh/chị Lê Thị A!"),
        ("Chào anh/chị {name}!", "", "Chào anh/chị!"),
        ("{name} ơi. {commune} họp.", "", "Anh/chị ơi. Xã Cửa Tùng họp."),
        ("*{name}* ơi", "", "Anh/chị ơi"),
    ],
)
def test_a_reader_is_spoken_to_politely_and_every_sentence_begins_with_a_capital(
    text: str, name: str, said: str
) -> None:
    message = announcement(Draft({"vi": text}, Audience(), "vi"), VI, "Hội", name=name, commune="Xã Cửa Tùng")
    assert message is not None
    assert message.text.startswith(f"{said}\n\n")
