"""Invitations for one person and such as wait for a second admin; numbers that channels vouch for; when a survey was verified."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Instant

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("invitations") as table:
        table.alter_column("code_index", existing_type=sa.LargeBinary(), nullable=True)
        table.add_column(sa.Column("person_id", big, nullable=True))
        table.add_column(sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.create_foreign_key("fk_invitations_person_id", "people", ["person_id"], ["id"])
    op.add_column("accounts", sa.Column("phone_index", sa.LargeBinary(), nullable=True))
    op.add_column("addresses", sa.Column("verified_at", Instant(), nullable=True))
