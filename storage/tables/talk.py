"""People and their accounts, the places where they stand, and what comes in and goes out."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, UniqueConstraint

from storage.database.columns import BigId, Instant, Words
from storage.tables.columns import flag, instant, integer, key, metadata, of, one_of, partial_index, string

people = Table(
    "people",
    metadata,
    key(),
    string("language"),
    instant("created_at"),
    instant("blocked_at", nullable=True),
)

accounts = Table(
    "accounts",
    metadata,
    key(),
    of("people", "person_id", index=True),
    string("channel"),
    string("address"),
    string("state", default="open"),
    flag("announcements_here"),
    string("source", default=""),
    instant("created_at"),
    instant("heard_at", nullable=True),
    # The flood gate: a bucket of messages that fills again with time.
    Column("bucket", sa.Float, nullable=False, server_default="0"),
    instant("bucket_at", nullable=True),
    instant("muted_until", nullable=True),
    instant("free_at", nullable=True),  # not before may it be sent the next message
    Column("phone_index", LargeBinary, nullable=True, index=True),  # of the number that its channel says is its owner's
    instant(
        "confirmed_at", nullable=True
    ),  # when its owner last proved who she is, where having the browser is no proof
    UniqueConstraint("channel", "address"),
    one_of("state", ("open", "blocked")),
)

consents = Table(
    "consents",
    metadata,
    key(),
    of("people", "person_id", index=True),
    string("purpose"),
    string("text_version"),
    string("text_hash"),
    string("language"),
    string("channel"),
    instant("given_at"),
    instant("withdrawn_at", nullable=True),
    one_of("purpose", ("take_part", "announcements", "publish_name")),
)

places = Table(
    "places",
    metadata,
    Column("person_id", BigId, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    string("form"),
    Column("place", LargeBinary, nullable=False),  # sealed: answers hold phone numbers
    instant("updated_at", index=True),
    instant("nudged_at", nullable=True),  # she was told that it is still open
)

inbox = Table(
    "inbox",
    metadata,
    key(),
    string("channel"),
    string("update_key"),
    string("address"),
    Column("payload", LargeBinary, nullable=True),  # sealed; emptied when its time is over
    Column(
        "media", sa.JSON(none_as_null=True), nullable=True
    ),  # what became of its file; the rows of a spreadsheet are sealed
    string("state", default="waiting"),
    integer("attempts", default=0),
    string("error", default=""),
    instant("received_at", index=True),
    instant("due_at"),
    UniqueConstraint("channel", "update_key"),
    # Who is first in line at each address.
    partial_index("ix_inbox_line", "channel", "address", "id", where="state = 'waiting'"),
    partial_index("ix_inbox_waiting", "id", where="state = 'waiting'"),
    # What the sweeper looks for.
    partial_index("ix_inbox_kept", "received_at", where="payload IS NOT NULL"),
    partial_index("ix_inbox_files", "received_at", where="media IS NOT NULL"),
    one_of("state", ("waiting", "done", "dead")),
)

outbox = Table(
    "outbox",
    metadata,
    key(),
    string("channel"),
    string("address"),
    Column("account_id", BigId, ForeignKey("accounts.id"), nullable=True, index=True),
    string("dedupe_key"),
    string("kind", default="reply"),
    integer("lane", default=1),  # of those that wait at one address: the lowest lane goes first
    string("about", default=""),  # what it shows, if that may change: «deed:7»
    Column("replaces_id", BigId, nullable=True),  # the earlier message that it takes the place of
    Column("body", LargeBinary, nullable=True),  # sealed; emptied when its time is over
    string("state", default="waiting"),
    integer("attempts", default=0),
    string("reason", default=""),
    string("message_id", default=""),
    instant("created_at", index=True),
    instant("due_at"),
    instant("leased_until", nullable=True),
    string("owner", default=""),
    instant("sent_at", nullable=True),
    UniqueConstraint("dedupe_key"),
    partial_index("ix_outbox_line", "channel", "address", "lane", "id", where="state IN ('waiting', 'leased')"),
    partial_index("ix_outbox_open", "id", where="state IN ('waiting', 'leased')"),
    partial_index("ix_outbox_about", "about", where="about <> ''"),
    partial_index("ix_outbox_kept", "created_at", where="body IS NOT NULL"),
    partial_index("ix_outbox_told", "account_id", "created_at", where="kind = 'notice'"),
    one_of("kind", ("reply", "notice", "broadcast")),
    one_of("state", ("waiting", "leased", "sent", "failed", "gone", "unknown", "opted_out", "skipped")),
)

paces = Table(
    "paces",
    metadata,
    Column("channel", sa.Text, primary_key=True),
    Column("slots", sa.JSON, nullable=False),  # the instants of the last second, and those given away ahead
    instant("reply_at", nullable=True),  # not before may the next reply go out, the next broadcast
    instant("broadcast_at", nullable=True),
    Column(
        "share", sa.Float, nullable=False, server_default="1"
    ),  # of the full pace, after the platform asked for less
    instant("slowed_at", nullable=True),
    instant("paused_until", nullable=True),
    instant("sent_at", nullable=True),  # the last copy of a broadcast
)

listening = Table(
    "listening",
    metadata,
    Column("channel", Words, primary_key=True),
    instant("received_at"),  # when its platform last answered, also that there was nothing
)

quotas = Table(
    "quotas",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("month", sa.Date, primary_key=True),  # its first day
    integer("sent", default=0),
    integer("received", default=0),
    instant("warned_at", nullable=True),
    instant("refused_at", nullable=True),  # when its platform said that the month's quota is used up
)

channel_errors = Table(
    "channel_errors",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    string("reason"),
    instant("seen_at"),
)

channel_notes = Table(
    "channel_notes",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("name", Words, primary_key=True),  # what was found out of its platform: signature, buttons, received
    string("said"),
    instant("noted_at"),
)

channel_counts = Table(
    "channel_counts",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("month", sa.Date, primary_key=True),  # its first day
    Column("kind", Words, primary_key=True),  # of messages that a platform counts apart: free, paid, template
    integer("n"),
)

channel_tokens = Table(
    "channel_tokens",
    metadata,
    key(),  # the newest of a channel is the one that is used; the others are kept for the audit
    string("channel"),
    string("whose"),  # the account on the platform that agreed
    Column("sealed", LargeBinary, nullable=False),  # the access token and the token that gets the next pair
    instant("made_at"),
    instant("expires_at"),
    instant("refused_at", nullable=True),  # the platform gives no next pair for it: a human must agree again
    string("reason", default=""),
    Index(None, "channel", "id"),
)

journeys = Table(
    "journeys",
    metadata,
    Column("day_on", sa.Date, primary_key=True),
    Column("form", sa.Text, primary_key=True),
    Column("field", sa.Text, primary_key=True),  # the open question of those who left; empty otherwise
    Column("state", sa.Text, primary_key=True),
    integer("n"),
    one_of("state", ("begun", "finished", "left")),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token_index", LargeBinary, primary_key=True),
    Column("address", Words, nullable=False, index=True),
    instant("created_at"),
    instant("seen_at", index=True),
    flag("fresh"),  # it takes the place of the others at its address, as soon as it is used
)

web_messages = Table(
    "web_messages",
    metadata,
    key(),
    string("address"),
    string("dedupe_key"),
    flag("mine"),
    Column("body", LargeBinary, nullable=False),  # sealed
    instant("created_at", index=True),
    instant("replaced_at", nullable=True),
    UniqueConstraint("dedupe_key"),
    Index(None, "address", "id"),
    # A page leaves out what is not newer than the newest message it has: the number of an erased one must not come again.
    sqlite_autoincrement=True,
)

web_pushes = Table(
    "web_pushes",
    metadata,
    Column("address", Words, primary_key=True),
    instant("offered_at"),
    Column("subscription", LargeBinary, nullable=True),  # sealed: where its browser's push service takes what is for it
    instant("subscribed_at", nullable=True),
    instant("due_at", nullable=True),  # there is news that nobody looks at; while it is told, the end of that lease
    instant("told_at", nullable=True),  # its owner was told, and nobody has looked since
    integer("attempts", default=0),
    partial_index("ix_web_pushes_due", "due_at", where="due_at IS NOT NULL"),
)

admissions = Table(
    "admissions",
    metadata,
    Column("who", LargeBinary, primary_key=True),  # an account, a source or a channel, as a keyed hash
    Column("since_at", Instant(), primary_key=True),
    *(integer(name, default=0) for name in ("people", "messages", "bytes", "photos", "photo_bytes", "pledges")),
)
