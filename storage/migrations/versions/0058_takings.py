"""Who has something in hand is kept in one house for everything; of a deed it ran out after ten minutes, and is let go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant, Words

revision = "0058"
down_revision = "0057"

KINDS = "kind IN ('address', 'pledge', 'deed', 'volunteer', 'question', 'appeal')"


def upgrade() -> None:
    op.create_table(
        "takings",
        sa.Column("kind", Words(), nullable=False),
        sa.Column("code", Words(), nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("given_by", BigId, nullable=True),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_takings_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_takings_person_id")),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_takings")),
    )
    op.create_index(op.f("ix_takings_person_id"), "takings", ["person_id"])
    for name in ("taken_by", "taken_as", "taken_at"):
        op.drop_column("deeds", name)
