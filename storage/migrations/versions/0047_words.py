"""An index of whole words by keyed hashes, and how far each table is indexed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Words

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    op.create_table(
        "words",
        sa.Column("word", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_id", BigId, autoincrement=False, nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.PrimaryKeyConstraint("word", "row_id", name=op.f("pk_words")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_words_kind_row_id"), "words", ["kind", "row_id"])
    op.create_table(
        "word_marks",
        sa.Column("kind", Words(), nullable=False),
        sa.Column("key_id", Words(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_word_marks")),
    )
