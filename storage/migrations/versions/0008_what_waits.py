"""Indexes of what waits for officers and of volunteers by name; when each channel's platform last answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0008"
down_revision = "0007"

INDEXES = (
    ("volunteers", "name", "folded_name", "unit_id", "state = 'registered'"),
    ("volunteers", "waiting", "created_at", "unit_id", "state = 'registered' AND seen_at IS NULL"),
    ("addresses", "waiting", "created_at", "unit_id", "state IN ('proposed', 'surveyed', 'verified')"),
    ("pledges", "waiting", "created_at", "address_id", "state IN ('new', 'confirmed')"),
    ("deeds", "waiting", "created_at", "unit_id", "state = 'new'"),
    ("questions", "waiting", "created_at", "unit_id", "state = 'new'"),
)


def upgrade() -> None:
    for table, name, first, last, where in INDEXES:
        some = sa.text(where)
        op.create_index(f"ix_{table}_{name}", table, [first, "id", last], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "listening",
        sa.Column("channel", storage.database.columns.Words(), nullable=False),
        sa.Column("received_at", storage.database.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_listening")),
    )
