"""Which pages of the web chat are told that there is news, and how far that has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Instant, Words

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_table(
        "web_pushes",
        sa.Column("address", Words(), nullable=False),
        sa.Column("offered_at", Instant(), nullable=False),
        sa.Column("subscription", sa.LargeBinary(), nullable=True),
        sa.Column("subscribed_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_web_pushes")),
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_web_pushes_due", "web_pushes", ["due_at"], sqlite_where=due, postgresql_where=due)
