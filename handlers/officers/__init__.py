"""What officers do: review, keep addresses, confirm, import, report, teach.

Others use: access, digest, teach.
"""

from __future__ import annotations

from handlers.officers import (
    addresses,
    answer,
    appeals,
    cli,
    desk,
    digest,
    many,
    reaching,
    reminders,
    review,
    teach,
    volunteers,
)
from handlers.officers.colleagues import assigning, noting, takings
from handlers.officers.pledges import arrived, brought, handover, receipts
from handlers.officers.reports import report, years
from handlers.officers.sentences import cards, tasks, unsure

ROUTERS = (
    desk.router,
    tasks.router,
    unsure.router,
    review.router,
    appeals.router,
    many.router,
    receipts.router,
    arrived.router,
    brought.router,
    reaching.router,
    noting.router,
    takings.router,
    assigning.router,
    cards.router,
    handover.router,
    *addresses.ROUTERS,
    volunteers.router,
    report.router,
    years.router,
    answer.router,
    teach.router,
    digest.router,
    reminders.router,
    cli.router,
)
