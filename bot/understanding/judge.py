"""Judge a sentence: sure of what is meant, unsure among a few, or no idea."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from bot.understanding.facts import Said, read
from bot.understanding.features import features
from bot.understanding.model import Model
from bot.understanding.sentence import Sentence
from bot.vietnamese.place import Known

SURE = 0.87
"""From here on one sentence in a hundred is taken wrong (see ``make language``)."""
OFFERED = 3
ENOUGH = 0.97
"""No more is offered once the likelihoods of what is offered add up to this."""
LEAST = 0.12
"""Below this nothing is more than a guess."""

OWN = "my"
"""Where what was begun earlier is seen and ended: offered to those who decline it, or have given already."""


class Understood(Struct, frozen=True):
    """What a sentence may mean, the likeliest first, and what was said in it."""

    likely: tuple[tuple[str, float], ...]
    said: Said

    @property
    def sure(self) -> str:
        """The one intent that is meant; empty while it would be a guess, or where the words speak against it."""
        intent, likelihood = self.likely[0]
        return intent if likelihood >= SURE and intent not in self.said.against else ""

    @property
    def several(self) -> bool:
        """Whether the one that is meant is only the first wish of several."""
        return self.sure in self.said.besides

    @property
    def offered(self) -> tuple[str, ...]:
        """The intents to choose from; none if there is no idea."""
        if self.likely[0][1] < LEAST:
            return ()
        offered: list[str] = []
        total = 0.0
        for intent, likelihood in self.likely[:OFFERED]:
            if total < ENOUGH:
                offered.append(intent)
            total += likelihood
        if offered[0] in self.said.against and OWN not in offered:
            offered = [OWN, *offered[: OFFERED - 1]]
        return tuple(offered)


@cache
def model() -> Model:
    """The table that ships."""
    return Model.load()


def understand(text: str, communes: Sequence[Known], by: Model | None = None) -> Understood:
    """What these words mean to this model or to the one that ships, and their facts."""
    sentence = Sentence.of(text)
    said = read(sentence, communes)
    return judged((by or model()).likely(features(sentence)), said)


def judged(likely: Mapping[str, float], said: Said) -> Understood:
    """The likeliest intents, and the facts that belong to the first."""
    first = tuple(likely.items())[:OFFERED]
    return Understood(first, said.within(first[0][0]))
