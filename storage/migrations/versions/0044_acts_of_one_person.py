"""An index by which it is found how often somebody has done something lately."""

from __future__ import annotations

from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    op.create_index("ix_audit_actor_act_at", "audit", ["actor", "act", "at"])
