"""Where there are no buttons and few choices at once: what a number, a letter and 0 mean, and for how long."""

from __future__ import annotations

import pytest

from bot.channels import Capabilities
from bot.dialog.choose import turned, understand
from bot.dialog.lead import Place
from bot.dialog.orders import HOME, MORE
from bot.message import Heard
from bot.receive.conversation import orders
from storage.talk import people, places
from tests.fakes.room import Room
from tests.stage import Stage

OFFERED = tuple((f"v{n}", f"Xã {n}") for n in range(1, 10))


def meant(text: str, place: Place | None, choices: int = 7) -> str:
    return understand(Heard(text=text), place, orders(), choices).pressed


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2", "v2"),
        ("2.", "v2"),
        ("số 2", "v2"),
        ("so 2", "v2"),
        ("７", "v7"),
        ("2 ạ", "v2"),
        ("dạ 2 nhé em", "v2"),
        ("Em chọn số 2", "v2"),
        ("mục 2", "v2"),
        ("câu hai", "v2"),
        ("bảy", "v7"),
        ("I choose option 3", "v3"),
        ("8", MORE),
        ("số 8 ạ", MORE),
        ("Xem thêm", MORE),
        ("more", MORE),
        ("9", ""),
        ("năm 2", ""),
        ("1 và 2", ""),
        ("0", HOME),
        ("số 0", HOME),
    ],
)
def test_a_number_means_what_was_shown_beside_it(text: str, wanted: str) -> None:
    assert meant(text, Place(offered=OFFERED)) == wanted


@pytest.mark.parametrize("name", ["Bảy", "chị Ba", "Năm"])
def test_at_a_question_a_name_that_is_a_number_stays_a_name(name: str) -> None:
    assert meant(name, Place("volunteer", {}, "name", OFFERED[:3])) == ""


def test_after_more_the_number_counts_what_was_shown_last() -> None:
    shown = Place("volunteer", {}, "commune", tuple((o.value, str(o.label)) for o in turned(Place(offered=OFFERED), 7)))
    assert [meant(text, shown) for text in ("2", "câu 2", "mục hai")] == ["v9"] * 3


def test_the_label_counts_also_of_what_was_not_shown_yet() -> None:
    assert meant("xa 9", Place(offered=OFFERED)) == "v9"


def test_more_turns_the_choices_round_and_loses_none() -> None:
    options = turned(Place(offered=OFFERED), 7)
    assert [option.value for option in options] == ["v8", "v9", *(f"v{n}" for n in range(1, 8))]


def test_beside_a_number_only_letters_are_choices() -> None:
    place = Place("pledge", {}, "amount", OFFERED[:2], lettered=True)
    said = ("1", "0", "b", "B.", "b ạ", "em chọn câu b", "c", "chọn 1")
    assert [meant(text, place) for text in said] == ["", "", "v2", "v2", "v2", "v2", "", ""]


def test_zero_to_how_many_is_an_answer_and_elsewhere_the_menu() -> None:
    assert meant("0", Place("pledge", {}, "amount")) == ""
    assert meant("0", Place("pledge", {}, "commune", OFFERED)) == HOME
    assert meant("0", None) == HOME
    assert meant("0", None, choices=0) == ""


@pytest.fixture
async def zalo(stage: Stage) -> Stage:
    stage.rooms = (Room(Capabilities(choices=7)),)
    await stage.agree("take_part", "announcements")
    return stage


async def test_the_choice_is_repeated_above_the_answer(zalo: Stage) -> None:
    (menu,) = await zalo.say("/menu")
    assert menu.text.splitlines()[-1] == "0. Về trang chính" or "0. " not in menu.text
    line = next(line for line in menu.text.splitlines() if line.startswith("2. "))
    answered = await zalo.say("2")
    assert answered[0].text.splitlines()[0] == f"Anh/chị chọn: {line}"


async def test_more_choices_are_shown_on_demand(zalo: Stage) -> None:
    async with zalo.program() as app, app.database.write() as tx:
        account = await people.find(tx, "room", "1")
        assert account is not None
        offered = [[f"/language {n}", f"Xã {n}"] for n in range(1, 12)]
        place = {"form": "", "answers": None, "asking": "", "offered": offered}
        await places.save(tx, {account.person_id: ("", place)}, zalo.clock())
    (more,) = await zalo.say("8")
    assert more.text == "\n".join(
        ["Còn các lựa chọn sau:", *(f"{n}. Xã {m}" for n, m in enumerate((8, 9, 10, 11, 1, 2, 3), 1)), "8. Xem thêm",
         "0. Về trang chính"]
    )  # fmt: skip
    assert (await zalo.say("3"))[0].text.startswith("Anh/chị chọn: 3. Xã 10\n")


async def test_a_menu_of_half_an_hour_ago_gives_numbers_no_meaning(zalo: Stage) -> None:
    await zalo.say("/menu")
    zalo.clock.forward(minutes=31)
    answered = await zalo.say("1")
    assert "Anh/chị chọn:" not in answered[0].text and "chưa hiểu" in answered[0].text


async def test_an_open_question_can_be_answered_by_number_also_the_next_day(zalo: Stage) -> None:
    await zalo.say("/language")
    zalo.clock.forward(days=1)
    assert (await zalo.say("1"))[0].text.startswith("Anh/chị chọn: 1.")
