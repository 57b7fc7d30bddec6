"""Answers are read as well as was promised; no value is taken that was not meant."""

from __future__ import annotations

import pytest

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
