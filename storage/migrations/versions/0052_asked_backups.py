"""Backups and exports that admins ask for in the chat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant, Words

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    op.create_table(
        "asked_backups",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("public_key", Words(), server_default="", nullable=False),
        sa.Column("by_file", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("name", Words(), server_default="", nullable=False),
        sa.Column("failed", Words(), server_default="", nullable=False),
        sa.Column("document_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_asked_backups_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_asked_backups_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_backups")),
    )
