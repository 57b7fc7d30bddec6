"""Who agreed by word of mouth has a name there: somebody may promise or propose something without registering."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    op.add_column("spoken_consents", sa.Column("name", sa.Text(), server_default="", nullable=False))
