"""What a channel may send in a month and has sent; what went wrong with it last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Instant, Words

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "quotas",
        sa.Column("channel", Words(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("received", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("warned_at", Instant(), nullable=True),
        sa.Column("refused_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("channel", "month", name=op.f("pk_quotas")),
    )
    op.create_table(
        "channel_errors",
        sa.Column("channel", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "kind", name=op.f("pk_channel_errors")),
    )
