"""Whether a volunteer lives outside the area: where a campaign has one commune only, its unit does not tell."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    op.add_column("volunteers", sa.Column("outside", sa.Boolean(), server_default=sa.false(), nullable=False))
    volunteers = sa.table("volunteers", *map(sa.column, ("unit_id", "outside")))
    units = sa.table("units", *map(sa.column, ("id", "kind")))
    wider = sa.select(units.c.id).where(units.c.kind != "commune")
    op.execute(sa.update(volunteers).where(volunteers.c.unit_id.in_(wider)).values(outside=sa.true()))
