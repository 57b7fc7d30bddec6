"""Charts that belong to a message of the calendar, one for each language."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("broadcasts", sa.Column("pictures", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("charts", sa.Column("kept", sa.Boolean(), server_default=sa.false(), nullable=False))
