"""What keeping a promise needs: the giver's phone, and where to hand over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Words

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.add_column("pledges", sa.Column("phone", sa.LargeBinary(), nullable=True))
    op.create_table(
        "handovers",
        sa.Column("id", BigId, nullable=False),
        sa.Column("unit_id", BigId, nullable=False),
        sa.Column("place", Words(), nullable=False),
        sa.Column("hours", Words(), nullable=False),
        sa.Column("receiver", Words(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_handovers_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_unit_id"), "handovers", ["unit_id"])
