"""Broadcasts, and the ledger of their copies."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint

from storage.database.columns import BigId
from storage.tables.columns import flag, instant, integer, key, metadata, of, one_of, partial_index, string

BUSY = ("planned", "running", "cancelling", "correcting", "recalling")
"""The states of a broadcast in which the program has something to do by itself."""

broadcasts = Table(
    "broadcasts",
    metadata,
    key(),
    of("campaigns", "campaign_id"),
    Column("author_id", BigId, ForeignKey("people.id"), nullable=True),  # nobody where the calendar speaks
    Column("approved_by_id", BigId, ForeignKey("people.id"), nullable=True),
    Column(
        "message_id", BigId, nullable=True, index=True
    ),  # of the calendar; no foreign key: SQLite would copy the table
    Column("occurrence_key", sa.Text, nullable=True),  # of the calendar: what is sent once
    Column("corrects_id", BigId, nullable=True),  # the one that it puts right; no foreign key, for the same reason
    string("subject", default=""),  # what its computed content is about, so that it is not told again
    Column("texts", sa.JSON, nullable=False),  # by language, as the officer typed them
    string("fallback", default=""),  # the language for readers whose own is missing; empty leaves them out
    string("picture", default=""),
    Column("pictures", sa.JSON, nullable=False, server_default="{}"),  # by language, where there are words in it
    Column("links", sa.JSON, nullable=False),
    Column("audience", sa.JSON, nullable=False),
    flag("urgent"),  # goes out in quiet hours too
    string("state", default="draft"),
    string("problem", default=""),  # why it paused by itself
    integer("revision", default=0),  # how often its text was corrected; a correction's is its text's
    integer("recipients", default=0),  # rows written to the ledger
    integer("last_person_id", default=0),  # of the audience as it was frozen
    integer("cursor", default=0),  # people up to here are in the ledger
    instant("created_at"),
    instant("tested_at", nullable=True),
    instant("looked_right_at", nullable=True),
    instant("send_at", nullable=True),  # as the officer wishes
    instant("go_at", nullable=True),  # when the time to undo it is over
    instant("expires_at", nullable=True),  # of the calendar: after this nothing goes out without an officer's word
    instant("frozen_at", nullable=True),
    instant("expanded_at", nullable=True),
    instant("started_at", nullable=True),
    instant("told_at", nullable=True),  # how far it is
    instant("ended_at", nullable=True),
    Column("outcomes", sa.JSON, nullable=True),  # at the end, by state; what remains when the ledger is swept
    UniqueConstraint("occurrence_key"),
    partial_index("ix_broadcasts_open", "state", where=f"state IN {BUSY}"),
    one_of("state", ("draft", "waiting", *BUSY, "paused", "done", "cancelled", "recalled")),
)

templates = Table(
    "templates",
    metadata,
    key(),
    string("name"),
    string("folded_name"),
    Column("texts", sa.JSON, nullable=False),  # by language
    string("kept_by"),  # as the audit log names her
    instant("kept_at"),
    UniqueConstraint("folded_name"),
)

deliveries = Table(
    "deliveries",
    metadata,
    key(),
    of("broadcasts", "broadcast_id"),
    of("people", "person_id"),
    Column("account_id", BigId, nullable=True),  # no foreign key: erasing somebody would look through all rows
    string("channel"),
    string("state", default="planned"),
    string("reason", default=""),
    integer("revision", default=0),  # of the text that stands there
    integer("attempts", default=0),
    string("owner", default=""),
    string("message_id", default=""),
    instant("due_at"),
    instant("leased_until", nullable=True),
    instant("sent_at", nullable=True),
    UniqueConstraint("person_id", "broadcast_id"),
    Index(None, "broadcast_id", "state", "channel", "revision", "id"),
    one_of("state", ("planned", "leased", "sent", "failed", "gone", "opted_out", "skipped", "unknown")),
)
