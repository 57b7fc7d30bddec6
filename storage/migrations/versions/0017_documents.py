"""Files that people are sent are kept once, and messages only name them; copies of one's data are made one a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database.columns

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    big, instant = storage.database.columns.BigId, storage.database.columns.Instant()
    op.create_table(
        "documents",
        sa.Column("id", big, nullable=False),
        sa.Column("account_id", big, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_documents_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_account_id", "documents", ["account_id"])
    op.create_index("ix_documents_created_at", "documents", ["created_at"])
    op.create_table(
        "copies",
        sa.Column("person_id", big, autoincrement=False, nullable=False),
        sa.Column("account_id", big, nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("made_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_copies_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_copies_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_copies")),
    )
