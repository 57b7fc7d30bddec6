"""Help that was brought to the office without a pledge: who wrote it down, and by which number its giver is known again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    op.add_column("pledges", sa.Column("noted_by", BigId, nullable=True))
    op.add_column("pledges", sa.Column("phone_index", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_pledges_phone_index"), "pledges", ["phone_index"])
