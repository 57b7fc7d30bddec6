"""How well sentences are understood: no change may make it worse than is wanted."""

from __future__ import annotations

import pytest

from bot.understanding.examples import bare
from tests.language.sentences import SETS, Row, measure, rows


@pytest.mark.parametrize("name", SETS)
def test_sentences_are_understood(name: str) -> None:
    found = measure(rows(name))
    assert found.right >= 0.90, found
    assert found.among >= 0.97, found
    assert found.wrong_act <= 0.01, found
    assert found.held >= 0.95 - 1 / max(found.rows * found.asked, 1), found
    assert found.facts >= 0.90, found


@pytest.mark.parametrize("name", SETS)
def test_sentences_without_diacritics_are_understood(name: str) -> None:
    found = measure([Row(bare(row.text), row.intent, row.facts) for row in rows(name)])
    assert found.right >= 0.90, found
    assert found.wrong_act <= 0.02, found
