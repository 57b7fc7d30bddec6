"""What answers somebody goes before the notices that wait for her."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

OPEN = "state IN ('waiting', 'leased')"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("lane", sa.BigInteger(), server_default="1", nullable=False))
    begun = "state = 'leased' OR message_id <> ''"
    op.execute(f"UPDATE outbox SET lane = CASE WHEN {begun} THEN 0 ELSE 2 END WHERE {OPEN} AND (kind <> 'reply' OR {begun})")
    op.drop_index("ix_outbox_line", table_name="outbox")
    where = sa.text(OPEN)
    columns = ["channel", "address", "lane", "id"]
    op.create_index("ix_outbox_line", "outbox", columns, sqlite_where=where, postgresql_where=where)
