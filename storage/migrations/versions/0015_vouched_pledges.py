"""A pledge counts against its need once somebody vouches for it; those that are here go on counting as they did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("pledges", sa.Column("vouched", sa.Boolean(), server_default=sa.true(), nullable=False))
    waits = sa.text("state = 'new' AND NOT vouched")
    op.create_index("ix_pledges_awaiting", "pledges", ["created_at"], sqlite_where=waits, postgresql_where=waits)
    with op.batch_alter_table("needs") as needs:
        needs.add_column(sa.Column("awaiting", sa.BigInteger(), server_default="0", nullable=False))
        needs.create_check_constraint("awaiting", "awaiting >= 0")
