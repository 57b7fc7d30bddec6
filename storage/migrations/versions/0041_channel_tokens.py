"""The tokens of channels whose platform gives a new pair every day, what was found out of it, and messages by their price."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Instant, Words

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "channel_tokens",
        sa.Column("id", big, nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("whose", Words(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("refused_at", Instant(), nullable=True),
        sa.Column("reason", Words(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_tokens")),
    )
    op.create_index("ix_channel_tokens_channel_id", "channel_tokens", ["channel", "id"])
    op.create_table(
        "channel_notes",
        sa.Column("channel", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("said", Words(), nullable=False),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "name", name=op.f("pk_channel_notes")),
    )
    op.create_table(
        "channel_counts",
        sa.Column("channel", Words(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "month", "kind", name=op.f("pk_channel_counts")),
    )
