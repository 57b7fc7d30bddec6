"""What one message leads to inside a form."""

from __future__ import annotations

import pytest

from bot.dialog import lead
from bot.dialog.choose import understand
from bot.dialog.course import LEAVE, REVIEW
from bot.dialog.forms import Form
from bot.dialog.lead import Place
from bot.dialog.orders import CANCEL, PICKED
from bot.message import Heard, Reply, Span, changed
from bot.receive.conversation import orders
from bot.turn.render import render
from bot.turn.routes import Routes
from handlers import ROUTERS
from handlers.residents.giving.form import PledgeForm
from handlers.residents.volunteer import VolunteerForm
from locales import phrases
from tests.questions import FACTS, KNOWN, offered


def ticking() -> Place:
    """The question of what one would like to do, as it is put first."""
    step = lead.begin(VolunteerForm, FACTS, {}, "activities")
    assert step.place is not None
    return changed(step.place, offered=offered(step))


def press(place: Place, value: str) -> Place:
    step = lead.resume(VolunteerForm, changed(place, answers=dict(place.answers or {})), Heard(pressed=value), FACTS)
    assert step.place is not None
    return changed(step.place, offered=offered(step))


def picked(place: Place) -> list[str]:
    return list((place.answers or {})[PICKED])


def test_a_double_tap_on_a_box_ticks_it_and_a_double_tap_on_a_ticked_one_clears_it() -> None:
    place = ticking()
    box = place.offered[0][0]
    once = press(place, box)
    assert len(picked(once)) == 1
    assert picked(press(once, box)) == picked(once)
    ticked = once.offered[0][0]
    assert ticked != box
    cleared = press(once, ticked)
    assert picked(cleared) == picked(press(cleared, ticked)) == []


def test_typed_numbers_tick_more_boxes_and_the_number_of_a_ticked_one_clears_it() -> None:
    place = ticking()
    for text, count in (("1 3", 2), ("3 4", 3), ("1", 2)):
        heard = understand(Heard(text=text), place, orders())
        step = lead.resume(VolunteerForm, place, heard, FACTS)
        assert step.place is not None
        place = changed(step.place, offered=offered(step))
        assert len(picked(place)) == count, text


@pytest.mark.parametrize(("text", "leaves"), [("có", True), ("dạ có", True), ("không", False), ("thôi", False)])
def test_yes_and_no_answer_whether_to_leave_what_is_open(text: str, leaves: bool) -> None:
    open_ = lead.leave(VolunteerForm, ticking(), FACTS, "/menu")
    assert open_.place is not None and open_.place.asking == LEAVE
    place = changed(open_.place, offered=offered(open_))
    step = lead.resume(VolunteerForm, place, understand(Heard(text=text), place, orders()), FACTS)
    assert (step.next, step.place is None) == (("/menu", True) if leaves else ("", False))
    assert leaves or (step.place is not None and step.place.asking == "activities")


def test_somebody_else_s_contact_is_explained() -> None:
    step = lead.begin(VolunteerForm, FACTS, {}, "phone")
    assert step.place is not None
    said = lead.resume(VolunteerForm, step.place, Heard(other="contact"), FACTS)
    [reply] = said.replies
    assert reply.above and "của người khác" in FACTS.speech(reply.above)
    assert said.place is not None and said.place.asking == "phone"


def test_a_wrong_answer_and_the_question_again_are_one_message() -> None:
    step = lead.begin(VolunteerForm, FACTS, {}, "phone")
    assert step.place is not None
    [again] = lead.resume(VolunteerForm, step.place, Heard(text="123"), FACTS).replies
    message = render(again, FACTS.speech)
    wrong, question = message.text.split("\n\n")
    assert "chưa đúng" in wrong and question == render(step.replies[0], FACTS.speech).text
    assert message.contact


def test_what_is_marked_stays_marked_below_what_is_said_above_it() -> None:
    said = render(Reply("đậm", spans=(Span("bold", 0, 3),), above="🙂 sai rồi"), FACTS.speech)
    [span] = said.spans
    assert said.text.encode("utf-16-le")[2 * span.start :].decode("utf-16-le") == "đậm"


def test_months_beside_an_amount_answer_both_questions_or_are_asked_about() -> None:
    def answers(said: Heard) -> dict[str, object]:
        known = {**KNOWN["pledge"], "need": "else", "kind": "money"}
        place = lead.resume(PledgeForm, Place("pledge", known, "dong"), said, FACTS).place
        assert place is not None and place.answers is not None
        return {name: place.answers.get(name) for name in ("dong", "often", "until")}

    known = {**KNOWN["pledge"], "need": "else", "kind": "money"}
    asked = lead.resume(PledgeForm, Place("pledge", known, "dong"), Heard(text="5 triệu 3 tháng"), FACTS)
    assert [option.value for option in asked.replies[0].options] == ["pledge.dong=5000000x3", "pledge.dong=5000000x1"]
    both = {"dong": 5_000_000, "often": "monthly", "until": "2026-07-01"}
    assert answers(Heard(pressed="pledge.dong=5000000x3")) == both
    assert answers(Heard(text="mỗi tháng 5 triệu trong 3 tháng")) == both
    assert answers(Heard(pressed="pledge.dong=5000000x1")) == {**both, "often": "once", "until": None}


@pytest.mark.parametrize(
    "said",
    [
        "tui không muốn nữa",
        "toi khong muon nua",
        "thôi khỏi",
        "thôi, không đăng ký nữa nhé",
        "never mind",
        "I changed my mind",
    ],
)
def test_who_has_had_enough_of_a_form_is_let_out(said: str) -> None:
    assert understand(Heard(text=said), Place(VolunteerForm.name, {}, "phone"), orders()).pressed == CANCEL


@pytest.mark.parametrize("said", ["thôi", "Huy", "không", "hôm khác"])
def test_what_may_be_an_answer_ends_no_form(said: str) -> None:
    assert understand(Heard(text=said), Place(VolunteerForm.name, {}, "phone"), orders()).pressed != CANCEL


def test_there_is_none_said_twice_is_believed_and_once_is_asked_about() -> None:
    step = lead.begin(VolunteerForm, FACTS, {"full_name": "Lê Thị Thử", "birth_year": 1985}, "phone")
    for said, asking in (("không có", "phone"), ("09", "phone"), ("ko co", "phone"), ("dạ không có ạ", "commune")):
        assert step.place is not None
        step = lead.resume(VolunteerForm, step.place, Heard(text=said), FACTS)
        assert step.place is not None and step.place.asking == asking, said


def test_no_form_that_does_something_dangerous_is_confirmed_by_what_its_button_is_called_besides() -> None:
    named = [led for led in Routes(ROUTERS).dialogs.values() if phrases(f"{led.form.name}.confirm.words")]
    assert {led.form.name for led in named} >= {"deed", "propose"}
    assert not [led.form.name for led in named if led.dangerous or led.role != "resident"]


@pytest.mark.parametrize(
    ("said", "sends"),
    [
        ("gửi", True),
        ("gui", True),
        ("Gửi ạ", True),
        ("send", True),
        ("gửi?", False),
        ("chưa gửi", False),
        ("đổi", False),
    ],
)
def test_send_alone_sends_what_the_button_would_send(said: str, *, sends: bool) -> None:
    class Parcel(Form, name="propose"):
        """Nothing is asked but whether to send it."""

    step = lead.begin(Parcel, FACTS)
    assert step.place is not None and step.place.asking == REVIEW
    place = changed(step.place, offered=offered(step))
    assert (lead.resume(Parcel, place, understand(Heard(text=said), place, orders()), FACTS).done is not None) is sends
