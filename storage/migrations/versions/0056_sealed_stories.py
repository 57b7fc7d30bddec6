"""What is asked to be changed of a household is kept as text, so that it can be sealed in the background."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    for name in ("was", "becomes"):
        op.add_column("address_changes", sa.Column("kept", sa.Text, nullable=False, server_default=""))
        op.execute(f"UPDATE address_changes SET kept = coalesce(CAST({name} AS TEXT), '')")
        op.drop_column("address_changes", name)
        op.execute(f"ALTER TABLE address_changes RENAME COLUMN kept TO {name}")
