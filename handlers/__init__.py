"""The campaign: one file for each thing people can ask for. Knows no channel and writes no SQL."""

from __future__ import annotations

from collections.abc import Sequence

from bot.turn.router import Router
from handlers import admins, answers, broadcasts, calendar, identity, officers, residents, search

ROUTERS: Sequence[Router] = (
    *residents.ROUTERS,
    *answers.ROUTERS,
    *identity.ROUTERS,
    *broadcasts.ROUTERS,
    *officers.ROUTERS,
    *residents.AT_DESK,
    *calendar.ROUTERS,
    *search.ROUTERS,
    *admins.ROUTERS,
)
