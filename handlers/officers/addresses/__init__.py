"""Keep the humanitarian addresses: survey them or bring them from a spreadsheet, verify, approve, show, end.

Others use: approving, dossiers, imports, table.
"""

from __future__ import annotations

from handlers.officers.addresses import (
    approving,
    changes,
    corrections,
    dossiers,
    duplicates,
    ending,
    imports,
    reviving,
    share,
    survey,
)

ROUTERS = (
    dossiers.router,
    approving.router,
    changes.router,
    corrections.router,
    ending.router,
    reviving.router,
    duplicates.router,
    survey.router,
    imports.router,
    share.router,
)
