"""Answers are read as well as was promised; no value is taken that was not meant."""

from __future__ import annotations

import pytest

from bot.vietnamese import none, yes_no
from tests.language.answers import SETS, Row, rows, shares


@pytest.fixture(params=SETS, scope="module")
def found(request: pytest.FixtureRequest) -> list[Row]:
    return list(rows(request.param))


def test_nothing_is_silently_taken_wrong(found: list[Row]) -> None:
    assert [(row.question, row.text, row.got) for row in found if row.silently_wrong] == []


def test_most_answers_are_right_without_asking(found: list[Row]) -> None:
    with_value, well = shares(found)
    assert with_value >= 0.95
    assert well >= 0.97


def test_a_quick_look_misses_no_answer_that_says_yes_no_or_none(found: list[Row]) -> None:
    said = {row.text for row in found}
    for grammar in (none.GRAMMAR, yes_no.GRAMMAR):
        missed = [text for text in said if not grammar.may_find(text) and any(a.cores for a in grammar.accounts(text))]
        assert missed == []
        assert sum(not grammar.may_find(text) for text in said) > len(said) / 10, "it does spare reading"
    assert [text for text in said if yes_no.yes_or_no(text) is not yes_no.read_yes_no(text).value] == []
