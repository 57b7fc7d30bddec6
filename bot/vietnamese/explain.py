"""Account for every word of an answer: it is what the reader looks for, talk whose effect is known, or unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from bot.vietnamese.courtesy import corrected
from bot.vietnamese.fold import fold
from bot.vietnamese.spelling import RIVALS, Vocabulary
from bot.vietnamese.talk import TALK, Effect

WORD = re.compile(r"[^\W\d_]+")


class Core(NamedTuple):
    """Words in which a reader finds something."""

    kind: str
    words: str
    clause: int
    at: int
    """The number of the piece."""
    found: re.Match[str]


@dataclass(slots=True)
class Account:
    """An answer, explained in one way of spelling it."""

    words: str
    cores: list[Core] = field(default_factory=list)
    effects: list[tuple[Effect, int]] = field(default_factory=list)
    """With the number of the clause each stands in."""
    unknown: list[tuple[str, int]] = field(default_factory=list)
    """With the number of the clause each stands in."""
    between: dict[int, Effect] = field(default_factory=dict)
    """EITHER and RANGE by the number of the piece."""

    def has(self, *effects: Effect) -> bool:
        """Whether a word has one of these effects."""
        return any(effect in effects for effect, _ in self.effects)

    def strange(self, near: Iterable[int]) -> list[str]:
        """Unknown words in these clauses, and figures in any; words in a clause of their own are a remark."""
        clauses = set(near)
        return [word for word, clause in self.unknown if clause in clauses or word[0].isdecimal()]


class Grammar:
    """What a reader looks for, and the talk around it. Each table is made when it is first needed: all of all readers take a
    fifth of the time to start, and megabytes."""

    def __init__(self, cores: str, words: str, talk: Mapping[str, Effect]) -> None:
        self._cores, self._words, self._talk = cores, words, talk

    @cached_property
    def cores(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self._cores})(?= |$)")

    @cached_property
    def of_cores(self) -> frozenset[str]:
        """The words that may stand in what is looked for."""
        return frozenset(WORD.findall(self._cores))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        others = [word for phrase in (*TALK, *self._talk) for word in phrase.split()]
        return Vocabulary(self._words.split(), others)

    @cached_property
    def phrases(self) -> Mapping[tuple[str, ...], Effect]:
        return {tuple(phrase.split()): effect for phrase, effect in {**TALK, **self._talk}.items()}

    @cached_property
    def longest(self) -> int:
        return max(map(len, self.phrases), default=1)

    def may_find(self, text: str) -> bool:
        """Whether any word or sign may belong to what is looked for, which holds a word or a sign of its own: more than
        figures and commas. Most answers need no more than this quick look."""
        return any(
            spelled in self.of_cores or not (spelled.isalpha() or spelled == "," or spelled[0].isdecimal())
            for spellings in self.vocabulary.each(corrected(text))
            for spelled in spellings
        )

    def accounts(self, text: str) -> list[Account]:
        """The ways to explain these words that leave the fewest unknown, and of these the fewest mere talk.

        Where a word has rivals («sau», «sáu»), no way is better than another.
        """
        spellings = list(self.vocabulary.spellings(corrected(text)))
        if len(spellings) == 1:
            return [self._account(spellings[0])]
        best: dict[tuple[str, ...], list[Account]] = {}
        for spelled in spellings:
            account = self._account(spelled)
            rivals = tuple(word for word in spelled if fold(word) in RIVALS)
            alike = best.setdefault(rivals, [account])
            if _left(account) < _left(alike[0]):
                best[rivals] = [account]
            elif _left(account) == _left(alike[0]) and account is not alike[0]:
                alike.append(account)
        found = [account for alike in best.values() for account in alike]
        fewest = min(len(account.unknown) for account in found)
        return [account for account in found if len(account.unknown) == fewest]

    def _account(self, said: list[str]) -> Account:
        whole = " ".join(said)
        account = Account(whole)
        at = offset = clause = piece = 0
        while at < len(said):
            core = self.cores.match(whole, offset)
            taken = core[0].count(" ") + 1 if core else 0
            length, effect = self._phrase(said, at)
            if core and taken >= length:
                account.cores.append(Core(core.lastgroup or "", core[0], clause, piece, core))
                length = taken
            elif effect is None:
                account.unknown.append((said[at], clause))
                length = 1
            elif effect is Effect.BREAK:
                clause += 1
            elif effect is not Effect.NOTHING:
                account.effects.append((effect, clause))
                if effect in (Effect.EITHER, Effect.RANGE):
                    account.between[piece] = effect
            offset += sum(map(len, said[at : at + length])) + length
            at += length
            piece += 1
        return account

    def _phrase(self, said: list[str], at: int) -> tuple[int, Effect | None]:
        for length in range(min(self.longest, len(said) - at), 0, -1):
            if (effect := self.phrases.get(tuple(said[at : at + length]))) is not None:
                return length, effect
        return 0, None


def _left(account: Account) -> tuple[int, int, int]:
    meant = sum(core.words.count(" ") + 1 for core in account.cores)
    return len(account.unknown), -meant, len(account.cores)
