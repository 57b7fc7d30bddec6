"""What an officer looks for, read from what she types: kinds of records, states, a commune, a phone number, words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import dropwhile

from msgspec import Struct
from msgspec.structs import replace

from bot.vietnamese.fold import fits, fold
from bot.vietnamese.phone import read_phone
from bot.vietnamese.place import SAYS_COMMUNE, Known, mentioned
from handlers.arguments import fitting, read_page, read_unit
from locales import phrases

KINDS = ("address", "pledge", "deed", "volunteer", "question", "broadcast", "person")
STATES = (
    "proposed", "surveyed", "verified", "approved", "paused", "closed", "refused", "duplicate", "awaiting", "confirmed",
    "fulfilled", "cancelled", "declined", "asked", "open", "told", "draft", "waiting", "planned", "running", "done", "recalled",
    "pending", "new",
)  # fmt: skip
"""As people call them; what begins like a longer one stands behind it."""
MEANT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "address": {"new": ("proposed",), "pending": ("proposed", "surveyed", "verified"), "declined": ("refused",)},
    "pledge": {"new": ("new", "awaiting"), "pending": ("new", "awaiting"), "done": ("fulfilled",)},
    "deed": {"new": ("new",), "pending": ("new",), "waiting": ("new",), "refused": ("declined",)},
    "volunteer": {"new": ("new",), "pending": ("new",)},
    "question": {"new": ("asked",), "pending": ("asked",)},
    "broadcast": {"new": ("draft",), "pending": ("waiting",)},
}
"""What of a kind is in a state that is called otherwise there, or is several."""
OWN: Mapping[str, Collection[str]] = {
    "address": ("proposed", "surveyed", "verified", "approved", "paused", "closed", "refused", "duplicate"),
    "pledge": ("awaiting", "confirmed", "fulfilled", "cancelled"),
    "deed": ("approved", "declined"),
    "question": ("asked", "open", "told", "closed"),
    "broadcast": ("draft", "waiting", "planned", "running", "paused", "done", "cancelled", "recalled"),
}
"""The states of a kind that are called as they are kept."""
QUOTED = re.compile(r'([a-z]+) "(.+)"')
"""What a button says of one kind: words, whatever else they may mean."""


class Query(Struct, frozen=True):
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
    state, commune, rest = _narrow(STATES, left, communes if unit is None else ())
    if state == "new" and rest:  # «nhà mới» tells of a house
        state, commune, rest = _narrow(STATES[:-1], left, communes if unit is None else ())
    unit, left = commune if unit is None else unit, rest
    if left and (phone := read_phone(" ".join(left)).value):
        return Query(kind, state, unit, phone)
    return Query(kind, state, unit, words=fitting(fold(" ".join(left)).split()), page=page)


def read_list(said: str, communes: Sequence[Known]) -> str:
    """The search for a list that these words name and nothing else: a kind, and a state or a commune; empty if they do not.
    Households of a commune are what everybody may ask for."""
    idle = {fold(word) for word in phrases("find.idle.words")}
    words = list(dropwhile(lambda word: fold(word) in idle, said.strip(" .!?").split()))
    if words and any(_means(words[0], short) for short in phrases("find.household.words")):
        words[0] = "address"
    query = read_query(" ".join(words), communes)
    narrows = query.state or (query.commune and query.kind != "address")
    named = query.kind in (*OWN, "volunteer") and narrows and not query.phone and idle.issuperset(query.words)
    return replace(query, words=()).line.removeprefix("/find ") if named else ""


def states_of(kind: str, state: str) -> tuple[str, ...] | None:
    """The states in which something of this kind is kept that people call so; none of them narrows nothing, and None says that
    nothing of this kind is ever in that state."""
    if not state:
        return ()
    if state in MEANT.get(kind, {}):
        return MEANT[kind][state]
    return (state,) if state in OWN.get(kind, ()) else None


def _take(what: str, names: Sequence[str], words: list[str]) -> tuple[str, list[str]]:
    """The one of these that is named first, and the words without it."""
    said = {name: sorted((p.split() for p in phrases(f"find.{what}.{name}.words")), key=len) for name in names}
    if words and words[0] in names:  # a button says so; or somebody says more than that: «waiting to be reviewed»
        longer = [(len(way), name) for name, ways in said.items() for way in ways if 1 < len(way) <= len(words)
                  and all(map(_means, words, way))]  # fmt: skip
        n, name = max(longer, default=(1, words[0]))
        return name, words[n:]
    for at in range(len(words)):
        for name, ways in said.items():
            for way in reversed(ways):
                typed = words[at : at + len(way)]
                if len(typed) == len(way) and all(map(_means, typed, way)):
                    return name, words[:at] + words[at + len(way) :]
    return "", words


def _narrow(states: Sequence[str], words: list[str], communes: Sequence[Known]) -> tuple[str, int | None, list[str]]:
    """The state and the commune that are named, and the words without them."""
    state, left = _take("state", states, words)
    return state, *_take_commune(left, communes)


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
