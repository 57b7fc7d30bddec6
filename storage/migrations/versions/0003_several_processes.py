"""What several processes on one database need: leases, and the first in line of each address found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("token", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_at", storage.database.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    for table, name, holds in (("inbox", "waiting", "state = 'waiting'"), ("outbox", "open", "state IN ('waiting', 'leased')")):
        which = sa.text(holds)
        op.drop_index(f"ix_{table}_{name}", table)
        op.create_index(f"ix_{table}_{name}", table, ["id"], sqlite_where=which, postgresql_where=which)
        line = ["channel", "address", "id"]
        op.create_index(f"ix_{table}_line", table, line, sqlite_where=which, postgresql_where=which)
