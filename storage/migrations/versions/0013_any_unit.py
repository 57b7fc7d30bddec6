"""Units without a code on the same day, such as hamlets; invitations that the operator makes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("units") as units:
        units.drop_constraint("uq_units_code_valid_from_on", type_="unique")
    with_code = sa.text("code <> ''")
    op.create_index(
        "uq_units_code_valid_from_on", "units", ["code", "valid_from_on"], unique=True,
        sqlite_where=with_code, postgresql_where=with_code,
    )
    with op.batch_alter_table("invitations") as invitations:
        invitations.alter_column("invited_by_id", existing_type=sa.BigInteger(), nullable=True)
