"""What an officer asked to have as PDF waits here, sealed, until it is set."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("person_id", storage.database.columns.BigId, autoincrement=False, nullable=False),
        sa.Column("account_id", storage.database.columns.BigId, nullable=False),
        sa.Column("name", storage.database.columns.Words(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", storage.database.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_papers_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_papers_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_papers")),
    )
