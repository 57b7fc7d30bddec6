"""Indexes by which the sweeper finds what is over in pieces, however much is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    for name, table, column, where in (
        ("ix_inbox_kept", "inbox", "received_at", "payload IS NOT NULL"),
        ("ix_inbox_files", "inbox", "received_at", "media IS NOT NULL"),
        ("ix_outbox_kept", "outbox", "created_at", "body IS NOT NULL"),
    ):
        op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
