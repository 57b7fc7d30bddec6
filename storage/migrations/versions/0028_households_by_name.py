"""A household is found by its whole name or its phone number, which stay sealed: by keyed indexes of both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    for column in ("name_index", "phone_index"):
        op.add_column("addresses", sa.Column(column, sa.LargeBinary(), nullable=True))
        op.create_index(f"ix_addresses_{column}", "addresses", [column])
