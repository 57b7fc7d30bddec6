"""Sessions of staff are renewed and must be confirmed: by a code on another account, or a passphrase."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import Instant

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("confirmed_at", Instant(), nullable=True))
    op.add_column("web_sessions", sa.Column("fresh", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_web_sessions_address", "web_sessions", ["address"])
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "proofs",
        sa.Column("person_id", big, autoincrement=False, nullable=False),
        sa.Column("passphrase", sa.Text(), server_default="", nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("since", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_proofs_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_proofs")),
    )
