"""Learn the table of weights from examples: multinomial logistic regression by stochastic gradient descent.

``python -m bot.understanding.learning`` learns from the examples in ``locales/`` and writes the table that ships.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.understanding.examples import digest, everything, places
from bot.understanding.facts import read
from bot.understanding.features import BUCKETS, features
from bot.understanding.model import RARITY, Model, softmax
from bot.understanding.sentence import Sentence

ROUNDS = 9
RATE, SLOWER = 4.0, 0.3
LEAST = 0.004
"""A smaller error than this changes nothing."""

Row = tuple[list[tuple[int, float]], int]


def learn(labelled: Iterable[tuple[str, str]], *, rounds: int = ROUNDS) -> Model:
    """A model of these sentences and their intents."""
    seen = [(shown(text), intent) for text, intent in labelled]
    intents = tuple(sorted({intent for _, intent in seen}))
    rarities = _rarities([found for found, _ in seen])
    rows = [(_row(found, rarities), intents.index(intent)) for found, intent in seen]
    table: dict[int, list[float]] = {}
    chance = random.Random(1)
    for n in range(rounds):
        chance.shuffle(rows)
        for row in rows:
            _correct(table, row, RATE / (1 + SLOWER * n), len(intents))
    return _packed(table, rarities, intents)


def shown(text: str) -> list[int]:
    """What a sentence shows, once its facts are read."""
    sentence = Sentence.of(text)
    read(sentence, places())
    return features(sentence)


def _rarities(seen: Sequence[list[int]]) -> bytearray:
    """For every feature how rare it is; 0 for what no example shows."""
    counts = Counter(feature for found in seen for feature in found)
    rarities = bytearray(BUCKETS)
    for feature, n in counts.items():
        rarities[feature] = max(1, min(255, round(RARITY * math.log(1 + len(seen) / n))))
    return rarities


def _row(found: list[int], rarities: bytearray) -> list[tuple[int, float]]:
    length = math.sqrt(sum(rarities[f] ** 2 for f in found)) or 1.0
    return [(f, rarities[f] / length) for f in found]


def _correct(table: dict[int, list[float]], row: Row, rate: float, width: int) -> None:
    """Move the weights of what one example shows towards its intent."""
    shown, intent = row
    scores = [0.0] * width
    for feature, value in shown:
        if weights := table.get(feature):
            scores = [score + value * weight for score, weight in zip(scores, weights, strict=True)]
    errors = softmax(scores)
    errors[intent] -= 1
    wrong = [(at, rate * error) for at, error in enumerate(errors) if abs(error) > LEAST]
    for feature, value in shown:
        weights = table.setdefault(feature, [0.0] * width)
        for at, error in wrong:
            weights[at] -= value * error


def _packed(table: dict[int, list[float]], rarities: bytearray, intents: tuple[str, ...]) -> Model:
    """Every weight, times its feature's rarity, as one byte."""
    largest = max(abs(w) * rarities[f] for f, weights in table.items() for w in weights)
    unit = largest / 127
    packed = bytearray(b"\x80") * (BUCKETS * len(intents))
    for feature, weights in table.items():
        at = feature * len(intents)
        packed[at : at + len(intents)] = bytes(128 + round(w * rarities[feature] / unit) for w in weights)
    return Model(intents, unit / RARITY, bytes(rarities), bytes(packed))


def main() -> None:
    """Write the table that ships."""
    model = learn(everything())
    Model(model.intents, model.unit, model.rarities, model.weights, digest()).write()


if __name__ == "__main__":
    main()
