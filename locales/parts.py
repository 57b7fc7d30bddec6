"""A sentence taken apart: its pieces, its placeholders, and where these stand. Pure."""

from __future__ import annotations

from functools import cache
from string import Formatter

from msgspec import Struct

from locales.writing import begins

NEWLINE = "\n"


class Part(Struct, frozen=True):
    """A piece of a sentence, and the placeholder that follows it."""

    literal: str = ""
    name: str | None = None
    spec: str = ""
    begins: bool | None = None
    """Whether the placeholder begins a sentence; None: if the whole begins one."""
    ends: bool = True
    """Whether it ends a line."""


LINE = Part(begins=True)


@cache
def parts_of(sentence: str) -> tuple[Part, ...]:
    """The sentence taken apart at its placeholders."""
    parts, before = [], ""
    found = tuple(Formatter().parse(sentence))
    for n, (literal, name, spec, _) in enumerate(found, 1):
        before += literal
        ends = n == len(found) or found[n][0].startswith(NEWLINE)
        parts.append(Part(literal, name, spec or "", begins(before), ends))
        before += "x" if name is not None else ""
    return tuple(parts)


@cache
def without(sentence: str, missing: frozenset[str]) -> str:
    """The sentence without the lines that need what is missing."""
    return NEWLINE.join(
        line for line in sentence.split(NEWLINE) if not missing & {part.name for part in parts_of(line)}
    )
