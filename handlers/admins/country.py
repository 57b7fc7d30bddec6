"""Find provinces and communes of the whole country by what people write: today's names, old ones, codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from bot.vietnamese.fold import exact, fits, fold
from bot.vietnamese.place import Known, bare, find_place
from storage.campaign import country
from storage.campaign.country import Commune, OldUnit, Province

PROVINCE = re.compile(r"^(?:tinh|t|thanh pho|tp)[\s.]+(?=\S)")
DISTRICT = re.compile(r"^(?:huyen|h|quan|q|thi xa|tx|thanh pho|tp)[\s.]+(?=\S)")


class Found(Struct, frozen=True):
    """A commune of today that somebody named, and the old unit by whose name; None for today's name or code."""

    commune: Commune
    old: OldUnit | None = None


def find_provinces(text: str) -> list[Province]:
    """The provinces that go, or went, by this name or code: none, one, or several to choose from."""
    said = PROVINCE.sub("", fold(text))
    found = {}
    for province in country.load().provinces.values():
        names = (province.name, *province.before, *province.also)
        agreeing = [name for name in names if PROVINCE.sub("", fold(name)) == said and fits_at_the_end(text, name)]
        if said == province.code or agreeing:
            found[province.code] = province
    return list(found.values())


def fits_at_the_end(typed: str, meant: str) -> bool:
    """Whether no mark is wrong in the words that both end with; the word for the kind may be missing."""
    said, known = typed.split(), meant.split()
    both = min(len(said), len(known))
    return fits(" ".join(said[-both:]), " ".join(known[-both:]))


def find_communes(text: str, among: Sequence[Commune]) -> list[Found]:
    """The communes among these that the words may mean: none, one, or several to choose from.

    Today's full name and code are never in doubt. A name that several bear or bore is decided by the old district, where
    it is told: «Tân Long (Phụng Hiệp)».
    """
    said = fold(text)
    full = [
        candidate
        for candidate in among
        if said == candidate.code or (said == fold(candidate.name) and fits(text, candidate.name))
    ]
    if full:
        spelled = [candidate for candidate in full if exact(candidate.name) == exact(text)]
        return [Found(commune) for commune in spelled or full]
    by_id = {int(commune.code): commune for commune in among}
    matches = [(by_id[match.known.id], match.matched) for match in find_place(text, _as_known(tuple(by_id)))]
    told = [candidate for candidate in matches if any(_tells_district(said, old) for old in _namesakes(*candidate))]
    return [Found(commune, _old(commune, name, said)) for commune, name in told or matches]


def find_district(text: str, among: Sequence[Commune]) -> list[Commune]:
    """The communes that came, wholly or in part, from the old district of this name, such as «huyện Vĩnh Linh»."""
    said = DISTRICT.sub("", fold(text))
    return [
        commune
        for commune in among
        if any(
            DISTRICT.sub("", fold(old.district)) == said and fits_at_the_end(text, old.district)
            for old in commune.before
        )
    ]


def without_kind(district: str) -> str:
    """An old district's name without the word for its kind: «Thành phố Mỹ Tho» is Mỹ Tho."""
    words = district.split()
    return " ".join(words[len(words) - len(DISTRICT.sub("", fold(district)).split()) :])


def says_district(text: str) -> bool:
    """Whether the words begin with the word for a district."""
    return DISTRICT.match(fold(text)) is not None


@lru_cache(maxsize=2)
def _as_known(codes: tuple[int, ...]) -> tuple[Known, ...]:
    communes = country.load().communes
    wanted = (communes[f"{code:05}"] for code in codes)
    return tuple(
        Known(int(commune.code), commune.name, tuple(dict.fromkeys(old.name for old in commune.before)))
        for commune in wanted
    )


def _namesakes(commune: Commune, name: str) -> list[OldUnit]:
    """The old units of this name, or of today's, that became the commune."""
    return [old for old in commune.before if bare(old.name) == bare(name or commune.name)]


def _old(commune: Commune, name: str, said: str) -> OldUnit | None:
    """The old unit by whose name the commune was found; of namesakes the one whose district was told."""
    named = _namesakes(commune, name) if name else []
    return next((old for old in named if _tells_district(said, old)), next(iter(named), None))


def _tells_district(said: str, old: OldUnit) -> bool:
    """Whether the old unit's district is told beside its name, which may be the same."""
    district = DISTRICT.sub("", fold(old.district))
    rest = said.replace(bare(old.name), "", 1)
    return bool(district) and re.search(rf"\b{re.escape(district)}\b", rest) is not None
