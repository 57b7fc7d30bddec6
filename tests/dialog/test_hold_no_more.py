"""An answer that another one changed the meaning of holds no more, and is asked again."""

from __future__ import annotations

from typing import Any

from bot.dialog import lead
from bot.dialog.choose import understand
from bot.dialog.lead import Step
from bot.message import Heard
from bot.receive.conversation import orders
from handlers.residents.deed import DeedForm
from handlers.residents.giving.form import PledgeForm
from tests.questions import FACTS

NEEDS = {
    "1": {"kind": "money", "what": "Mái nhà", "measure": "", "missing": 500_000},
    "2": {"kind": "money", "what": "Học phí", "measure": "", "missing": 100_000},
    "3": {"kind": "goods", "what": "Gạo", "measure": "kg", "missing": 90},
    "4": {"kind": "goods", "what": "Áo ấm", "measure": "chiếc", "missing": 90},
}


def talk(*said: str) -> Step:
    """Say these one after the other, in a new pledge; what holds «=» is pressed."""
    known: dict[str, Any] = {"household": "Bà M.", "commune": "Xã Cửa Tùng", "name": "", "needs": NEEDS}
    step = lead.begin(PledgeForm, FACTS, {"address": "DC-0001", "known": known})
    for words in said:
        assert step.place is not None
        heard = Heard(pressed=words) if "=" in words else understand(Heard(text=words), step.place, orders())
        step = lead.resume(PledgeForm, step.place, heard, FACTS)
    assert step.place is not None
    return step


def test_what_was_to_be_done_with_a_surplus_is_asked_of_the_other_need_too() -> None:
    for surplus in ("rest", "anyway"):
        step = talk("pledge.need=1", "1tr", f"pledge.over={surplus}", "sửa lại", "pledge.+edit=need", "pledge.need=2")
        assert step.place is not None
        assert step.place.asking == "over", "what is missing there is less"


def test_so_many_kilograms_are_not_so_many_coats() -> None:
    step = talk("pledge.need=3", "50kg", "sửa lại", "pledge.+edit=need", "pledge.need=4")
    assert step.place is not None
    assert (step.place.asking, (step.place.answers or {}).get("count")) == ("count", None)


def test_the_same_need_once_more_asks_nothing_anew() -> None:
    step = talk("pledge.need=3", "50kg", "sửa lại", "pledge.+edit=need", "giữ nguyên")
    assert step.place is not None
    assert step.place.asking == "+review"


def deed_with(*photos: Heard) -> Step:
    """A deed whose review is open, with one photo of an album on which nobody can be recognised; then these photos."""
    answers = {
        "known": {},
        "photos": {"pictures": ["1"], "album": "a"},
        "what": "Vá lưới giúp một nhà bị bão",
        "doer_name": "Tổ thuyền Thử",
        "commune": 5,
        "faces": "nobody",
    }
    step = lead.begin(DeedForm, FACTS, answers)
    assert step.place is not None and step.place.asking == "+review"
    for photo in photos:
        assert step.place is not None
        step = lead.resume(DeedForm, step.place, photo, FACTS)
    return step


def test_who_can_be_recognised_is_asked_again_of_a_photo_that_is_added() -> None:
    step = deed_with(Heard(picture="2"))
    assert step.place is not None
    assert step.place.asking == "faces"
    step = lead.resume(DeedForm, step.place, Heard(pressed="+back"), FACTS)
    assert step.done is None and step.place is not None
    back = lead.resume(DeedForm, step.place, Heard(pressed="deed.+edit=+back"), FACTS)
    assert back.done is None and back.place is not None and back.place.asking == "faces"


def test_the_rest_of_an_album_and_the_same_photo_again_ask_nothing_anew() -> None:
    for photo in (Heard(picture="2", album="a"), Heard(picture="1", album="a"), Heard(picture="1")):
        step = deed_with(photo)
        assert step.place is not None
        assert step.place.asking == "+review" and (step.place.answers or {})["faces"] == "nobody"
