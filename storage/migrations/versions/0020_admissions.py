"""How much is used up of what strangers may use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "admissions",
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("since_at", storage.database.columns.Instant(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("people", "messages", "bytes", "photos", "photo_bytes", "pledges")
        ),
        sa.PrimaryKeyConstraint("who", "since_at", name=op.f("pk_admissions")),
    )
