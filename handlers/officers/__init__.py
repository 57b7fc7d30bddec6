"""What officers do: review, keep addresses, confirm, import, report, teach.

Others use: access, teach.
"""

from __future__ import annotations

from handlers.officers import (
    answer,
    cli,
    desk,
    digest,
    dossiers,
    imports,
    receipts,
    reminders,
    report,
    review,
    survey,
    teach,
    volunteers,
    years,
)

ROUTERS = (
    desk.router,
    review.router,
    receipts.router,
    dossiers.router,
    survey.router,
    imports.router,
    volunteers.router,
    report.router,
    years.router,
    answer.router,
    teach.router,
    digest.router,
    reminders.router,
    cli.router,
)
