"""A change of an approved household that waits for a second officer can be in somebody's hand like everything that waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant, Words

revision = "0061"
down_revision = "0060"

KINDS = "kind IN ('address', 'pledge', 'deed', 'volunteer', 'question', 'appeal', 'change')"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("takings", copy_from=_takings(), recreate="always"):
            pass
    else:
        op.drop_constraint(op.f("ck_takings_kind"), "takings", type_="check")
        op.create_check_constraint(op.f("ck_takings_kind"), "takings", KINDS)


def _takings() -> sa.Table:
    """The table as it is, with one kind more: SQLite changes no rule of a table, so that it is made anew."""
    return sa.Table(
        "takings",
        sa.MetaData(),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("code", Words(), nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("given_by", BigId, nullable=True),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.CheckConstraint(KINDS, name="ck_takings_kind"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_takings_person_id"),
        sa.PrimaryKeyConstraint("kind", "code", name="pk_takings"),
        sa.Index("ix_takings_person_id", "person_id"),
    )
