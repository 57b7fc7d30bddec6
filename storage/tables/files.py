"""Pictures, voice messages, the charts that become one when somebody looks at them, and files that people are sent."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, LargeBinary, Table

from storage.database.columns import BigId, Words
from storage.tables.columns import flag, instant, integer, key, metadata, of, string

pictures = Table(
    "pictures",
    metadata,
    Column("name", Words, primary_key=True),  # random and public; says nothing of the content
    string("file"),  # the content's own name in the file store
    Column("account_id", BigId, ForeignKey("accounts.id"), nullable=True, index=True),
    integer("bytes"),
    integer("width"),
    integer("height"),
    flag("kept"),  # belongs to a deed, an address, …; otherwise it goes after a while
    instant("created_at", index=True),
)

voices = Table(
    "voices",
    metadata,
    Column("name", Words, primary_key=True),  # random, and ends with its format; says nothing of the content
    string("file"),
    Column("account_id", BigId, ForeignKey("accounts.id"), nullable=True, index=True),
    integer("bytes"),
    flag("kept"),  # belongs to a thread; otherwise it goes after a while
    instant("created_at", index=True),
)

charts = Table(
    "charts",
    metadata,
    Column("name", sa.Text, primary_key=True),  # of the picture that it becomes when somebody first looks at it
    Column("chart", sa.JSON, nullable=False),
    flag("kept"),  # its picture belongs to something; otherwise it goes after a while
    instant("created_at"),
)

loose_files = Table(
    "loose_files",
    metadata,
    Column("file", Words, primary_key=True),  # being written, or to be deleted: then since ever
    instant("since_at", index=True),
)

documents = Table(
    "documents",
    metadata,
    key(),
    of("accounts", "account_id", nullable=True, index=True),
    Column("content", LargeBinary, nullable=False),  # sealed; messages name it by its id
    instant("created_at", index=True),
)
