"""What officers teach the program about sentences, and what it learned of that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Instant, Words

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "lessons",
        sa.Column("id", big, nullable=False),
        sa.Column("said", Words(), nullable=False),
        sa.Column("intent", Words(), nullable=False),
        sa.Column("state", Words(), server_default="waiting", nullable=False),
        sa.Column("source_index", sa.LargeBinary(), nullable=False),
        sa.Column("taught_by", Words(), nullable=False),
        sa.Column("decided_by", Words(), server_default="", nullable=False),
        sa.Column("taught_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'refused', 'live', 'unfit')", name=op.f("ck_lessons_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
        sa.UniqueConstraint("source_index", name=op.f("uq_lessons_source_index")),
    )
    op.create_table(
        "learned",
        sa.Column("id", big, nullable=False),
        sa.Column("patch", sa.LargeBinary(), nullable=False),
        sa.Column("learned_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned")),
    )
