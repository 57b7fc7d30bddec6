"""Take out of a sentence who it is about, before it is kept as an example: names, numbers and homes become made-up ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.facts import read
from bot.understanding.lists import SURNAMES
from bot.understanding.sentence import Sentence
from bot.vietnamese.place import Known

MADE_UP = {
    "phone": "0900000000",
    "code": "DC-0001",
    "name": "Lan",
    "organisation": "nhóm Mẫu",
    "hamlet": "thôn 1",
}
"""By what a reader found. The model sees only that there is such a thing, so that it learns the same."""
LONG_NUMBER = re.compile(r"\d{4,}")
MIDDLE = frozenset({"van", "thi"})
"""Between a surname and a given name, which people also type without capitals."""


def masked(text: str, communes: Sequence[Known]) -> str:
    """The sentence with made-up names, numbers and homes instead of real ones; amounts of money stay."""
    sentence = Sentence.of(text)
    read(sentence, communes)
    kinds = dict(sentence.taken)
    for at in range(len(sentence.words)):
        kinds.update(dict.fromkeys(_small_name(sentence, at), "name"))
        if at not in kinds and at and sentence.words[at].capital and not sentence.words[at - 1].last:
            kinds[at] = "name"
    said: list[str] = []
    for at, word in enumerate(sentence.words):
        kind = kinds.get(at, "")
        if kind in MADE_UP:
            if not at or kinds.get(at - 1) != kind:
                said.append(MADE_UP[kind])
        elif kind == "household":
            said.append("M" if len(word.folded) == 1 else word.typed)
        else:
            said.append(word.typed if kind == "money" else LONG_NUMBER.sub("0000", word.typed))
    return " ".join(said)


def _small_name(sentence: Sentence, at: int) -> range:
    """The words of a full name that begins here, however they are typed: «nguyen van nam»."""
    middle = sentence.folded[at + 1 : at + 2]
    if not middle or middle[0] not in MIDDLE or not SURNAMES.find(sentence, at, at + 1):
        return range(0)
    return range(at, min(at + 3, len(sentence.words)))
