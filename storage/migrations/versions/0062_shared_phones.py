"""An account is found by the number that its channel says is its owner's: a search read through all of them, six times."""

from __future__ import annotations

from alembic import op

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    op.create_index("ix_accounts_phone_index", "accounts", ["phone_index"])
