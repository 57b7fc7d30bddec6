"""What admins write as answers to what people ask most, and the account for gifts with the admin who entered it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Instant, Words

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "ready_answers",
        sa.Column("id", big, nullable=False),
        sa.Column("campaign_id", big, nullable=False),
        sa.Column("topic", Words(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("written_by", Words(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.CheckConstraint("state IN ('live', 'waiting', 'past')", name=op.f("ck_ready_answers_state")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_ready_answers_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_answers")),
    )
    for state in ("live", "waiting"):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_ready_answers_{state}",
            "ready_answers",
            ["campaign_id", "topic"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
