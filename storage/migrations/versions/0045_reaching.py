"""Officers write to volunteers, and keep notes of their own on a card."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant, Words

revision = "0045"
down_revision = "0044"

KINDS = "kind IN ('question', 'deed', 'pledge', 'address', 'volunteer')"
WAITING, OPEN = sa.text("asked_at IS NOT NULL"), sa.text("state <> 'closed'")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("threads", copy_from=_threads(), recreate="always"):
            pass
    else:
        op.drop_constraint(op.f("ck_threads_kind"), "threads", type_="check")
        op.create_check_constraint(op.f("ck_threads_kind"), "threads", KINDS)
    op.create_table(
        "notes",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("code", Words(), nullable=False),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", BigId, nullable=True),
        sa.Column("written_at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('address', 'pledge', 'deed', 'volunteer')", name=op.f("ck_notes_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_code"), "notes", ["code"])
    op.create_index(op.f("ix_notes_person_id"), "notes", ["person_id"])


def _threads() -> sa.Table:
    """The table as it is, with one kind more: SQLite changes no rule of a table, so that it is made anew."""
    return sa.Table(
        "threads",
        sa.MetaData(),
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("code", Words(), nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("unit_id", BigId, nullable=False),
        sa.Column("state", Words(), server_default="told", nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("turned_at", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("spoken_at", Instant(), nullable=False),
        sa.Column("dedupe_key", Words(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint(KINDS, name="ck_threads_kind"),
        sa.CheckConstraint("state IN ('told', 'open', 'closed')", name="ck_threads_state"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_threads_person_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_threads_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_threads"),
        sa.UniqueConstraint("kind", "code", name="uq_threads_kind_code"),
        sa.UniqueConstraint("dedupe_key", name="uq_threads_dedupe_key"),
        sa.Index("ix_threads_person_id", "person_id"),
        sa.Index("ix_threads_spoken_at", "spoken_at"),
        sa.Index("ix_threads_waiting", "asked_at", "id", "unit_id", sqlite_where=WAITING, postgresql_where=WAITING),
        sa.Index("ix_threads_open", "spoken_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )
