"""What several processes on one database need: leases, and the first in line of each address found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("token", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_at", storage.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_inbox_line", "inbox", ["channel", "address", "id"], sqlite_where=waiting, postgresql_where=waiting)
    open_ = sa.text("state IN ('waiting', 'leased')")
    op.create_index("ix_outbox_line", "outbox", ["channel", "address", "id"], sqlite_where=open_, postgresql_where=open_)
