"""Changes of who and where a household is: what it was and becomes lies sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    op.add_column("address_changes", sa.Column("sealed", sa.LargeBinary(), nullable=True))
