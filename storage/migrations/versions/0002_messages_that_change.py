"""Messages in the outbox that may change later: what each shows, and which earlier one it takes the place of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("about", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    shown = sa.text("about <> ''")
    op.create_index("ix_outbox_about", "outbox", ["about"], sqlite_where=shown, postgresql_where=shown)
