"""Change many rows in pieces, so that nobody waits long for the lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import sqlalchemy as sa


class Portion:
    """How many rows the next piece may have, so that it holds the lock for so many seconds; learned from those before."""

    def __init__(self, seconds: float, *, first: int, least: int, most: int) -> None:
        self.seconds, self.rows, self.least, self.most = seconds, first, least, most
        self.took = 0.0
        """Seconds of the last piece."""

    @contextmanager
    def timed(self) -> Iterator[int]:
        """The rows of one piece, which is done meanwhile."""
        began = perf_counter()
        yield self.rows
        self.took = perf_counter() - began
        wanted = int(self.rows * min(self.seconds / self.took, 2))
        self.rows = min(max(wanted, self.least), self.most)


def oldest(most: int, by: sa.Column[Any], *which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Of a table's rows of which this holds, the first so many in the order of a column; the others are for the next piece."""
    id = by.table.c.id
    return id.in_(sa.select(id).where(*which).order_by(by).limit(most))
