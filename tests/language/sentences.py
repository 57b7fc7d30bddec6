"""How well sentences at the menu are understood: what is meant, and what is said of it."""

from __future__ import annotations

import csv
import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache

from bot.understanding.examples import everything
from bot.understanding.facts import Said, read
from bot.understanding.features import features
from bot.understanding.judge import Understood, judged, model
from bot.understanding.learning import learn
from bot.understanding.model import Model
from bot.understanding.sentence import Sentence
from bot.understanding.teaching import MEASURED, pack
from bot.vietnamese.fold import fold
from bot.vietnamese.place import Known
from tests import ROOT

DATA = ROOT / "tests" / "data" / "language"
SETS = ("utterances", "more_utterances", "fourth_utterances")
NEVER_DONE = frozenset({"forgetme", "cancel_mine", "stop"})
"""What is only offered, however sure it seems."""
FREE_TEXT = frozenset({"what", "unit", "hamlet", "date", "name", "organisation"})
"""Compared folded."""
FOLDS = 5


@dataclass(frozen=True)
class Row:
    """One labelled sentence."""

    text: str
    intent: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Figures:
    """Shares of a set, from 0 to 1."""

    rows: int
    right: float
    among: float
    """Right, or among the three likeliest."""
    held: float
    """Of the sentences that are asked back, those whose buttons hold the right intent."""
    asked: float
    """Asked back, or passed on to an officer."""
    wrong_act: float
    facts: float
    """With exactly the facts that are labelled, and the intent as it was understood."""

    def line(self, name: str) -> str:
        shares = (getattr(self, field.name) for field in fields(self) if field.name != "rows")
        return f"{name:34} {self.rows:5}  " + "  ".join(f"{share:8.1%}" for share in shares)


HEAD = f"{'sentences':34} {'rows':>5}  " + "  ".join(
    f"{title:>8}" for title in ("right", "of three", "held", "asked", "wrong", "facts")
)


@cache
def rows(name: str) -> tuple[Row, ...]:
    with (DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        read_rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(Row(row["text"], row["intent"], _labelled(row["entities"] or "")) for row in read_rows)


def _labelled(entities: str) -> Mapping[str, str]:
    return _comparable(dict(pair.split("=", 1) for pair in entities.split(";")) if entities else {})


def _comparable(facts: Mapping[str, str]) -> Mapping[str, str]:
    return {key: fold(value) if key in FREE_TEXT else value for key, value in facts.items()}


def told(said: Said) -> Mapping[str, str]:
    """The facts as the sets label them."""
    plain = {
        "amount_dong": str(said.amount or ""),
        "kind": said.kind,
        "quantity": "" if said.quantity is None else f"{said.quantity.normalize():f}",
        "monthly": "yes" if said.monthly else "",
        "commune": said.commune.name if said.commune else "",
        **{key: getattr(said, key) for key in (*FREE_TEXT, "household", "phone")},
    }
    return _comparable({key: value for key, value in plain.items() if value})


@cache
def communes() -> tuple[Known, ...]:
    """The communes of the area for which the sets are written."""
    area = tomllib.loads((ROOT / "storage" / "data" / "vinh_linh.toml").read_text(encoding="utf-8"))
    return tuple(
        Known(n, one["name"], tuple(old[0] for old in one["old"])) for n, one in enumerate(area["communes"], 1)
    )


def understood(text: str, by: Model) -> Understood:
    sentence = Sentence.of(text)
    said = read(sentence, communes())
    return judged(by.likely(features(sentence)), said)


def measure(labelled: Sequence[Row], by: Model | None = None) -> Figures:
    """The figures of a set, understood by this model or by the one that ships."""
    return figures([(row, understood(row.text, by or model())) for row in labelled])


def figures(judged_rows: Sequence[tuple[Row, Understood]]) -> Figures:
    def share(hits: Iterator[bool], among: int | None = None) -> float:
        return sum(hits) / max(len(judged_rows) if among is None else among, 1)

    unsure = [(row, one) for row, one in judged_rows if not acts(one)]
    return Figures(
        rows=len(judged_rows),
        right=share(one.likely[0][0] == row.intent for row, one in judged_rows),
        among=share(row.intent in [intent for intent, _ in one.likely[:3]] for row, one in judged_rows),
        held=share((row.intent in one.offered for row, one in unsure), len(unsure)),
        asked=share(not acts(one) for _, one in judged_rows),
        wrong_act=share(bool(acts(one)) and acts(one) != row.intent for row, one in judged_rows),
        facts=share(told(one.said) == row.facts for row, one in judged_rows),
    )


def labelled() -> list[tuple[str, str]]:
    """Every labelled sentence of every set with its intent."""
    return [(row.text, row.intent) for name in SETS for row in rows(name)]


def ship() -> None:
    """Write the labelled sentences, as features, beside the table that is learned."""
    MEASURED.write_bytes(pack(labelled()))


def acts(one: Understood) -> str:
    """What is done without asking."""
    return "" if one.sure in NEVER_DONE else one.sure


def crossed(labelled: Sequence[Row]) -> Figures:
    """The figures when the rest of the set is learned as well, a fifth left out at a time. Takes minutes."""
    mixed = list(labelled)
    random.Random(1).shuffle(mixed)
    seen: list[tuple[Row, Understood]] = []
    for n in range(FOLDS):
        others = [(row.text, row.intent) for i, row in enumerate(mixed) if i % FOLDS != n]
        by = learn([*everything(), *others])
        seen += [(row, understood(row.text, by)) for i, row in enumerate(mixed) if i % FOLDS == n]
    return figures(seen)


def table(*, cross: bool = False) -> str:
    """All figures, a line for each set."""
    lines = [HEAD, *(measure(rows(name)).line(name) for name in SETS)]
    if cross:
        lines += [crossed(rows(name)).line(f"{name}, cross-validated") for name in SETS[:1]]
    return "\n".join(lines)
