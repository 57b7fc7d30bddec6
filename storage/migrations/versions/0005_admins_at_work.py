"""Invitations, settings that change at run time, counted journeys, charts, and a campaign's goals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", ID, nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("invited_by_id", ID, nullable=False),
        sa.Column("created_at", storage.database.columns.Instant(), nullable=False),
        sa.Column("expires_at", storage.database.columns.Instant(), nullable=False),
        sa.Column("used_at", storage.database.columns.Instant(), nullable=True),
        sa.CheckConstraint("role IN ('officer', 'admin')", name=op.f("ck_invitations_role")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_invitations_unit_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["people.id"], name=op.f("fk_invitations_invited_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_index", name=op.f("uq_invitations_code_index")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "journeys",
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('begun', 'finished', 'left')", name=op.f("ck_journeys_state")),
        sa.PrimaryKeyConstraint("day_on", "form", "field", "state", name=op.f("pk_journeys")),
    )
    op.create_table(
        "charts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("chart", sa.JSON(), nullable=False),
        sa.Column("created_at", storage.database.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_charts")),
    )
    op.add_column("campaigns", sa.Column("goals", sa.JSON(), server_default="{}", nullable=False))
