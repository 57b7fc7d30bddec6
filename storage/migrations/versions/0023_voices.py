"""Voice messages, and where they belong in a thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant, Words

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "voices",
        sa.Column("name", Words(), nullable=False),
        sa.Column("file", Words(), nullable=False),
        sa.Column("account_id", BigId, nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_voices_account_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_voices")),
    )
    op.create_index(op.f("ix_voices_account_id"), "voices", ["account_id"])
    op.create_index(op.f("ix_voices_created_at"), "voices", ["created_at"])
    op.add_column("thread_messages", sa.Column("voice", Words(), server_default="", nullable=False))
