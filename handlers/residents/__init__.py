"""What residents can ask for: volunteer, pledge, report a deed, ask, look, link and leave."""

from __future__ import annotations

from handlers.residents import (
    addresses,
    ask,
    behalf,
    deed,
    front,
    late_photos,
    link,
    notify,
    propose,
    rights,
    start,
    thread,
    trial,
    volunteer,
    withheld,
)
from handlers.residents.giving import awaiting, change, pledge
from handlers.residents.own import appeal, mine, request

ROUTERS = (
    front.router,
    start.router,
    volunteer.router,
    behalf.router,
    addresses.router,
    trial.router,
    pledge.router,
    awaiting.router,
    deed.router,
    late_photos.router,
    mine.router,
    appeal.router,
    request.router,
    change.router,
    propose.router,
    ask.router,
    notify.router,
    thread.router,
    link.router,
    rights.router,
    withheld.router,
)
AT_DESK = (behalf.at_desk, appeal.at_desk)
"""What an officer does with the residents' forms."""
