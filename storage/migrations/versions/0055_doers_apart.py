"""The words of a deed are indexed anew: its doer's name stands by itself now, since it may be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    marks = sa.table("word_marks", sa.column("kind"))
    op.execute(sa.delete(marks).where(marks.c.kind == "deeds"))
