"""A file is noted before it is written and until it is deleted, so that none is left behind, and none deleted that is needed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Instant, Words

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    op.create_table(
        "loose_files",
        sa.Column("file", Words(), nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_loose_files")),
    )
    op.create_index(op.f("ix_loose_files_since_at"), "loose_files", ["since_at"])
