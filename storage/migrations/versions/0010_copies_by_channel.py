"""The copies of a broadcast by channel: looking for those of one channel must not read those of the others."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.drop_index("ix_deliveries_broadcast_id_state_revision_id", "deliveries")
    by_channel = ["broadcast_id", "state", "channel", "revision", "id"]
    op.create_index("ix_deliveries_broadcast_id_state_channel_revision_id", "deliveries", by_channel)
