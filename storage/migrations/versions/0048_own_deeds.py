"""Whether a deed is told by who did it: her name as the doer is published only while she agrees to that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.written import plain

revision = "0048"
down_revision = "0047"
ROWS = 500


def upgrade() -> None:
    op.add_column("deeds", sa.Column("done_by_teller", sa.Boolean(), server_default=sa.false(), nullable=False))
    deeds = sa.table("deeds", *map(sa.column, ("id", "person_id", "doer_name", "reporter_name", "done_by_teller")))
    volunteers = sa.table("volunteers", *map(sa.column, ("person_id", "full_name")))
    told = sa.select(deeds.c.id, deeds.c.doer_name, deeds.c.reporter_name, volunteers.c.full_name).select_from(
        deeds.outerjoin(volunteers, volunteers.c.person_id == deeds.c.person_id)
    )
    after = 0
    while rows := op.get_bind().execute(told.where(deeds.c.id > after).order_by(deeds.c.id).limit(ROWS)).all():
        after = rows[-1].id
        own = [row.id for row in rows if plain(row.doer_name) in map(plain, filter(None, row[2:]))]
        op.execute(sa.update(deeds).where(deeds.c.id.in_(own)).values(done_by_teller=sa.true()))
