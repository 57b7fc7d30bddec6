"""How many of the calendar's messages one person may get."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.broadcast.broadcasts import Broadcast
from storage.tables import broadcasts, deliveries


class Caps(Struct, frozen=True):
    """One a day, and so many a month on some channels."""

    day_began: datetime
    month_began: datetime
    a_month: Mapping[str, int]


def why_capped(broadcast: Broadcast, caps: Caps) -> sa.Case[str]:
    """Why the reader of a copy has had enough of the calendar, or nothing."""
    other = deliveries.alias()

    def had(began: datetime) -> Any:
        """What reached her since then, or perhaps did."""
        perhaps = sa.and_(other.c.state.in_(["leased", "unknown"]), other.c.due_at >= began)
        since = sa.or_(sa.and_(other.c.state == "sent", other.c.sent_at >= began), perhaps)
        hers = sa.and_(other.c.person_id == deliveries.c.person_id, other.c.broadcast_id != broadcast.id)
        return sa.and_(hers, since, broadcasts.c.message_id.is_not(None), ~broadcasts.c.urgent)

    joined = other.join(broadcasts, broadcasts.c.id == other.c.broadcast_id)
    today = sa.select(other.c.id).select_from(joined).where(had(caps.day_began)).correlate(deliveries).exists()
    cases: list[tuple[sa.ColumnElement[bool], str]] = [(today, "cap")]
    for channel, most in caps.a_month.items():
        there = sa.and_(had(caps.month_began), other.c.channel == channel)
        counted = sa.select(sa.func.count(other.c.id)).select_from(joined).where(there).correlate(deliveries)
        cases.append((sa.and_(deliveries.c.channel == channel, counted.scalar_subquery() >= most), "quota"))
    return sa.case(*cases, else_="")
