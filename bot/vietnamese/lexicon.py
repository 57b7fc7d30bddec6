"""Known words and phrases, found however carefully they were typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from bot.vietnamese.fold import fits, fold, without_telex

T = TypeVar("T")


class Lexicon(Generic[T]):
    """Phrases and what each stands for; they may be typed with marks missing, but not with wrong ones.

    Where unmarked words fall together («mot» is «một» and «mốt»), the first in the table is meant.
    """

    def __init__(self, meanings: Mapping[str, T]) -> None:
        self._known: dict[str, list[tuple[str, T]]] = {}
        for phrase, meaning in meanings.items():
            self._known.setdefault(fold(phrase), []).append((phrase, meaning))

    def get(self, typed: str) -> T | None:
        """What these words stand for; None if they are not known."""
        folded = fold(typed)
        known = self._known.get(folded) or self._known.get(without_telex(folded)) or []
        return next((meaning for phrase, meaning in known if fits(typed, phrase)), None)

    def __contains__(self, typed: str) -> bool:
        return self.get(typed) is not None


def words(*phrases: str) -> Lexicon[bool]:
    """A lexicon that only tells whether it knows a phrase."""
    return Lexicon(dict.fromkeys(phrases, True))
