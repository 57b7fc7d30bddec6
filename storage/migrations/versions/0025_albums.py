"""A deed knows the album of its photos, so that a late one joins it and no other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    words = storage.database.columns.Words()
    op.add_column("deeds", sa.Column("album", words, server_default=sa.text("''"), nullable=False))
