"""What somebody was told lately is found at once, so that notices stay a few a minute."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    notices = sa.text("kind = 'notice'")
    columns = ["account_id", "created_at"]
    op.create_index("ix_outbox_told", "outbox", columns, sqlite_where=notices, postgresql_where=notices)
