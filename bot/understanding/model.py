"""A table of weights that tells how likely each intent is. Learned beforehand (learning.py), read at start in no time."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.understanding.features import BUCKETS

LEARNED = Path(__file__).with_name("learned.bin")
NEW = 255
"""The rarity of what no example shows."""
RARITY = 24
"""How many steps of rarity make one; the rarity of a feature is the logarithm of how few examples show it."""


Patch = Mapping[int, Sequence[tuple[int, float]]]


@dataclass(frozen=True)
class Model:
    """One row of small whole numbers for each feature, a column for each intent."""

    intents: tuple[str, ...]
    unit: float
    """What a weight of one is worth."""
    rarities: bytes
    weights: bytes
    """A byte each, 128 standing for nothing."""
    digest: str = ""
    """Of the examples it was learned from."""
    patch: Patch = field(default_factory=dict, compare=False)
    """What was taught since: by feature, what it adds to intents."""

    def likely(self, features: Sequence[int]) -> dict[str, float]:
        """How likely each intent is, the likeliest first; the likelihoods add up to one."""
        return self.ranked(self.scores(features))

    def ranked(self, scores: Sequence[float]) -> dict[str, float]:
        """The intents by their likelihood, from their scores."""
        return dict(sorted(zip(self.intents, softmax(scores), strict=True), key=lambda pair: -pair[1]))

    def scores(self, features: Sequence[int]) -> list[float]:
        """How much speaks for each intent."""
        scores = self._learned(features)
        if self.patch:
            for feature, share in self.shares(features):
                for intent, weight in self.patch.get(feature, ()):
                    scores[intent] += weight * share
        return scores

    def shares(self, features: Sequence[int]) -> list[tuple[int, float]]:
        """Each feature with what it counts for: much if it is rare, and most if no example shows it."""
        rare = [self.rarities[f] or NEW for f in features]
        length = math.sqrt(sum(r * r for r in rare)) or 1.0
        return [(f, r / length) for f, r in zip(features, rare, strict=True)]

    def _learned(self, features: Sequence[int]) -> list[float]:
        known = [f for f in features if self.rarities[f]]
        width = len(self.intents)
        rows = [self.weights[f * width : (f + 1) * width] for f in known]
        length = math.sqrt(sum(self.rarities[f] ** 2 for f in known)) / RARITY or 1.0
        sums = map(sum, zip(*rows, strict=True)) if rows else [0] * width
        return [(total - 128 * len(rows)) * self.unit / length for total in sums]

    def write(self, path: Path = LEARNED) -> None:
        head = json.dumps({"intents": self.intents, "unit": self.unit, "digest": self.digest}).encode()
        path.write_bytes(zlib.compress(head + b"\n" + self.rarities + self.weights, 9))

    @classmethod
    def load(cls, path: Path = LEARNED) -> Model:
        head, _, table = zlib.decompress(path.read_bytes()).partition(b"\n")
        about = json.loads(head)
        return cls(tuple(about["intents"]), about["unit"], table[:BUCKETS], table[BUCKETS:], about["digest"])


def softmax(scores: Sequence[float]) -> list[float]:
    """Likelihoods from scores."""
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
