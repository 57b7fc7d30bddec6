"""Appeals against the refusal of a deed or of a proposed household."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant, Words

revision = "0042"
down_revision = "0041"
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("code", Words(), nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("unit_id", BigId, nullable=False),
        sa.Column("refused_by", BigId, nullable=True),
        sa.Column("refused_at", Instant(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", Words(), server_default="waiting", nullable=False),
        sa.Column("decided_by", BigId, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('deed', 'address')", name=op.f("ck_appeals_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'upheld', 'reversed', 'withdrawn')", name=op.f("ck_appeals_state")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_appeals_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_appeals_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_appeals_kind_code")),
    )
    op.create_index("ix_appeals_person_id", "appeals", ["person_id"])
    op.create_index(
        "ix_appeals_waiting",
        "appeals",
        ["created_at", "id", "unit_id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
