"""What is kept: every table. Migrations in ``storage/migrations`` lead here; a test compares the two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, UniqueConstraint, text

from storage.database.columns import BigId, Instant, Words

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigId, primary_key=True)


def _of(table: str, name: str = "", *, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name or f"{table}_id", BigId, ForeignKey(f"{table}.id"), nullable=nullable, index=index)


def _str(name: str, *, default: str | None = None) -> Column[str]:
    return Column(name, Words, nullable=False, server_default=default)


def _int(name: str, *, default: int | None = None) -> Column[int]:
    return Column(name, sa.BigInteger, nullable=False, server_default=None if default is None else str(default))


def _flag(name: str, *, default: bool = False) -> Column[bool]:
    return Column(name, sa.Boolean, nullable=False, server_default=sa.true() if default else sa.false())


def _at(name: str, *, nullable: bool = False, index: bool = False) -> Column[datetime]:
    return Column(name, Instant(), nullable=nullable, index=index)


def _by(name: str) -> Column[int]:
    """Who did it: a person's id. She may have left since, so nothing depends on her row."""
    return Column(name, BigId, nullable=True)


def _some(name: str, *columns: str, where: str) -> Index:
    """An index of a few rows among many. Statements must say ``where`` in the same words, with no parameter."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def _one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    return CheckConstraint(sa.column(column).in_(list(values)), name=column)


# -- people ---------------------------------------------------------------------------------------------------------

people = Table(
    "people",
    metadata,
    _id(),
    _str("language"),
    _at("created_at"),
    _at("blocked_at", nullable=True),
)

accounts = Table(
    "accounts",
    metadata,
    _id(),
    _of("people", "person_id", index=True),
    _str("channel"),
    _str("address"),
    _str("state", default="open"),
    _flag("announcements_here"),
    _str("source", default=""),
    _at("created_at"),
    _at("heard_at", nullable=True),
    # The flood gate: a bucket of messages that fills again with time.
    Column("bucket", sa.Float, nullable=False, server_default="0"),
    _at("bucket_at", nullable=True),
    _at("muted_until", nullable=True),
    _at("free_at", nullable=True),  # not before may it be sent the next message
    UniqueConstraint("channel", "address"),
    _one_of("state", ("open", "blocked")),
)

consents = Table(
    "consents",
    metadata,
    _id(),
    _of("people", "person_id", index=True),
    _str("purpose"),
    _str("text_version"),
    _str("text_hash"),
    _str("language"),
    _str("channel"),
    _at("given_at"),
    _at("withdrawn_at", nullable=True),
    _one_of("purpose", ("take_part", "announcements", "publish_name")),
)

places = Table(
    "places",
    metadata,
    Column("person_id", BigId, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    _str("form"),
    Column("place", LargeBinary, nullable=False),  # sealed: answers hold phone numbers
    _at("updated_at", index=True),
    _at("nudged_at", nullable=True),  # she was told that it is still open
)

link_codes = Table(
    "link_codes",
    metadata,
    _id(),
    _of("people", "person_id"),
    _of("accounts", "account_id"),
    Column("code_index", LargeBinary, nullable=False, unique=True),
    _at("created_at"),
    _at("expires_at"),
)

link_tries = Table(
    "link_tries",
    metadata,
    _id(),
    _of("accounts", "account_id", index=True),
    _at("tried_at"),
)

staff = Table(
    "staff",
    metadata,
    _id(),
    _of("people", "person_id", index=True),
    _str("role"),
    _of("units", "unit_id", nullable=True),
    _at("granted_at"),
    _at("revoked_at", nullable=True),
    _one_of("role", ("officer", "admin")),
)

invitations = Table(
    "invitations",
    metadata,
    _id(),
    Column("code_index", LargeBinary, nullable=False, unique=True),  # the code itself is kept nowhere
    _str("role"),
    _of("units", "unit_id", nullable=True),
    _of("people", "invited_by_id"),
    _at("created_at"),
    _at("expires_at"),
    _at("used_at", nullable=True),
    _one_of("role", ("officer", "admin")),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _at("at"),
    _str("actor"),
    _str("act"),
    _str("object"),
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
    _str("owner"),
    _int("token", default=0),  # counts the owners, so that a late one is known
    _at("expires_at"),  # by the database's clock
)

listening = Table(
    "listening",
    metadata,
    Column("channel", Words, primary_key=True),
    _at("received_at"),  # when its platform last answered, also that there was nothing
)

settings = Table(
    "settings",
    metadata,
    Column("name", sa.Text, primary_key=True),
    _str("value"),
)

journeys = Table(
    "journeys",
    metadata,
    Column("day_on", sa.Date, primary_key=True),
    Column("form", sa.Text, primary_key=True),
    Column("field", sa.Text, primary_key=True),  # the open question of those who left; empty otherwise
    Column("state", sa.Text, primary_key=True),
    _int("n"),
    _one_of("state", ("begun", "finished", "left")),
)

charts = Table(
    "charts",
    metadata,
    Column("name", sa.Text, primary_key=True),  # of the picture that it becomes when somebody first looks at it
    Column("chart", sa.JSON, nullable=False),
    _flag("kept"),  # its picture belongs to something; otherwise it goes after a while
    _at("created_at"),
)

# -- receive and send -----------------------------------------------------------------------------------------------

inbox = Table(
    "inbox",
    metadata,
    _id(),
    _str("channel"),
    _str("update_key"),
    _str("address"),
    Column("payload", LargeBinary, nullable=True),  # sealed; emptied when its time is over
    Column(
        "media", sa.JSON(none_as_null=True), nullable=True
    ),  # what became of its file; the rows of a spreadsheet are sealed
    _str("state", default="waiting"),
    _int("attempts", default=0),
    _str("error", default=""),
    _at("received_at", index=True),
    _at("due_at"),
    UniqueConstraint("channel", "update_key"),
    # Who is first in line at each address.
    _some("ix_inbox_line", "channel", "address", "id", where="state = 'waiting'"),
    _some("ix_inbox_waiting", "id", where="state = 'waiting'"),
    _one_of("state", ("waiting", "done", "dead")),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _str("channel"),
    _str("address"),
    Column("account_id", BigId, ForeignKey("accounts.id"), nullable=True, index=True),
    _str("dedupe_key"),
    _str("kind", default="reply"),
    _str("about", default=""),  # what it shows, if that may change: «deed:7»
    Column("replaces_id", BigId, nullable=True),  # the earlier message that it takes the place of
    Column("body", LargeBinary, nullable=True),  # sealed; emptied when its time is over
    _str("state", default="waiting"),
    _int("attempts", default=0),
    _str("reason", default=""),
    _str("message_id", default=""),
    _at("created_at", index=True),
    _at("due_at"),
    _at("leased_until", nullable=True),
    _str("owner", default=""),
    _at("sent_at", nullable=True),
    UniqueConstraint("dedupe_key"),
    _some("ix_outbox_line", "channel", "address", "id", where="state IN ('waiting', 'leased')"),
    _some("ix_outbox_open", "id", where="state IN ('waiting', 'leased')"),
    _some("ix_outbox_about", "about", where="about <> ''"),
    _one_of("kind", ("reply", "notice", "broadcast")),
    _one_of("state", ("waiting", "leased", "sent", "failed", "gone", "unknown", "opted_out", "skipped")),
)

paces = Table(
    "paces",
    metadata,
    Column("channel", sa.Text, primary_key=True),
    Column("slots", sa.JSON, nullable=False),  # the instants of the last second, and those given away ahead
    _at("reply_at", nullable=True),  # not before may the next reply go out, the next broadcast
    _at("broadcast_at", nullable=True),
    Column(
        "share", sa.Float, nullable=False, server_default="1"
    ),  # of the full pace, after the platform asked for less
    _at("slowed_at", nullable=True),
    _at("paused_until", nullable=True),
    _at("sent_at", nullable=True),  # the last copy of a broadcast
)

BUSY = ("planned", "running", "cancelling", "correcting", "recalling")
"""The states of a broadcast in which the program has something to do by itself."""

campaign_messages = Table(
    "campaign_messages",
    metadata,
    _id(),
    _of("campaigns", "campaign_id"),
    _str("name"),
    Column("titles", sa.JSON, nullable=False),  # by language
    _str("rule", default=""),  # when: see bot/occurrences.py; empty as long as no day is known
    _str("at"),  # «07:30», in the campaign's zone
    Column("audience", sa.JSON, nullable=False),
    Column("texts", sa.JSON, nullable=False),  # by language
    _str("picture", default=""),
    Column("links", sa.JSON, nullable=False),
    _str("content", default=""),  # what is computed when it goes out
    _int("priority", default=5),  # of several messages on one day the one with the highest goes out
    _flag("urgent"),
    _flag("active"),
    _at("since", nullable=True),  # switched on, or given another time: what was due before that is not sent
    Column("changes", sa.JSON, nullable=False),  # days that were skipped or moved
    Column("rehearsed_on", sa.Date, nullable=True),  # the last day whose occurrence officers saw the evening before
    UniqueConstraint("campaign_id", "name"),
    _one_of("content", ("", "address", "deeds", "totals")),
)

broadcasts = Table(
    "broadcasts",
    metadata,
    _id(),
    _of("campaigns", "campaign_id"),
    Column("author_id", BigId, ForeignKey("people.id"), nullable=True),  # nobody where the calendar speaks
    Column("approved_by_id", BigId, ForeignKey("people.id"), nullable=True),
    Column(
        "message_id", BigId, nullable=True, index=True
    ),  # of the calendar; no foreign key: SQLite would copy the table
    Column("occurrence_key", sa.Text, nullable=True),  # of the calendar: what is sent once
    _str("subject", default=""),  # what its computed content is about, so that it is not told again
    Column("texts", sa.JSON, nullable=False),  # by language, as the officer typed them
    _str("fallback", default=""),  # the language for readers whose own is missing; empty leaves them out
    _str("picture", default=""),
    Column("pictures", sa.JSON, nullable=False, server_default="{}"),  # by language, where there are words in it
    Column("links", sa.JSON, nullable=False),
    Column("audience", sa.JSON, nullable=False),
    _flag("urgent"),  # goes out in quiet hours too
    _str("state", default="draft"),
    _str("problem", default=""),  # why it paused by itself
    _int("revision", default=0),  # how often its text was corrected
    _int("recipients", default=0),  # rows written to the ledger
    _int("last_person_id", default=0),  # of the audience as it was frozen
    _int("cursor", default=0),  # people up to here are in the ledger
    _at("created_at"),
    _at("tested_at", nullable=True),
    _at("looked_right_at", nullable=True),
    _at("send_at", nullable=True),  # as the officer wishes
    _at("go_at", nullable=True),  # when the time to undo it is over
    _at("expires_at", nullable=True),  # of the calendar: after this nothing goes out without an officer's word
    _at("frozen_at", nullable=True),
    _at("expanded_at", nullable=True),
    _at("started_at", nullable=True),
    _at("told_at", nullable=True),  # how far it is
    _at("ended_at", nullable=True),
    Column("outcomes", sa.JSON, nullable=True),  # at the end, by state; what remains when the ledger is swept
    UniqueConstraint("occurrence_key"),
    _some("ix_broadcasts_open", "state", where=f"state IN {BUSY}"),
    _one_of("state", ("draft", "waiting", *BUSY, "paused", "done", "cancelled", "recalled")),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _of("broadcasts", "broadcast_id"),
    _of("people", "person_id"),
    Column("account_id", BigId, nullable=True),  # no foreign key: erasing somebody would look through all rows
    _str("channel"),
    _str("state", default="planned"),
    _str("reason", default=""),
    _int("revision", default=0),  # of the text that stands there
    _int("attempts", default=0),
    _str("owner", default=""),
    _str("message_id", default=""),
    _at("due_at"),
    _at("leased_until", nullable=True),
    _at("sent_at", nullable=True),
    UniqueConstraint("person_id", "broadcast_id"),
    Index(None, "broadcast_id", "state", "channel", "revision", "id"),
    _one_of("state", ("planned", "leased", "sent", "failed", "gone", "opted_out", "skipped", "unknown")),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token_index", LargeBinary, primary_key=True),
    _str("address"),
    _at("created_at"),
    _at("seen_at", index=True),
)

web_messages = Table(
    "web_messages",
    metadata,
    _id(),
    _str("address"),
    _str("dedupe_key"),
    _flag("mine"),
    Column("body", LargeBinary, nullable=False),  # sealed
    _at("created_at", index=True),
    _at("replaced_at", nullable=True),
    UniqueConstraint("dedupe_key"),
    Index(None, "address", "id"),
)

pictures = Table(
    "pictures",
    metadata,
    Column("name", Words, primary_key=True),  # random and public; says nothing of the content
    _str("file"),  # the content's own name in the file store
    Column("account_id", BigId, ForeignKey("accounts.id"), nullable=True, index=True),
    _int("bytes"),
    _int("width"),
    _int("height"),
    _flag("kept"),  # belongs to a deed, an address, …; otherwise it goes after a while
    _at("created_at", index=True),
)

# -- the campaign ---------------------------------------------------------------------------------------------------

units = Table(
    "units",
    metadata,
    _id(),
    Column("parent_id", BigId, ForeignKey("units.id"), nullable=True),
    _str("kind"),
    _str("code", default=""),
    _str("name"),
    Column("valid_from_on", sa.Date, nullable=False),
    Column("valid_to_on", sa.Date, nullable=True),
    UniqueConstraint("code", "valid_from_on"),
    _one_of("kind", ("province", "district", "commune", "hamlet", "branch")),
)

unit_aliases = Table(
    "unit_aliases",
    metadata,
    _id(),
    _of("units", "unit_id", index=True),
    _str("name"),
    _str("code", default=""),
)

campaigns = Table(
    "campaigns",
    metadata,
    _id(),
    _str("prefix"),
    _int("year"),
    _str("title"),
    _str("theme", default=""),
    _str("organiser"),
    _str("hotline", default=""),
    _of("units", "unit_id"),
    Column("first_on", sa.Date, nullable=False),
    Column("last_on", sa.Date, nullable=False),
    Column("peak_first_on", sa.Date, nullable=True),
    Column("peak_last_on", sa.Date, nullable=True),
    Column("goals", sa.JSON, nullable=False, server_default="{}"),
    _flag("active"),
    _int("last_receipt", default=0),  # the series has no gaps: it is counted in the transaction that uses the number
    UniqueConstraint("prefix"),
)

posters = Table(
    "posters",
    metadata,
    Column("code", Words, primary_key=True),
    _str("title"),
    _str("leads_to", default=""),  # a command line
)

volunteers = Table(
    "volunteers",
    metadata,
    _id(),
    _of("people", "person_id"),
    _str("full_name"),
    _str("folded_name"),
    _int("birth_year"),
    Column("phone", LargeBinary, nullable=True),  # sealed
    Column("phone_index", LargeBinary, nullable=True, index=True),
    _of("units", "unit_id"),
    _str("hamlet"),
    Column("activities", sa.JSON, nullable=False),
    _str("free_time", default=""),
    _str("organisation", default=""),
    _str("state", default="registered"),
    _at("created_at"),
    _at("updated_at"),
    _at("seen_at", nullable=True),  # when an officer noticed her
    UniqueConstraint("person_id"),
    _some("ix_volunteers_name", "folded_name", "id", "unit_id", where="state = 'registered'"),
    _some("ix_volunteers_waiting", "created_at", "id", "unit_id", where="state = 'registered' AND seen_at IS NULL"),
    _one_of("state", ("registered", "withdrawn")),
)

addresses = Table(
    "addresses",
    metadata,
    _id(),
    _of("campaigns", "campaign_id"),
    _str("code"),
    _of("units", "unit_id"),
    _str("category"),
    _str("shown_name"),  # initials or «household of …», never the full name
    _int("people_count", default=1),
    _str("story"),
    _str("picture", default=""),
    _str("state", default="proposed"),
    _flag("consented"),
    Column("dossier", LargeBinary, nullable=True),  # sealed: who and where they are
    _by("proposed_by"),
    _by("verified_by"),
    _str("reason", default=""),
    _str("import_key", default=""),  # of the row of a spreadsheet, so that a repeat changes nothing
    _at("created_at"),
    UniqueConstraint("code"),
    _some("ix_addresses_waiting", "created_at", "id", "unit_id", where="state IN ('proposed', 'surveyed', 'verified')"),
    _one_of("state", ("proposed", "surveyed", "verified", "approved", "closed", "refused", "paused", "duplicate")),
)

needs = Table(
    "needs",
    metadata,
    _id(),
    _of("addresses", "address_id", index=True),
    _str("kind"),
    _str("what"),
    _str("measure", default=""),  # đồng for money; «kg», «công», … otherwise
    _int("amount"),
    _int("promised", default=0),  # what its pledges cover: still to come, or arrived
    _int("arrived", default=0),
    _one_of("kind", ("money", "goods", "work")),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("promised >= 0", name="promised"),
)

pledges = Table(
    "pledges",
    metadata,
    _id(),
    _of("campaigns", "campaign_id"),
    _str("code"),
    _of("people", "person_id", index=True),
    _of("addresses", "address_id", index=True),
    _of("needs", "need_id", nullable=True),
    _str("kind"),
    _int("amount", default=0),  # đồng, or the need's own measure; 0 where only words say how much
    _str("what", default=""),
    Column("due_on", sa.Date, nullable=True),
    Column("monthly_until_on", sa.Date, nullable=True),
    _str("organisation", default=""),
    _str("shown_as"),
    _str("shown_name", default=""),
    _str("state", default="new"),
    _int("reminded", default=0),  # how often its giver was reminded of it, and when
    _at("reminded_at", nullable=True),
    _flag("reminders", default=True),  # until she says that it is enough
    _int("arrived", default=0),
    _str("reason", default=""),
    _str("dedupe_key"),
    _at("created_at"),
    _at("cancelled_at", nullable=True),
    UniqueConstraint("code"),
    UniqueConstraint("dedupe_key"),
    _one_of("kind", ("money", "goods", "work")),
    _one_of("shown_as", ("full_name", "initials", "anonymous")),
    _some("ix_pledges_waiting", "created_at", "id", "address_id", where="state IN ('new', 'confirmed')"),
    _one_of("state", ("new", "confirmed", "fulfilled", "cancelled")),
)

deeds = Table(
    "deeds",
    metadata,
    _id(),
    _of("campaigns", "campaign_id"),
    _str("code"),
    _of("people", "person_id", index=True),
    _str("doer_kind"),
    _str("doer_name"),
    _str("what"),
    _of("units", "unit_id"),
    Column("done_on", sa.Date, nullable=False),
    _str("helped"),
    Column("helped_count", sa.BigInteger, nullable=True),
    _flag("shows_people"),
    _flag("shown_consented"),
    _flag("shows_child"),
    _flag("guardian_consented"),
    _str("reporter_name", default=""),
    _str("state", default="new"),
    _by("taken_by"),
    _str("taken_as", default=""),
    _at("taken_at", nullable=True),
    _by("decided_by"),
    _at("decided_at", nullable=True),
    _str("reason", default=""),
    _str("approved_version", default=""),  # the hash of what was approved
    _str("dedupe_key"),
    _at("created_at"),
    UniqueConstraint("code"),
    UniqueConstraint("dedupe_key"),
    _some("ix_deeds_waiting", "created_at", "id", "unit_id", where="state = 'new'"),
    _one_of("doer_kind", ("individual", "group")),
    _one_of("state", ("new", "approved", "declined", "withdrawn")),
)

deed_pictures = Table(
    "deed_pictures",
    metadata,
    Column("deed_id", BigId, ForeignKey("deeds.id"), primary_key=True, autoincrement=False),
    Column("position", sa.Integer, primary_key=True, autoincrement=False),
    Column("picture", Words, ForeignKey("pictures.name"), nullable=False),
)

deed_questions = Table(
    "deed_questions",
    metadata,
    _id(),
    _of("deeds", "deed_id", index=True),
    _by("asked_by"),
    _str("question"),
    _at("asked_at"),
    _str("answer", default=""),
    _at("answered_at", nullable=True),
)

contributions = Table(
    "contributions",
    metadata,
    _id(),
    _of("campaigns", "campaign_id"),
    _int("number"),  # of its receipt
    _of("pledges", "pledge_id", index=True),
    _str("kind"),
    _int("amount"),  # in the pledge's own measure; đồng for money
    _int("value"),  # đồng, as agreed; 0 where nobody put a price on it
    _str("what", default=""),
    Column("arrived_on", sa.Date, nullable=False),
    _str("method"),
    _by("seen_by"),
    _str("dedupe_key"),
    _at("created_at", index=True),
    _at("voided_at", nullable=True),
    _str("void_reason", default=""),
    UniqueConstraint("campaign_id", "number"),
    UniqueConstraint("dedupe_key"),
    _one_of("kind", ("money", "goods", "work")),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("value >= 0", name="value"),
    _one_of("method", ("cash", "transfer", "handed")),
)

questions = Table(
    "questions",
    metadata,
    _id(),
    _of("campaigns", "campaign_id"),
    _str("code"),
    _of("people", "person_id", index=True),
    _of("units", "unit_id"),
    _str("question"),
    _str("answer", default=""),
    _str("state", default="new"),
    _by("answered_by"),
    _str("dedupe_key"),
    _at("created_at"),
    _at("answered_at", nullable=True),
    UniqueConstraint("code"),
    UniqueConstraint("dedupe_key"),
    _some("ix_questions_waiting", "created_at", "id", "unit_id", where="state = 'new'"),
    _one_of("state", ("new", "answered")),
)
