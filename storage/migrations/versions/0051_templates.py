"""Texts of announcements that are kept under a name, to begin new ones with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    op.create_table(
        "templates",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("kept_by", sa.Text(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("folded_name", name=op.f("uq_templates_folded_name")),
    )
