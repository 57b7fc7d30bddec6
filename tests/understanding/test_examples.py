"""What the model learns from stands in the catalogues, is enough and our own, and the table that ships was learned from it."""

from __future__ import annotations

from bot.turn.routes import Routes
from bot.understanding.examples import FEWEST, digest, examples
from bot.understanding.judge import model
from bot.vietnamese.fold import fold
from handlers import ROUTERS
from tests.language.sentences import SETS, rows


def test_every_intent_has_enough_examples() -> None:
    for intent, said in examples("vi").items():
        assert len(said) >= FEWEST, intent
        assert examples("en")[intent], intent


def test_every_command_with_examples_exists() -> None:
    from locales import catalogue

    named = {key.split(".")[1] for key in catalogue("vi") if key.startswith("command.") and key.endswith(".examples")}
    assert named <= Routes(ROUTERS).commands.keys()


def test_no_example_is_a_row_of_a_set_it_is_measured_on() -> None:
    measured = {fold(row.text) for name in SETS for row in rows(name)}
    known = {said for language in ("vi", "en") for lines in examples(language).values() for said in lines}
    assert sorted(said for said in known if fold(said) and fold(said) in measured) == []


def test_no_example_stands_for_two_intents() -> None:
    seen: dict[str, str] = {}
    for language in ("vi", "en"):
        for intent, said in examples(language).items():
            for one in said:
                assert seen.setdefault(one.casefold(), intent) == intent, one


def test_the_table_that_ships_was_learned_from_these_examples() -> None:
    assert model().digest == digest(), "make learn"
    assert set(model().intents) == set(examples("vi"))


def test_every_label_of_the_sets_is_an_intent() -> None:
    assert {row.intent for name in SETS for row in rows(name)} == set(examples("vi"))
