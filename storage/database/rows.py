"""Rows as Structs: each field is filled from the column of the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, TypeVar

from msgspec import Struct

R = TypeVar("R", bound=Struct)
Pick = Callable[[Mapping[Any, Any]], tuple[Any, ...]]
_picks: dict[type[Any], Pick] = {}


def build_all(into: type[R], rows: Iterable[Mapping[Any, Any]]) -> list[R]:
    """One object for each row. Raises sqlalchemy's NoSuchColumnError if a column is missing; more columns do no harm."""
    pick = _picks.get(into) or _prepare(into)
    return [into(*pick(row)) for row in rows]


def build(into: type[R], row: Mapping[Any, Any], **computed: Any) -> R:
    """The object of one row; ``computed`` fields do not come from a column of their name."""
    return into(**computed, **{name: row[name] for name in into.__struct_fields__ if name not in computed})


def _prepare(into: type[Any]) -> Pick:
    """What looks up all columns in one call, in the order of the fields: two thirds of the time of a dict by name."""
    names = into.__struct_fields__
    assert len(names) > 1, "of one column itemgetter makes no tuple"
    pick: Pick = itemgetter(*names)
    _picks[into] = pick
    return pick
