"""The processes that run on this database: where, of which version, since when, and how much room their disk has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Instant

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_table(
        "processes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("disk_free", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_processes")),
    )
