"""What officers teach is learned only if no labelled sentence is understood worse, and holds nobody's name or number."""

from __future__ import annotations

import zlib

import pytest

from bot.understanding import teaching
from bot.understanding.judge import model, understand
from bot.understanding.learning import shown
from bot.understanding.masking import masked
from tests.language.sentences import communes, labelled

TAUGHT = ("xe cứu thương hiện đậu chỗ mô", "hotline")


def test_what_ships_are_the_labelled_sentences() -> None:
    assert [(sorted(found), intent) for found, intent in teaching.measured()] == [
        (sorted(shown(text)), intent) for text, intent in labelled()
    ], "make learn"


def test_a_taught_sentence_is_understood_from_then_on() -> None:
    assert understand(TAUGHT[0], communes()).sure != TAUGHT[1]
    fits, patch = teaching.admit([], [TAUGHT])
    assert fits == [True]
    taught = teaching.load(teaching.dump(patch))
    assert understand(TAUGHT[0], communes(), taught).sure == TAUGHT[1]
    assert understand("xe cuu thuong hien dau cho mo rua", communes(), taught).likely[0][0] == TAUGHT[1]
    assert teaching.stand(patch).holds(teaching.stand({}))


def test_what_would_harm_others_is_not_learned() -> None:
    fits, patch = teaching.admit([], [("cho xin số tài khoản", "volunteer"), TAUGHT, ("tôi muốn giúp bà M", "stop")])
    assert fits == [False, True, False]
    assert patch == teaching.teach([TAUGHT])


def test_what_was_taught_to_another_table_is_not_used() -> None:
    kept = teaching.dump(teaching.teach([TAUGHT]))
    assert teaching.load(kept) is not None
    other = zlib.compress(zlib.decompress(kept).replace(model().digest.encode(), b"0" * 64))
    assert teaching.load(other) is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("tôi là Nguyễn Văn Nam, số 0912 345 678, muốn ủng hộ 500k", "tôi là Lan số 0900000000 muốn ủng hộ 500k"),
        ("em tên nguyen van nam o thon 3", "em tên Lan"),
        ("xem DC-0007", "xem DC-0001"),
        ("cccd 044000001234 của tôi", "0000"),
        ("anh Hùng ở Cửa Tùng hỏi gạo", "anh Lan"),
    ],
)
def test_names_and_numbers_are_made_up(said: str, kept: str) -> None:
    found = masked(said, communes())
    assert kept in found, found
    for gone in ("Nam", "nam", "345", "0007", "044", "Hùng"):
        assert gone not in found, found
