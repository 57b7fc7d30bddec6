"""Names of volunteers are sealed, and found by the index of words: nothing of them is kept without marks any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    op.drop_index("ix_volunteers_name", "volunteers")
    op.drop_column("volunteers", "folded_name")
    registered = sa.text("state = 'registered'")
    op.create_index(
        "ix_volunteers_registered", "volunteers", ["created_at", "id", "unit_id"], sqlite_where=registered, postgresql_where=registered
    )
    # Made anew, since of two partial indexes that fit, and are as wide, SQLite takes the younger.
    waiting = sa.text("state = 'registered' AND seen_at IS NULL")
    op.drop_index("ix_volunteers_waiting", "volunteers")
    op.create_index(
        "ix_volunteers_waiting",
        "volunteers",
        ["created_at", "id", "unit_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
