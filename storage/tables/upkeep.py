"""What the program keeps about itself: the audit log, its seals, its index of words and its leases."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, LargeBinary, Table

from storage.database.columns import BigId, Words
from storage.tables.columns import flag, instant, integer, key, metadata, of, string

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
    Index(None, "actor", "act", "at"),
)

seals = Table(
    "seals",
    metadata,
    Column("name", Words, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

words = Table(
    "words",
    metadata,
    Column("word", sa.BigInteger, primary_key=True, autoincrement=False),  # a keyed hash of it
    Column("row_id", BigId, primary_key=True, autoincrement=False),
    string("kind"),  # the table in whose row it stands
    Index(None, "kind", "row_id"),
    sqlite_with_rowid=False,
)

word_marks = Table(
    "word_marks",
    metadata,
    Column("kind", Words, primary_key=True),
    string("key_id"),
    integer("after"),  # up to this primary key the table is indexed
    flag("done"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),  # what only one process may do at a time
    string("owner"),
    integer("token", default=0),  # counts the owners, so that a late one is known
    instant("expires_at"),  # by the database's clock
)

clock_marks = Table(
    "clock_marks",
    metadata,
    Column("name", sa.Text, primary_key=True),
    instant("at"),  # the latest instant that this program has lived through
)

troubles = Table(
    "troubles",
    metadata,
    Column("name", sa.Text, primary_key=True),  # what is wrong, such as «telegram:webhook»
    string("sentence"),
    Column("params", sa.JSON, nullable=False),
    instant("since_at"),
    instant("seen_at"),  # when somebody last saw that it is still there
)

asked_backups = Table(
    "asked_backups",
    metadata,
    key(),
    of("people", "person_id"),  # who asked, at this account
    of("accounts", "account_id"),
    string("public_key", default=""),  # in the age format, to which an export is sealed; empty: a backup
    flag("by_file"),
    instant("asked_at"),
    instant("ended_at", nullable=True),
    string("name", default=""),  # of the file
    string("failed", default=""),
    Column("document_id", BigId, nullable=True),
)

processes = Table(
    "processes",
    metadata,
    Column("name", Words, primary_key=True),  # made up at its start
    string("host"),
    string("version"),
    instant("started_at"),
    instant("seen_at"),
    Column("disk_free", BigId, nullable=False),  # bytes, where it keeps its files
)
