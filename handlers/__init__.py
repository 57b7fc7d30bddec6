"""The campaign: one file for each thing people can ask for. Knows no channel and writes no SQL."""

from __future__ import annotations

from collections.abc import Sequence

from bot.router import Router
from handlers import (
    addresses,
    audit,
    broadcast,
    broadcast_sent,
    calendar,
    calendar_decide,
    campaign,
    deed,
    desk,
    dossiers,
    find,
    link,
    mine,
    options,
    pledge,
    propose,
    questions,
    receipts,
    report,
    review,
    rights,
    spreadsheet,
    staff,
    start,
    stats,
    status,
    survey,
    units,
    volunteer,
    volunteers,
    years,
)

RESIDENTS = (start, volunteer, addresses, pledge, deed, mine, propose, questions, link, rights)
OFFICERS = (
    broadcast,
    broadcast_sent,
    desk,
    review,
    receipts,
    dossiers,
    survey,
    spreadsheet,
    volunteers,
    report,
    years,
    calendar,
    calendar_decide,
)
ADMINS = (staff, units, campaign, options, stats, status, audit, find)

ROUTERS: Sequence[Router] = (
    *(module.router for module in (*RESIDENTS, *OFFICERS, *ADMINS)),
    review.reporter,
    questions.officers,
)
