"""Who approved, paused, closed, refused or joined an address, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.add_column("addresses", sa.Column("decided_by", BigId, nullable=True))
    op.add_column("addresses", sa.Column("decided_at", Instant(), nullable=True))
