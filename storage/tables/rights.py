"""Codes by which a person joins her accounts."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table

from storage.tables.columns import instant, key, metadata, of

link_codes = Table(
    "link_codes",
    metadata,
    key(),
    of("people", "person_id"),
    of("accounts", "account_id"),
    Column("code_index", LargeBinary, nullable=False, unique=True),
    instant("created_at"),
    instant("expires_at"),
)

link_tries = Table(
    "link_tries",
    metadata,
    key(),
    of("accounts", "account_id", index=True),
    instant("tried_at"),
)
