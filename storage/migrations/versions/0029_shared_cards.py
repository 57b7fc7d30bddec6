"""Links to a household's public card, which expire and can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "shared_cards",
        sa.Column("id", BigId, nullable=False),
        sa.Column("address_id", BigId, nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("taken_back_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_shared_cards_address_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_cards")),
        sa.UniqueConstraint("code_index", name=op.f("uq_shared_cards_code_index")),
    )
    op.create_index(op.f("ix_shared_cards_address_id"), "shared_cards", ["address_id"])
