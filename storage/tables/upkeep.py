"""What the program keeps about itself: the audit log, its seal and its leases."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, LargeBinary, Table

from storage.database.columns import Words
from storage.tables.columns import instant, integer, key, metadata, string

audit = Table(
    "audit",
    metadata,
    key(),
    instant("at"),
    string("actor"),
    string("act"),
    string("object"),
    Column("details", sa.JSON, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
)

seals = Table(
    "seals",
    metadata,
    Column("name", Words, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),  # what only one process may do at a time
    string("owner"),
    integer("token", default=0),  # counts the owners, so that a late one is known
    instant("expires_at"),  # by the database's clock
)
