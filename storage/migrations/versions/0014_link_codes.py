"""A code for linking accounts is confirmed where it was made, and old ones do not slow new ones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute(sa.text("DELETE FROM link_codes"))  # six digits, good for minutes only
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("link_codes") as table:
        table.add_column(sa.Column("asked_by", big, nullable=True))
        table.add_column(sa.Column("asked_at", big, nullable=True))
        table.add_column(sa.Column("choices", sa.JSON(none_as_null=True), nullable=True))
    op.create_index("ix_link_codes_person_id", "link_codes", ["person_id"])
    op.create_index("ix_link_codes_expires_at", "link_codes", ["expires_at"])
    op.create_index("ix_link_tries_tried_at", "link_tries", ["tried_at"])
