"""The campaign: one file for each thing people can ask for. Knows no channel and writes no SQL."""

from __future__ import annotations

from collections.abc import Sequence

from bot.router import Router
from handlers import (
    addresses,
    deed,
    desk,
    link,
    mine,
    pledge,
    questions,
    receipts,
    review,
    rights,
    start,
    volunteer,
)

RESIDENTS = (start, volunteer, addresses, pledge, deed, mine, questions, link, rights)
OFFICERS = (desk, review, receipts)
ROUTERS: Sequence[Router] = (
    *(module.router for module in (*RESIDENTS, *OFFICERS)),
    review.reporter,
    questions.officers,
)
