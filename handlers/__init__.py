"""The campaign: one file for each thing people can ask for. Knows no channel and writes no SQL."""

from __future__ import annotations

from collections.abc import Sequence

from bot.turn.router import Router
from handlers.admins import audit, campaign, find, settings, staff, stats, status, units
from handlers.broadcasts import compose, sent
from handlers.calendar import commands, decide, tick
from handlers.officers import (
    desk,
    digest,
    dossiers,
    imports,
    receipts,
    reminders,
    report,
    review,
    survey,
    volunteers,
    years,
)  # fmt: skip
from handlers.residents import addresses, ask, deed, link, mine, pledge, propose, rights, start, volunteer

RESIDENTS = (start, volunteer, addresses, pledge, deed, mine, propose, ask, link, rights)
OFFICERS = (
    compose,
    sent,
    desk,
    review,
    receipts,
    dossiers,
    survey,
    imports,
    volunteers,
    report,
    years,
    commands,
    decide,
)
CLOCK = (digest, tick, reminders)
ADMINS = (staff, units, campaign, settings, stats, status, audit, find)

ROUTERS: Sequence[Router] = (
    *(module.router for module in (*RESIDENTS, *OFFICERS, *ADMINS, *CLOCK)),
    review.reporter,
    ask.officers,
)
