"""A message as the outbox keeps it: what earlier versions wrote there is read as it was meant."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from bot.message import Button, Document, Link, Message, Span

TEXTS = (
    "skip_hint", "picture", "contact", "replaces", "amends", "more_hint", "menu_hint", "picture_hint", "document_hint",
    "private_hint", "contact_over", "answers", "ends", "code", "code_label", "voice", "voice_hint", "marks", "dropped",
)  # fmt: skip
FLAGS = ("leave", "lasting", "lettered", "private", "passing", "here", "secret", "farewell")
LISTS = """{
    "text": "Chọn một việc:",
    "buttons": [["/yes", "Duyệt", "goes"], ["/no", "Thôi"]],
    "skip": ["volunteer.year=-", "Bỏ qua"],
    "ways": [["/cancel", "Hủy", "aside"]],
    "document": ["thu.ics", 7, "kept"],
    "spans": [["bold", 0, 4, ""], ["link", 5, 3, "https://example.org/"]],
    "cards": [["/address DC-1", "Hộ bà A", "Xã B", "pic"]],
    "thumbs": ["one", "two"],
    "album": [["a", "Ảnh 1/2"], ["b", "Ảnh 2/2"]],
    "links": [["Mở trang", "https://example.org/?a=1&b=2"]]
}"""
WHOLE = Message(
    "Chọn một việc:",
    (Button("/yes", "Duyệt", "goes"), Button("/no", "Thôi")),
    Button("volunteer.year=-", "Bỏ qua"),
    ways=(Button("/cancel", "Hủy", "aside"),),
    document=Document("thu.ics", kept=7),
    spans=(Span("bold", 0, 4), Span("link", 5, 3, "https://example.org/")),
    cards=(("/address DC-1", "Hộ bà A", "Xã B", "pic"),),
    thumbs=("one", "two"),
    album=(("a", "Ảnh 1/2"), ("b", "Ảnh 2/2")),
    links=(Link("Mở trang", "https://example.org/?a=1&b=2"),),
)


def kept(message: Message) -> Any:
    """What is read of it from the database."""
    return orjson.loads(orjson.dumps(message.dump()))


def test_what_an_earlier_version_kept_is_read() -> None:
    assert Message.load(orjson.loads(LISTS)) == WHOLE
    plain = {name: f"«{name}»" for name in TEXTS} | dict.fromkeys(FLAGS, True)
    said = Message.load({"text": "", **plain})
    assert {name: getattr(said, name) for name in plain} == plain
    assert said != Message.load({"text": ""}) == Message("")


@pytest.mark.parametrize(
    ("document", "read"),
    [
        ('["a.txt", "chữ"]', Document("a.txt", "chữ".encode())),
        ('["a.bin", "AP8=", "base64"]', Document("a.bin", b"\x00\xff")),
        ('["a.bin", 12, "kept"]', Document("a.bin", kept=12)),
    ],
)
def test_a_document_is_read_in_each_form_that_it_was_kept_in(document: str, read: Document) -> None:
    assert Message.load(orjson.loads(f'{{"text": "", "document": {document}}}')) == Message("", document=read)


def test_what_is_kept_is_read_again() -> None:
    assert Message.load(kept(WHOLE)) == WHOLE
    unkept = Message("", document=Document("a.bin", b"\x00\xff"))
    assert Message.load(kept(unkept)) == unkept


def test_nothing_empty_is_kept() -> None:
    assert kept(Message("Chào")) == {"text": "Chào"}


def test_a_part_that_there_is_not_is_no_message() -> None:
    with pytest.raises((TypeError, ValueError)):
        Message.load({"text": "", "shouts": True})


@pytest.mark.parametrize(("part", "sign"), [("passing", True), ("marks", "5"), ("dropped", "5"), ("answers", "5")])
def test_what_is_no_message_of_its_own_is_known_by_what_is_kept(part: str, sign: Any) -> None:
    assert Message.is_sign(kept(Message("", **{part: sign}))) == (part != "answers")
