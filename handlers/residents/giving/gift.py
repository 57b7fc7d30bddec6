"""What somebody wants to give, in her own words: which of a household's needs it is for, and how much of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.understanding.facts import Said
from bot.vietnamese.fold import fold

LEAST, MOST = 10_000, 10_000_000_000
"""Đồng."""
SOMETHING_ELSE = "else"
"""What is given, where it is for none of the needs."""

Need = Mapping[str, Any]
"""As a form knows it: its kind, what it is, in which measure, and how much is missing."""


def read_gift(said: Said, needs: Mapping[str, Need]) -> dict[str, Any]:
    """The answers of a pledge that a sentence held; a need only where it is clear which."""
    answers: dict[str, Any] = {}
    if said.kind:
        fitting = find_needs(said, needs)
        if len(fitting) == 1:
            answers["need"] = fitting[0]
            answers |= _count_in(said, needs[fitting[0]])
        elif not fitting and (said.kind == "money" or said.what):
            counted = f"{said.quantity.normalize():f} {said.unit}" if said.quantity is not None else ""
            answers |= {"need": SOMETHING_ELSE, "kind": said.kind}
            answers |= {"what": f"{counted} {said.what}".strip()} if said.what else {}
    if said.amount is not None and LEAST <= said.amount <= MOST:
        answers["dong"] = said.amount
        answers |= {"often": "monthly"} if said.monthly else {}
    if said.organisation:
        answers |= {"behalf": "organisation", "organisation": said.organisation}
    return answers


def find_needs(said: Said, needs: Mapping[str, Need]) -> list[str]:
    """The needs that this is for."""
    return [id for id, need in needs.items() if need["kind"] == said.kind and _fits(said.what, need)]


def counts(text: str, measure: str) -> bool:
    """Whether the words for what is counted stand in it: «3 buổi», «50kg»."""
    return bool(measure) and fold(measure) in fold("".join(c if c.isalpha() else " " for c in text)).split()


def _fits(what: str, need: Need) -> bool:
    """Whether these goods or this work may be what is needed."""
    return not what or fold(what) in fold(need["what"]) or fold(need["what"]) in fold(what)


def _count_in(said: Said, need: Need) -> dict[str, int]:
    """The count, where it was said in the need's own measure."""
    if said.quantity is None or need["kind"] == "money":
        return {}
    measure = need["measure"]
    count = said.kilos if measure == "kg" else said.quantity if fold(said.unit) == fold(measure) else None
    return {"count": int(count)} if count is not None and count == int(count) else {}
