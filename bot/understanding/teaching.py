"""What officers teach the model: a small patch on the table that ships, kept only if the sets that ship fare no worse."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from msgspec import Struct

from bot.understanding.facts import Said
from bot.understanding.judge import OFFERED, SURE, judged, model
from bot.understanding.learning import shown
from bot.understanding.model import Model, Patch, softmax

MEASURED = Path(__file__).with_name("measured.bin")
"""The labelled sentences of tests/data/language, as features: what `make language` measures, also where no tests are."""
MOST = 300
"""Examples that are learned; the newest."""
ROUNDS, RATE = 6, 5.0
SMALL = 0.02
"""A smaller weight says nothing."""

Example = tuple[str, str]
"""A sentence and its intent."""
Measured = Sequence[tuple[Sequence[int], str]]
"""Features and the right intent of each sentence."""


class Standing(Struct, frozen=True):
    """Counts of sentences. None may fall, and the wrong acts may not rise."""

    right: int = 0
    among: int = 0
    held: int = 0
    acted_wrong: int = 0

    def holds(self, before: Standing) -> bool:
        """Whether this is nowhere worse."""
        better = (self.right >= before.right, self.among >= before.among, self.held >= before.held)
        return all(better) and self.acted_wrong <= before.acted_wrong


def teach(examples: Iterable[Example]) -> Patch:
    """What these examples add to the table that ships."""
    base = model()
    known = [(shown(text), base.intents.index(intent)) for text, intent in examples if intent in base.intents][-MOST:]
    rows = [(base.shares(found), intent) for found, intent in known]
    begun = [base.scores(found) for found, _ in known]
    patch: dict[int, dict[int, float]] = {}
    for n in range(ROUNDS):
        for (found, intent), scores in zip(rows, begun, strict=True):
            now = list(scores)
            for feature, share in found:
                for at, weight in patch.get(feature, {}).items():
                    now[at] += weight * share
            errors = softmax(now)
            errors[intent] -= 1
            for at, error in enumerate(errors):
                if abs(error) > SMALL:
                    for feature, share in found:
                        weights = patch.setdefault(feature, {})
                        weights[at] = weights.get(at, 0.0) - RATE / (1 + n) * error * share
    kept = {f: [(at, round(w, 3)) for at, w in weights.items() if abs(w) > SMALL] for f, weights in patch.items()}
    return {feature: weights for feature, weights in kept.items() if weights}


def stand(patch: Patch, rows: Measured | None = None) -> Standing:
    """How the sentences that ship are understood with this patch."""
    taught = replace(model(), patch=patch)
    right = among = held = acted = 0
    for features, intent in measured() if rows is None else rows:
        one = judged(taught.likely(features), Said())
        first = one.likely[0]
        right += first[0] == intent
        among += intent in [name for name, _ in one.likely[:OFFERED]]
        held += first[1] >= SURE or intent in one.offered
        acted += first[1] >= SURE and first[0] != intent
    return Standing(right, among, held, acted)


def admit(live: Sequence[Example], new: Sequence[Example]) -> tuple[list[bool], Patch]:
    """Which of the new examples may be learned beside the live ones, and the patch of all that are learned then.

    Takes about a second for each; call it off the event loop.
    """
    known = list(live)
    before = stand({})
    admitted: list[bool] = []
    for example in new:
        fits = stand(teach([*known, example])).holds(before)
        admitted.append(fits)
        known += [example] if fits else []
    return admitted, teach(known)


def dump(patch: Patch) -> bytes:
    """A patch as it is kept, with the table for which it was learned."""
    kept = {"digest": model().digest, "patch": {str(feature): weights for feature, weights in patch.items()}}
    return zlib.compress(json.dumps(kept).encode())


def load(kept: bytes) -> Model | None:
    """The table that ships, with what was taught; None if that was taught to another table."""
    read = json.loads(zlib.decompress(kept))
    if read["digest"] != model().digest:
        return None
    patch = {int(f): [(at, weight) for at, weight in weights] for f, weights in read["patch"].items()}
    return replace(model(), patch=patch)


def pack(sentences: Iterable[Example]) -> bytes:
    """Labelled sentences as features."""
    rows = [(shown(text), intent) for text, intent in sentences]
    head = json.dumps([[len(found), intent] for found, intent in rows]).encode()
    numbers = array("H", [feature for found, _ in rows for feature in found])
    return zlib.compress(head + b"\n" + numbers.tobytes(), 9)


@cache
def measured() -> Measured:
    """The sentences that ship."""
    head, _, rest = zlib.decompress(MEASURED.read_bytes()).partition(b"\n")
    numbers = array("H")
    numbers.frombytes(rest)
    rows: list[tuple[Sequence[int], str]] = []
    at = 0
    for length, intent in json.loads(head):
        rows.append((numbers[at : at + length], intent))
        at += length
    return rows
