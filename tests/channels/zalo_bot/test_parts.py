"""A long message goes in numbered parts, and its question stays with its choices."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.channels.zalo.parts import ADDRESS, MOST, messages_of, parts_of
from bot.channels.zalo_bot.shows import SHOWS
from bot.message import Button, Document, Message, changed, width

TAIL = "1. Có\n2. Không\n0. Về trang chính"


def test_what_fits_is_one_message() -> None:
    assert parts_of("Anh/chị đồng ý không?", TAIL) == [f"Anh/chị đồng ý không?\n{TAIL}"]
    assert parts_of("", TAIL) == [TAIL]


def test_the_question_moves_to_its_choices() -> None:
    story = "Câu chuyện của bản. " * 94
    first, last = parts_of(f"{story}\n\nAnh/chị muốn giúp gì?", TAIL)
    assert first.startswith("(1/2) Câu chuyện")
    assert last == f"(2/2) Anh/chị muốn giúp gì?\n{TAIL}"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=6000), st.text("ab\n12. ", max_size=300))
def test_no_part_is_longer_than_the_platform_takes_and_nothing_is_lost(text: str, tail: str) -> None:
    parts = parts_of(text, tail)
    assert all(width(part) <= MOST for part in parts)
    if len(parts) > 1:
        parts = [part.partition(") ")[2] for part in parts]
    assert "".join("".join(parts).split()) == "".join(f"{text}{tail}".split())


@given(st.integers(0, 4000), st.booleans())
def test_a_part_is_a_message_of_its_own_and_the_address_of_a_document_stays_whole(length: int, pictured: bool) -> None:
    can = replace(SHOWS, pictures=True, documents=True)
    said = Message("Bảng số liệu. " * (length // 14), (Button("/menu", "Về"),), document=Document("a.xlsx", b"a"))
    parts = messages_of(changed(said, document_hint="Tải ở đây:", picture="p" if pictured else ""), can)
    assert [messages_of(part, can) for part in parts] == [[part] for part in parts]
    assert [ADDRESS in part.text for part in parts if part.document] == [True]
    assert sum(bool(part.picture) for part in parts) == pictured
    assert "1. Về" in parts[-1].text
