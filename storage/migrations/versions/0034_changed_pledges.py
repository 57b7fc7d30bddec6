"""How much of a monthly pledge is given each time, and what a pledge was before its giver changed it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant, Words

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("pledges", sa.Column("each_month", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "pledge_changes",
        sa.Column("id", BigId, nullable=False),
        sa.Column("pledge_id", BigId, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("each_month", sa.BigInteger(), nullable=False),
        sa.Column("monthly_until_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("what", Words(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_pledge_changes_pledge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_changes")),
    )
    op.create_index(op.f("ix_pledge_changes_pledge_id"), "pledge_changes", ["pledge_id"])
