"""A message fits what a channel can show, and nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import Capabilities
from bot.channels.fit import fit, split
from bot.message import Button, Document, Message, fits, width

ASKED = Message("Which?", (Button("a", "Một"), Button("b", "Hai")), Button("+skip", "Bỏ qua"), "(type «bỏ qua»)")


def test_choices_are_buttons_where_there_are_buttons() -> None:
    assert fit(ASKED, Capabilities(buttons=8)) == ASKED


def test_choices_are_numbered_where_there_are_none() -> None:
    fitted = fit(ASKED, Capabilities())
    assert fitted.text == "Which?\n1. Một\n2. Hai\n(type «bỏ qua»)"
    assert not fitted.buttons


def test_a_label_too_long_for_a_button_is_cut_there_and_said_in_full_in_the_text() -> None:
    house = "Hộ bà Lê Thị Sáu, xã Cửa Tùng, cần xe lăn"
    fitted = fit(Message("Which?", (Button("a", house), Button("b", "Hai"))), Capabilities(buttons=8, label=20))
    assert fitted.text == f"Which?\n1. {house}\n2. Hai"
    assert fitted.buttons == (Button("a", "1. Hộ bà Lê Thị…"), Button("b", "2. Hai"))
    assert all(width(button.label) <= 20 for button in fitted.buttons)
    assert fit(fitted, Capabilities(buttons=8, label=20)) == fitted


FEW = Capabilities(choices=7)
NINE = tuple(Button(f"v{n}", f"Label {n}") for n in range(1, 10))


def test_where_few_choices_are_shown_at_once_the_next_number_is_for_more_of_them() -> None:
    fitted = fit(Message("Which?", NINE, more_hint="More", menu_hint="Menu"), FEW)
    assert fitted.text.splitlines()[1:] == [*(f"{n}. Label {n}" for n in range(1, 8)), "8. More", "0. Menu"]
    assert fit(Message("Which?", NINE[:8]), FEW).text.endswith("\n8. Label 8")


def test_choices_beside_a_number_are_letters() -> None:
    assert fit(Message("How much?", NINE[:2], lettered=True), FEW).text == "How much?\nA. Label 1\nB. Label 2"


def test_a_full_stop_stays_with_its_sentence() -> None:
    assert split("Một câu. Câu hai dài", 12) == ["Một câu.", "Câu hai dài"]


def test_a_message_survives_json() -> None:
    message = Message("x", (Button("a", "A"),), Button("s", "S"), "h", "pic", "", "12", Document("n", b"c"), True)
    assert Message.load(message.dump()) == message


@given(st.text(), st.integers(0, 60))
def test_a_text_fits_by_its_units(text: str, most: int) -> None:
    assert fits(text, most) == (width(text) <= most)


@given(st.text(), st.integers(2, 60))
def test_a_split_text_loses_only_white_space(text: str, most: int) -> None:
    parts = split(text, most)
    assert all(width(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a b", ["a b"]), ("one\n\ntwo words", ["one", "two words"]), ("👨‍👩‍👧" * 3, None), ("", [""])],
)
def test_a_text_is_cut_where_it_breathes(text: str, parts: list[str] | None) -> None:
    found = split(text, 10)
    assert parts is None or found == parts
