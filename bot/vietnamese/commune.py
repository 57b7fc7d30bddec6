"""The commune that somebody gives as an answer: every word is a name, part of an address, talk, or makes it ask."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from bot.vietnamese.courtesy import corrected
from bot.vietnamese.fold import fold
from bot.vietnamese.names import HAMLET, read_hamlet
from bot.vietnamese.place import SAYS_COMMUNE, Known, Match, Mention, bare, mentioned
from bot.vietnamese.reading import Reading, ask, refuse, sure
from bot.vietnamese.spelling import DOUBLED
from bot.vietnamese.talk import TALK, Effect

LONGEST = 200
KINDS = (
    "xa x phuong p f thi tran tt huyen h tinh t tp thi xa tx thon ban xom khu pho kp to doi khom ap lang dan "
    "tieu cum khoi so nha"
).split()
ADDRESS = frozenset("huyen h tinh thon ban xom to doi khom ap lang kp khu pho cum khoi".split())
"""A name follows that is no commune's."""
ORIGIN = re.compile(r"\b(?:que|que goc|goc|ben ngoai|ben noi|sinh ra|nguyen quan|lam viec|di lam|hoc o)\b")
OTHERWISE = frozenset({Effect.DOUBT, Effect.EITHER})
TALK_PLACE = frozenset(
    fold(word)
    for phrase, effect in TALK.items() if effect is Effect.NOTHING
    for word in phrase.split()
) | frozenset(KINDS) | frozenset(
    "hay hoac cung rua vay deu cha me tu hoi cha sinh ma de toi chu cu truoc truoc kia ngay xua hoi xua xua moi nhap "
    "vo vao sap sat ten la thuoc nua "
    "thon que goc hien dang tru o song sinh "
    "i live in from im am the commune village town my home quang tri vn viet nam ni ne do em day dia ban co cua xa "
    "minh nay roi lau nay tui con ca gan cho "
    "ben trong ngoai tren duoi te kia day cho o dau nha may o day goc day bay gio".split()
)  # fmt: skip
DOUBTS = re.compile(r"\b(?:chi do|gi do|hinh nhu|khong ro|khong nho|khong chac|maybe|not sure)\b")
CLOSE = 0.84
"""How alike a mistyped name must be to be offered, from 0 to 1."""


def read_commune(text: str, known: Sequence[Known]) -> Reading[Match]:
    """The unit of today that these words name.

    A name that a district bore too, two names, and mistyped ones are asked about.
    """
    said = corrected(text[:LONGEST])
    parts = _parts(said, known) or _parts(DOUBLED.sub(r"\1", said), known)
    if not parts:
        return _not_found(said, known)
    at_home = [part for part in parts if not ORIGIN.search(fold(" ".join(part[0])))] or parts
    mentions = [(words, mention) for words, found in at_home for mention in found]
    called = [one for one in mentions if one[1].as_commune]
    chosen = called or [one for n, one in enumerate(mentions) if not (n and _district(one[1]))]
    units = {match.known.id: match for _, mention in reversed(chosen) for match in mention.matches}
    matches = list(units.values())[::-1]
    if not called and all(_district(mention) for _, mention in mentions):
        return ask("district_or_commune", matches)
    if len(matches) > 1 or DOUBTS.search(fold(said)):
        return ask("which_commune", matches)
    if any(
        _beside(words, mention) or _strange(words, [m for w, m in mentions if w is words]) for words, mention in chosen
    ):
        return ask("commune_sure", matches)
    return sure(matches[0])


def read_hamlet_beside(text: str, known: Sequence[Known]) -> str:
    """The hamlet that is named along with a commune: «thôn 4» of «thôn 4, xã Vĩnh Kim»; empty if none is."""
    parts = []
    for words, found in mentioned(text[:LONGEST], known):
        named = {at for mention in found for at in range(mention.begin, mention.end)}
        parts.append(
            " ".join(
                word for at, word in enumerate(words) if at not in named and not _says_commune(word, at + 1 in named)
            )
        )
    rest = ", ".join(part for part in parts if part)
    return (read_hamlet(rest).value or "") if HAMLET.search(rest.lower()) else ""


def _says_commune(word: str, before_its_name: bool) -> bool:
    return before_its_name and fold(word) in SAYS_COMMUNE


def _parts(said: str, known: Sequence[Known]) -> list[tuple[list[str], list[Mention]]]:
    return [(words, found) for words, found in mentioned(said, known) if found]


def _district(mention: Mention) -> bool:
    """Whether the name may be a district's: not where it is called a commune, nor an old name."""
    return not mention.as_commune and all(match.known.district and not match.matched for match in mention.matches)


def _beside(words: list[str], mention: Mention) -> bool:
    """«gần Cửa Tùng» need not be Cửa Tùng."""
    return mention.begin > 0 and fold(words[mention.begin - 1]) in ("gan", "canh", "giap", "near", "khoi", "qua")


def _strange(words: list[str], mentions: list[Mention]) -> list[str]:
    """Words beside the name that are neither talk nor an address."""
    named = {at for mention in mentions for at in range(mention.begin, mention.end)}
    unknown: list[str] = []
    in_address = 0
    for at, word in enumerate(words):
        folded = fold(word)
        if at in named:
            in_address = 0
        elif folded in ADDRESS:
            in_address = 4
        elif in_address or not folded.isalpha() or folded in TALK_PLACE:
            in_address = max(in_address - 1, 0)
        else:
            unknown.append(word)
    return unknown


def _not_found(said: str, known: Sequence[Known]) -> Reading[Match]:
    """Offer what begins so, what a district of this name holds, or what is spelled nearly so."""
    folded = fold(said)
    if not folded:
        return refuse("not_a_commune")
    named = [
        (bare(name), Match(unit, "" if name == unit.name else name))
        for unit in known
        for name in (unit.name, *unit.aliases)
    ]
    core = re.sub(r"^(?:(?:toi|tui|em|nha|o|tai|ben|minh|con|chau) )+", "", folded)
    if district := re.search(r"\b(?:huyen|h\.?|tinh|district) ?(\w.*)", core):
        if any(district[1].startswith(name) for name, match in named if match.known.district and not match.matched):
            return ask("district_or_commune")
        return refuse("not_a_commune")
    begun = {match.known.id: match for name, match in named if name.startswith(f"{core} ")}
    if begun:
        return ask("which_commune", begun.values() if len(begun) <= 8 else ())
    if len(core) > 30 or len(named) > 1000:
        return refuse("not_a_commune")
    names = {name: match for name, match in reversed(named) if name}
    close = [names[name] for name in difflib.get_close_matches(core, names, n=3, cutoff=CLOSE)]
    return (
        ask("commune_sure", {match.known.id: match for match in close}.values()) if close else refuse("not_a_commune")
    )
