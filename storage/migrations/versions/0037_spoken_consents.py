"""What people without an account agreed to by word of mouth, who noted it, and the slip by which they come themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Instant

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "spoken_consents",
        sa.Column("id", big, nullable=False),
        sa.Column("person_id", big, nullable=False),
        sa.Column("noted_by", big, nullable=True),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.Column("birth_year", sa.BigInteger(), nullable=False),
        sa.Column("slip_index", sa.LargeBinary(), nullable=True),
        sa.Column("slip_until", Instant(), nullable=True),
        sa.Column("wrong_years", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("came_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_spoken_consents_person_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["people.id"], name=op.f("fk_spoken_consents_noted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken_consents")),
        sa.UniqueConstraint("slip_index", name=op.f("uq_spoken_consents_slip_index")),
    )
    op.create_index("ix_spoken_consents_person_id", "spoken_consents", ["person_id"])
    op.create_index("ix_spoken_consents_noted_by", "spoken_consents", ["noted_by"])
