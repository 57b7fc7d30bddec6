"""The campaign: one file for each thing people can ask for. Knows no channel and writes no SQL."""

from __future__ import annotations

from collections.abc import Sequence

from bot.router import Router
from handlers import (
    addresses,
    deed,
    desk,
    dossiers,
    link,
    mine,
    pledge,
    propose,
    questions,
    receipts,
    report,
    review,
    rights,
    spreadsheet,
    start,
    survey,
    volunteer,
    volunteers,
)

RESIDENTS = (start, volunteer, addresses, pledge, deed, mine, propose, questions, link, rights)
OFFICERS = (desk, review, receipts, dossiers, survey, spreadsheet, volunteers, report)
ROUTERS: Sequence[Router] = (
    *(module.router for module in (*RESIDENTS, *OFFICERS)),
    review.reporter,
    questions.officers,
)
