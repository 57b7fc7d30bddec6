"""Which units a thing may belong to, as a condition."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa


def inside(unit_id: sa.ColumnElement[int], within: Collection[int] | None) -> sa.ColumnElement[bool]:
    """Whether this unit is one of these; None stands for everywhere."""
    return sa.true() if within is None else unit_id.in_(sorted(within))
