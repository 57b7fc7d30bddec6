"""Whether a deed is told by who did it: her name as the doer is published only while she agrees to that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    op.add_column("deeds", sa.Column("done_by_teller", sa.Boolean(), server_default=sa.false(), nullable=False))
    deeds = sa.table("deeds", *map(sa.column, ("person_id", "doer_name", "reporter_name", "done_by_teller")))
    volunteers = sa.table("volunteers", *map(sa.column, ("person_id", "full_name")))
    registered = sa.exists().where(
        volunteers.c.person_id == deeds.c.person_id, volunteers.c.full_name == deeds.c.doer_name
    )
    told = sa.and_(deeds.c.reporter_name != "", deeds.c.reporter_name == deeds.c.doer_name)
    op.execute(sa.update(deeds).where(sa.or_(told, registered)).values(done_by_teller=sa.true()))
