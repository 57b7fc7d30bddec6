"""A duplicate knows what went along when it was joined, so that it can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("addresses", sa.Column("joined", sa.JSON(), nullable=True))
