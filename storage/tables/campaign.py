"""Units, the campaign, its staff, its settings and its calendar."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, LargeBinary, Table, UniqueConstraint

from storage.database.columns import BigId, Words
from storage.tables.columns import flag, instant, integer, key, metadata, of, one_of, partial_index, string

units = Table(
    "units",
    metadata,
    key(),
    Column("parent_id", BigId, ForeignKey("units.id"), nullable=True),
    string("kind"),
    string("code", default=""),
    string("name"),
    Column("valid_from_on", sa.Date, nullable=False),
    Column("valid_to_on", sa.Date, nullable=True),
    partial_index(
        "uq_units_code_valid_from_on", "code", "valid_from_on", where="code <> ''", unique=True
    ),  # hamlets have none
    one_of("kind", ("province", "district", "commune", "hamlet", "branch")),
)

unit_aliases = Table(
    "unit_aliases",
    metadata,
    key(),
    of("units", "unit_id", index=True),
    string("name"),
    string("code", default=""),
)

campaigns = Table(
    "campaigns",
    metadata,
    key(),
    string("prefix"),
    integer("year"),
    string("title"),
    string("theme", default=""),
    string("organiser"),
    string("hotline", default=""),
    of("units", "unit_id"),
    Column("first_on", sa.Date, nullable=False),
    Column("last_on", sa.Date, nullable=False),
    Column("peak_first_on", sa.Date, nullable=True),
    Column("peak_last_on", sa.Date, nullable=True),
    Column("goals", sa.JSON, nullable=False, server_default="{}"),
    flag("active"),
    integer("last_receipt", default=0),  # the series has no gaps: it is counted in the transaction that uses the number
    UniqueConstraint("prefix"),
)

posters = Table(
    "posters",
    metadata,
    Column("code", Words, primary_key=True),
    string("title"),
    string("leads_to", default=""),  # a command line
)

staff = Table(
    "staff",
    metadata,
    key(),
    of("people", "person_id", index=True),
    string("role"),
    of("units", "unit_id", nullable=True),
    instant("granted_at"),
    instant("revoked_at", nullable=True),
    one_of("role", ("officer", "admin")),
)

invitations = Table(
    "invitations",
    metadata,
    key(),
    Column(
        "code_index", LargeBinary, nullable=True, unique=True
    ),  # the code itself is kept nowhere; none: for one person
    string("role"),
    of("units", "unit_id", nullable=True),
    of("people", "invited_by_id", nullable=True),  # none: the operator made it, on the command line
    of("people", "person_id", nullable=True),  # who is to hold the role, if that is known; she needs no code
    flag("waits"),  # for another admin's yes
    instant("created_at"),
    instant("expires_at"),
    instant("used_at", nullable=True),
    one_of("role", ("officer", "admin")),
)

handovers = Table(
    "handovers",
    metadata,
    key(),
    of("units", "unit_id", index=True),
    string("place"),
    string("hours"),
    string("receiver"),
)

settings = Table(
    "settings",
    metadata,
    Column("name", sa.Text, primary_key=True),
    string("value"),
)

ready_answers = Table(
    "ready_answers",
    metadata,
    key(),
    of("campaigns", "campaign_id"),
    string("topic"),
    Column("texts", sa.JSON, nullable=False),  # by language; of the account for gifts its bank, number and holder
    string("state"),
    string("written_by"),  # as the audit log names her
    instant("written_at"),
    partial_index("uq_ready_answers_live", "campaign_id", "topic", where="state = 'live'", unique=True),
    partial_index("uq_ready_answers_waiting", "campaign_id", "topic", where="state = 'waiting'", unique=True),
    one_of("state", ("live", "waiting", "past")),
)

lessons = Table(
    "lessons",
    metadata,
    key(),
    string("said"),  # without names and numbers
    string("intent"),
    string("state", default="waiting"),
    Column("source_index", LargeBinary, nullable=False, unique=True),  # of the thread, which nobody can find from here
    string("taught_by"),  # as the audit log names her
    string("decided_by", default=""),
    instant("taught_at"),
    one_of("state", ("waiting", "accepted", "refused", "live", "unfit")),
)

learned = Table(
    "learned",
    metadata,
    key(),
    Column("patch", LargeBinary, nullable=False),  # of all live lessons; the newest counts
    instant("learned_at"),
)

campaign_messages = Table(
    "campaign_messages",
    metadata,
    key(),
    of("campaigns", "campaign_id"),
    string("name"),
    Column("titles", sa.JSON, nullable=False),  # by language
    string("rule", default=""),  # when: see handlers/calendar/rules.py; empty as long as no day is known
    string("at"),  # «07:30», in the campaign's zone
    Column("audience", sa.JSON, nullable=False),
    Column("texts", sa.JSON, nullable=False),  # by language
    string("picture", default=""),
    Column("links", sa.JSON, nullable=False),
    string("content", default=""),  # what is computed when it goes out
    integer("priority", default=5),  # of several messages on one day the one with the highest goes out
    flag("urgent"),
    flag("active"),
    instant("since", nullable=True),  # switched on, or given another time: what was due before that is not sent
    Column("changes", sa.JSON, nullable=False),  # days that were skipped or moved
    Column("rehearsed_on", sa.Date, nullable=True),  # the last day whose occurrence officers saw the evening before
    UniqueConstraint("campaign_id", "name"),
    one_of("content", ("", "address", "deeds", "totals")),
)
