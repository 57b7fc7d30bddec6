"""What is typed beneath a summary is a yes or a no only if it speaks of nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialog import lead
from bot.dialog.beneath import plain_yes_no
from bot.dialog.choose import understand
from bot.dialog.course import EDIT, LEAVE, REVIEW
from bot.dialog.forms import Form
from bot.dialog.lead import Step
from bot.message import Heard, changed
from bot.receive.conversation import orders
from handlers.residents.deed import DeedForm
from handlers.residents.giving.form import PledgeForm
from handlers.residents.start import Consent
from tests.questions import FACTS, KNOWN, offered

WORDS: dict[str, Any] = {
    "known": {},
    "photos": None,
    "what": "Vá lưới giúp một nhà bị bão",
    "doer_name": "Tổ thuyền Thử",
    "commune": 5,
}
PHOTO = WORDS | {"photos": {"pictures": ["1"], "album": ""}, "faces": "nobody"}
PROMISE = KNOWN["pledge"] | {"need": "1", "dong": 200_000}


def say(form: type[Form], answers: dict[str, Any], text: str) -> Step:
    """Type this beneath the summary of these answers."""
    step = lead.begin(form, FACTS, dict(answers))
    assert step.place is not None and step.place.asking == REVIEW, step.place
    place = changed(step.place, offered=offered(step))
    return lead.resume(form, place, understand(Heard(text=text), place, orders()), FACTS)


NO_PHOTO = [
    "không có ảnh",
    "khong co anh",
    "không ảnh",
    "dạ em không có hình ạ",
    "no photo",
    "no photos",
    "I have no photo",
]


@pytest.mark.parametrize("text", NO_PHOTO)
def test_that_there_is_no_photo_is_the_answer_about_photos(text: str) -> None:
    without = say(DeedForm, WORDS, text)
    assert without.place is not None and without.place.asking == REVIEW, "there is none, as the summary says"
    assert without.replies[0].above is not None
    with_one = say(DeedForm, PHOTO, text)
    assert with_one.place is not None and with_one.place.asking == "photos", "it is asked what becomes of the photo"
    taken = lead.resume(DeedForm, with_one.place, Heard(text=text), FACTS)
    assert taken.place is not None and (taken.place.answers or {})["photos"] is None


@pytest.mark.parametrize("text", ["có ảnh", "co anh day", "đúng rồi, ảnh đây", "ok có hình nhé", "yes, the photo"])
@pytest.mark.parametrize(("form", "answers"), [(DeedForm, WORDS), (DeedForm, PHOTO), (PledgeForm, PROMISE)])
def test_words_about_a_photo_send_nothing(form: type[Form], answers: dict[str, Any], text: str) -> None:
    assert say(form, answers, text).done is None


CORRECTED: list[tuple[type[Form], dict[str, Any], str, dict[str, Any]]] = [
    (DeedForm, WORDS, "hôm qua", {"done_on": "2026-05-11"}),
    (DeedForm, WORDS, "làm ở Bến Quan", {"commune": 6}),
    (DeedForm, WORDS | {"reporter": "named", "reporter_name": "Lan"}, "đừng nêu tên", {"reporter": "anonymous"}),
    (PledgeForm, PROMISE, "300k", {"dong": 300_000}),
    (PledgeForm, PROMISE, "0912 345 678", {"phone": "+84912345678"}),
    (PledgeForm, PROMISE | {"shown_as": "initials", "giver": "Lan"}, "ẩn danh", {"shown_as": "anonymous"}),
]


@pytest.mark.parametrize(("form", "answers", "text", "now"), CORRECTED)
def test_another_answer_corrects_the_summary(
    form: type[Form], answers: dict[str, Any], text: str, now: dict[str, Any]
) -> None:
    step = say(form, answers, text)
    assert step.done is None and step.place is not None and step.place.asking == REVIEW
    assert (step.place.answers or {}).items() >= now.items()


@pytest.mark.parametrize(
    ("form", "answers", "text", "asking"),
    [
        (DeedForm, PHOTO, "ảnh lộn rồi", "photos"),
        (DeedForm, WORDS, "đổi ngày", "done_on"),
        (PledgeForm, PROMISE, "sai số tiền rồi", "dong"),
        (PledgeForm, PROMISE, "số điện thoại sai rồi", "phone"),
        (PledgeForm, PROMISE, "không", EDIT),
    ],
)
def test_what_is_named_without_an_answer_is_asked(
    form: type[Form], answers: dict[str, Any], text: str, asking: str
) -> None:
    step = say(form, answers, text)
    assert step.place is not None and step.place.asking == asking


@pytest.mark.parametrize("text", ["có", "dạ đồng ý ạ", "đúng rồi anh ơi", "ok", "vâng, gửi đi", "yes"])
def test_a_plain_yes_still_sends(text: str) -> None:
    assert say(PledgeForm, PROMISE, text).done is not None


def test_words_about_a_photo_leave_no_form_and_agree_to_nothing() -> None:
    open_ = lead.leave(DeedForm, lead.Place("deed", dict(WORDS), REVIEW), FACTS, "/menu")
    assert open_.place is not None and open_.place.asking == LEAVE
    stays = lead.resume(DeedForm, open_.place, Heard(text="có ảnh"), FACTS)
    assert stays.next == "" and stays.place is not None and stays.place.asking == LEAVE
    asked = lead.begin(Consent, FACTS, dict(KNOWN["consent"]))
    assert asked.place is not None
    still = lead.resume(Consent, asked.place, Heard(text="có ảnh đây ạ"), FACTS)
    assert still.done is None and plain_yes_no("đồng ý") is True
