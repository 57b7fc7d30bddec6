"""From here on what is sealed names its key and is bound to its row, which earlier programs cannot open.

No table changes: it is sealed anew in the background (storage/upkeep/resealing.py). The number keeps earlier programs away.
"""

from __future__ import annotations

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    pass
