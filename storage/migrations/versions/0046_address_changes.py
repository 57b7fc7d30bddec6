"""Changes of approved addresses that wait for a second officer, and needs that take no more pledges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    op.add_column("needs", sa.Column("ended_at", Instant(), nullable=True))
    op.create_table(
        "address_changes",
        sa.Column("id", BigId, nullable=False),
        sa.Column("address_id", BigId, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("need_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("was", sa.JSON(), nullable=True),
        sa.Column("becomes", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("asked_by", BigId, nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("decided_by", BigId, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'refused', 'withdrawn', 'replaced', 'dropped')",
            name=op.f("ck_address_changes_state"),
        ),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_address_changes_address_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_changes")),
    )
    op.create_index("ix_address_changes_address_id", "address_changes", ["address_id"])
    where = sa.text("state = 'waiting'")
    op.create_index(
        "ix_address_changes_waiting",
        "address_changes",
        ["asked_at", "id", "address_id"],
        sqlite_where=where,
        postgresql_where=where,
    )
