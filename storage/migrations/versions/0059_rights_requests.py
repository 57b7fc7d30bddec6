"""What people ask about their own data, until when it is due, and the proof of what was done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant, Words

revision = "0059"
down_revision = "0058"
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "rights_requests",
        sa.Column("id", BigId, nullable=False),
        sa.Column("request_key", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("source", Words(), nullable=False),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("asker", Words(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answer_due_at", Instant(), nullable=False),
        sa.Column("act_due_at", Instant(), nullable=False),
        sa.Column("entered_by", BigId, nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", BigId, nullable=True),
        sa.Column("state", Words(), server_default="open", nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", BigId, nullable=True),
        sa.CheckConstraint(
            "kind IN ('copy', 'correct', 'erase', 'withdraw', 'restrict', 'object', 'complain')",
            name=op.f("ck_rights_requests_kind"),
        ),
        sa.CheckConstraint(
            "source IN ('self', 'words', 'office', 'restore')", name=op.f("ck_rights_requests_source")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'refused', 'withdrawn')", name=op.f("ck_rights_requests_state")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_rights_requests_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_requests")),
        sa.UniqueConstraint("request_key", name=op.f("uq_rights_requests_request_key")),
    )
    op.create_index("ix_rights_requests_person_id", "rights_requests", ["person_id"])
    op.create_index(
        "ix_rights_requests_open", "rights_requests", ["act_due_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
