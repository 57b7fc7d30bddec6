"""Change many rows in pieces, so that nobody waits long for the lock."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def oldest(most: int, by: sa.Column[Any], *which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Of a table's rows of which this holds, the first so many in the order of a column; the others are for the next piece."""
    id = by.table.c.id
    return id.in_(sa.select(id).where(*which).order_by(by).limit(most))
