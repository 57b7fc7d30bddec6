"""The campaign: one file for each thing people can ask for. Knows no channel and writes no SQL."""

from __future__ import annotations

from collections.abc import Sequence

from bot.router import Router
from handlers import (
    addresses,
    audit,
    broadcast,
    broadcast_sent,
    campaign,
    deed,
    find,
    link,
    mine,
    options,
    pledge,
    rights,
    staff,
    start,
    stats,
    status,
    units,
    volunteer,
)

RESIDENTS = (start, volunteer, addresses, pledge, deed, mine, link, rights)
OFFICERS = (broadcast, broadcast_sent)
ADMINS = (staff, units, campaign, options, stats, status, audit, find)

ROUTERS: Sequence[Router] = tuple(module.router for module in (*RESIDENTS, *OFFICERS, *ADMINS))
