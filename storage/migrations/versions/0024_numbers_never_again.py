"""On SQLite too, a message of the web chat never gets the number of one that was erased."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("web_messages", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
