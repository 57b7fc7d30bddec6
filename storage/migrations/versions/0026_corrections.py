"""A correction is an announcement of its own, which knows the one that it puts right."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("broadcasts", sa.Column("corrects_id", storage.database.columns.BigId, nullable=True))
