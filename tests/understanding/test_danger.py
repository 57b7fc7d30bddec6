"""Words of somebody in danger are heard also where something else was asked; answers and tales of rescue are no alarm."""

from __future__ import annotations

import pytest

from bot.understanding.examples import bare
from bot.understanding.facts import may_tell_danger
from bot.understanding.judge import understand
from tests.language import answers, sentences
from tests.language.sentences import communes


def alarms(text: str) -> bool:
    understood = understand(text, communes())
    return understood.said.danger and understood.likely[0][0] == "emergency"


@pytest.mark.parametrize("name", answers.SETS)
def test_no_answer_raises_an_alarm(name: str) -> None:
    assert [row.text for row in answers.rows(name) if alarms(row.text)] == []


@pytest.mark.parametrize("name", sentences.SETS)
def test_no_other_sentence_raises_one(name: str) -> None:
    assert [row.text for row in sentences.rows(name) if row.intent != "emergency" and alarms(row.text)] == []


def test_most_who_are_in_danger_are_heard_at_any_question() -> None:
    cries = [row.text for name in sentences.SETS for row in sentences.rows(name) if row.intent == "emergency"]
    assert sum(map(alarms, cries)) >= 0.9 * len(cries)
    assert sum(alarms(bare(cry)) for cry in cries) >= 0.85 * len(cries)


@pytest.mark.parametrize("name", sentences.SETS)
def test_the_first_look_for_danger_misses_none_and_stops_most_of_what_has_none(name: str) -> None:
    rows = [text for row in sentences.rows(name) for text in (row.text, bare(row.text))]
    dangerous = [text for text in rows if understand(text, communes()).said.danger]
    assert [text for text in dangerous if not may_tell_danger(text)] == []
    assert sum(map(may_tell_danger, rows)) < len(dangerous) + len(rows) / 20


@pytest.mark.parametrize(
    "told",
    [
        "anh Ba cứu người đuối nước hôm qua",
        "chú Ba nhảy xuống sông cứu được hai đứa nhỏ",
        "đội chữa cháy thôn 3",
        "lái xe cứu thương",
        "chú Tư thấy có người ngã xe liền chở đi viện",
        "anh Ba nhảy sông cứu được đứa nhỏ",
        "biết sơ cấp cứu",
    ],
)
def test_telling_of_a_rescue_is_no_alarm(told: str) -> None:
    assert not alarms(told)
