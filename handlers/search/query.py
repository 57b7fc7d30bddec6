"""What an officer looks for, read from what she types: kinds of records, states, a commune, a phone number, words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.vietnamese.fold import fits, fold
from bot.vietnamese.phone import read_phone
from bot.vietnamese.place import SAYS_COMMUNE, Known, mentioned
from handlers.arguments import fitting, read_page, read_unit
from locales import phrases

KINDS = ("address", "pledge", "deed", "volunteer", "question", "broadcast", "person")
STATES = (
    "proposed", "surveyed", "verified", "approved", "paused", "closed", "refused", "duplicate", "awaiting", "confirmed",
    "fulfilled", "cancelled", "declined", "asked", "draft", "waiting", "planned", "running", "done", "recalled",
)  # fmt: skip
QUOTED = re.compile(r'([a-z]+) "(.+)"')
"""What a button says of one kind: words, whatever else they may mean."""


@dataclass(frozen=True)
class Query:
    """What is looked for. It travels in buttons as «address paused c12 thu p2»."""

    kind: str = ""
    state: str = ""
    commune: int | None = None
    phone: str = ""
    words: tuple[str, ...] = ()
    page: int = 1

    @property
    def line(self) -> str:
        """The command line of a button. It carries no phone number: buttons are kept."""
        parts = [self.kind, self.state, f"c{self.commune}" if self.commune else "", *self.words]
        return " ".join(["/find", *filter(None, parts), *([f"p{self.page}"] if self.page > 1 else [])])

    @property
    def empty(self) -> bool:
        return replace(self, page=1) == Query()

    def only(self, kind: str) -> Query:
        return replace(self, kind=kind, page=1)


def read_query(said: str, communes: Sequence[Known]) -> Query:
    """What these words ask for. A number is a phone number only if it is one as a whole."""
    if (quoted := QUOTED.fullmatch(said)) and quoted[1] in KINDS:
        return Query(quoted[1], words=fitting(fold(quoted[2]).split()))
    if phone := read_phone(said).value:
        return Query(phone=phone)
    page, unit = read_page(said), read_unit(said)
    left = [word for word in said.split() if word not in (f"p{page}", f"c{unit}")]
    kind, left = _take("kind", KINDS, left)
    state, left = _take("state", STATES, left)
    if unit is None:
        unit, left = _take_commune(left, communes)
    if left and (phone := read_phone(" ".join(left)).value):
        return Query(kind, state, unit, phone)
    return Query(kind, state, unit, words=fitting(fold(" ".join(left)).split()), page=page)


def _take(what: str, names: Sequence[str], words: list[str]) -> tuple[str, list[str]]:
    """The one of these that is named first, and the words without it."""
    if words and words[0] in names:
        return words[0], words[1:]
    said = {name: sorted((p.split() for p in phrases(f"find.{what}.{name}.words")), key=len) for name in names}
    for at in range(len(words)):
        for name, ways in said.items():
            for way in reversed(ways):
                typed = words[at : at + len(way)]
                if len(typed) == len(way) and all(map(_means, typed, way)):
                    return name, words[:at] + words[at + len(way) :]
    return "", words


def _means(typed: str, meant: str) -> bool:
    return fold(typed) == fold(meant) and fits(typed, meant)


def _take_commune(words: list[str], communes: Sequence[Known]) -> tuple[int | None, list[str]]:
    """The commune that is named beyond doubt, and the words without it."""
    parts = list(mentioned(" ".join(words), communes))
    found = [(part, mention) for part, mentions in parts for mention in mentions]
    if len(parts) != 1 or len(found) != 1 or len(found[0][1].matches) != 1:
        return None, words
    part, mention = found[0]
    before = part[: mention.begin]
    if before and fold(before[-1]) in SAYS_COMMUNE:
        before = before[:-1]
    return mention.matches[0].known.id, before + part[mention.end :]
