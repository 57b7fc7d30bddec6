"""Volunteers, humanitarian addresses, pledges, contributions, deeds, appeals, and what is said about them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary, Table, UniqueConstraint

from storage.database.columns import BigId, Words
from storage.tables.columns import (
    by,
    flag,
    instant,
    integer,
    key,
    metadata,
    of,
    one_of,
    partial_index,
    secret,
    secret_json,
    string,
)

ASKED = ("address_id", "what", "asked_at")
"""What names a change of an address."""

volunteers = Table(
    "volunteers",
    metadata,
    key(),
    of("people", "person_id"),
    secret("volunteers", "full_name", "person_id"),
    integer("birth_year"),
    Column("phone", LargeBinary, nullable=True),  # sealed
    Column("phone_index", LargeBinary, nullable=True, index=True),
    of("units", "unit_id"),
    secret("volunteers", "hamlet", "person_id"),
    flag("outside"),  # then what stands for the hamlet is a place outside the area, and the unit only sees to her
    Column("activities", sa.JSON, nullable=False),
    secret("volunteers", "free_time", "person_id", default=""),
    string("organisation", default=""),
    string("state", default="registered"),
    instant("created_at"),
    instant("updated_at"),
    instant("seen_at", nullable=True),  # when an officer noticed her
    UniqueConstraint("person_id"),
    partial_index("ix_volunteers_registered", "created_at", "id", "unit_id", where="state = 'registered'"),
    partial_index(
        "ix_volunteers_waiting", "created_at", "id", "unit_id", where="state = 'registered' AND seen_at IS NULL"
    ),
    one_of("state", ("registered", "withdrawn")),
)

addresses = Table(
    "addresses",
    metadata,
    key(),
    of("campaigns", "campaign_id"),
    string("code"),
    of("units", "unit_id"),
    string("category"),
    string("shown_name"),  # initials or «household of …», never the full name
    integer("people_count", default=1),
    secret("addresses", "story", "code"),
    string("picture", default=""),
    string("state", default="proposed"),
    flag("consented"),
    Column("dossier", LargeBinary, nullable=True),  # sealed: who and where they are
    Column("name_index", LargeBinary, nullable=True, index=True),
    Column("phone_index", LargeBinary, nullable=True, index=True),
    by("proposed_by"),
    by("verified_by"),
    instant("verified_at", nullable=True),
    by("decided_by"),  # it was approved, paused, closed, refused or joined to another
    instant("decided_at", nullable=True),
    secret("addresses", "reason", "code", default=""),
    Column("joined", sa.JSON(none_as_null=True), nullable=True),  # of a duplicate: to which, when, and what went along
    string("import_key", default=""),  # of the row of a spreadsheet, so that a repeat changes nothing
    instant("created_at"),
    UniqueConstraint("code"),
    partial_index(
        "ix_addresses_waiting", "created_at", "id", "unit_id", where="state IN ('proposed', 'surveyed', 'verified')"
    ),
    one_of("state", ("proposed", "surveyed", "verified", "approved", "closed", "refused", "paused", "duplicate")),
)

needs = Table(
    "needs",
    metadata,
    key(),
    of("addresses", "address_id", index=True),
    string("kind"),
    string("what"),
    string("measure", default=""),  # đồng for money; «kg», «công», … otherwise
    integer("amount"),
    integer("promised", default=0),  # what its pledges cover that somebody vouches for: still to come, or arrived
    integer("awaiting", default=0),  # what the others would cover
    integer("arrived", default=0),
    instant("ended_at", nullable=True),  # nothing more is to be promised for it
    one_of("kind", ("money", "goods", "work")),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("promised >= 0", name="promised"),
    CheckConstraint("awaiting >= 0", name="awaiting"),
)

address_changes = Table(
    "address_changes",
    metadata,
    key(),
    of("addresses", "address_id", index=True),
    string("what"),
    integer("need_id", default=0),  # 0 where it is about no need; a need may go to another address
    secret_json("address_changes", "was", *ASKED, default=""),
    secret_json("address_changes", "becomes", *ASKED, default=""),
    Column("sealed", sa.LargeBinary, nullable=True),  # both, where only who opens it may read it
    string("state", default="waiting"),
    by("asked_by"),
    instant("asked_at"),
    by("decided_by"),
    instant("decided_at", nullable=True),
    secret("address_changes", "reason", *ASKED, default=""),
    partial_index("ix_address_changes_waiting", "asked_at", "id", "address_id", where="state = 'waiting'"),
    one_of("state", ("waiting", "accepted", "refused", "withdrawn", "replaced", "dropped")),
)

pledges = Table(
    "pledges",
    metadata,
    key(),
    of("campaigns", "campaign_id"),
    string("code"),
    of("people", "person_id", index=True),
    of("addresses", "address_id", index=True),
    of("needs", "need_id", nullable=True),
    string("kind"),
    integer("amount", default=0),  # đồng, or the need's own measure; 0 where only words say how much
    secret("pledges", "what", "code", default=""),
    Column("due_on", sa.Date, nullable=True),
    Column("monthly_until_on", sa.Date, nullable=True),
    integer("each_month", default=0),  # đồng; 0 where it is given once
    string("organisation", default=""),
    string("shown_as"),
    secret("pledges", "shown_name", "code", default=""),
    Column("phone", LargeBinary, nullable=True),  # sealed; until it is done with
    by("noted_by"),  # the officer to whom it was brought without having been promised
    Column("phone_index", LargeBinary, nullable=True, index=True),  # by which she who brought it is known again
    string("state", default="new"),
    flag("vouched", default=True),  # whether its giver can be reached, or an officer confirmed it
    integer("reminded", default=0),  # how often its giver was reminded of it, and when
    instant("reminded_at", nullable=True),
    flag("reminders", default=True),  # until she says that it is enough
    integer("arrived", default=0),
    secret("pledges", "reason", "code", default=""),
    string("dedupe_key"),
    instant("created_at"),
    instant("cancelled_at", nullable=True),
    UniqueConstraint("code"),
    UniqueConstraint("dedupe_key"),
    one_of("kind", ("money", "goods", "work")),
    one_of("shown_as", ("full_name", "initials", "anonymous")),
    partial_index("ix_pledges_waiting", "created_at", "id", "address_id", where="state IN ('new', 'confirmed')"),
    partial_index("ix_pledges_awaiting", "created_at", where="state = 'new' AND NOT vouched"),
    one_of("state", ("new", "confirmed", "fulfilled", "cancelled")),
)

pledge_changes = Table(
    "pledge_changes",
    metadata,
    key(),
    of("pledges", "pledge_id", index=True),
    integer("amount"),  # as it was promised before
    integer("each_month"),
    Column("monthly_until_on", sa.Date, nullable=True),
    Column("due_on", sa.Date, nullable=True),
    secret("pledge_changes", "what", "pledge_id", "changed_at"),
    instant("changed_at"),
)

contributions = Table(
    "contributions",
    metadata,
    key(),
    of("campaigns", "campaign_id"),
    integer("number"),  # of its receipt
    of("pledges", "pledge_id", index=True),
    string("kind"),
    integer("amount"),  # in the pledge's own measure; đồng for money
    integer("value"),  # đồng, as agreed; 0 where nobody put a price on it
    secret("contributions", "what", "campaign_id", "number", default=""),
    Column("arrived_on", sa.Date, nullable=False),
    string("method"),
    by("seen_by"),
    string("dedupe_key"),
    instant("created_at", index=True),
    instant("voided_at", nullable=True),
    secret("contributions", "void_reason", "campaign_id", "number", default=""),
    UniqueConstraint("campaign_id", "number"),
    UniqueConstraint("dedupe_key"),
    one_of("kind", ("money", "goods", "work")),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("value >= 0", name="value"),
    one_of("method", ("cash", "transfer", "handed")),
)

deeds = Table(
    "deeds",
    metadata,
    key(),
    of("campaigns", "campaign_id"),
    string("code"),
    of("people", "person_id", index=True),
    string("doer_kind"),
    secret("deeds", "doer_name", "code"),
    flag("done_by_teller"),  # then her name is published only while she agrees to that
    secret("deeds", "what", "code"),
    of("units", "unit_id"),
    Column("done_on", sa.Date, nullable=False),
    secret("deeds", "helped", "code"),
    Column("helped_count", sa.BigInteger, nullable=True),
    flag("shows_people"),
    flag("shown_consented"),
    flag("shows_child"),
    flag("guardian_consented"),
    secret("deeds", "reporter_name", "code", default=""),
    string("album", default=""),  # under which the platform sent its photos: a late one joins them
    string("state", default="new"),
    by("decided_by"),
    instant("decided_at", nullable=True),
    secret("deeds", "reason", "code", default=""),
    string("approved_version", default=""),  # the hash of what was approved
    string("dedupe_key"),
    instant("created_at"),
    UniqueConstraint("code"),
    UniqueConstraint("dedupe_key"),
    partial_index("ix_deeds_waiting", "created_at", "id", "unit_id", where="state = 'new'"),
    one_of("doer_kind", ("individual", "group")),
    one_of("state", ("new", "approved", "declined", "withdrawn")),
)

deed_pictures = Table(
    "deed_pictures",
    metadata,
    Column("deed_id", BigId, ForeignKey("deeds.id"), primary_key=True, autoincrement=False),
    Column("position", sa.Integer, primary_key=True, autoincrement=False),
    Column("picture", Words, ForeignKey("pictures.name"), nullable=False),
)

appeals = Table(
    "appeals",
    metadata,
    key(),
    string("kind"),
    string("code"),  # of what was refused
    of("people", "person_id", index=True),
    of("units", "unit_id"),
    by("refused_by"),
    instant("refused_at", nullable=True),
    Column("words", LargeBinary, nullable=False),  # sealed: why it was refused, what was said to that, the answer
    string("state", default="waiting"),
    by("decided_by"),
    instant("decided_at", nullable=True),  # or taken back
    instant("created_at"),
    UniqueConstraint("kind", "code"),
    partial_index("ix_appeals_waiting", "created_at", "id", "unit_id", where="state = 'waiting'"),
    one_of("kind", ("deed", "address")),
    one_of("state", ("waiting", "upheld", "reversed", "withdrawn")),
)

threads = Table(
    "threads",
    metadata,
    key(),
    string("kind"),
    string("code"),  # of what it is about; a question's is its own
    of("people", "person_id", index=True),
    of("units", "unit_id"),
    string("state", default="told"),  # told: of something; open: what she writes goes there
    instant("asked_at", nullable=True),  # since when she waits for the officers
    instant("turned_at", nullable=True),  # when she last turned to it, and when the officers last did
    instant("told_at", nullable=True),
    instant("spoken_at", index=True),
    string("dedupe_key"),
    instant("created_at"),
    UniqueConstraint("kind", "code"),
    UniqueConstraint("dedupe_key"),
    partial_index("ix_threads_waiting", "asked_at", "id", "unit_id", where="asked_at IS NOT NULL"),
    partial_index("ix_threads_open", "spoken_at", where="state <> 'closed'"),
    one_of("kind", ("question", "deed", "pledge", "address", "volunteer")),
    one_of("state", ("told", "open", "closed")),
)

thread_messages = Table(
    "thread_messages",
    metadata,
    key(),
    of("threads", "thread_id", index=True),
    flag("by_officers"),
    by("said_by"),
    Column("sealed", LargeBinary, nullable=True),
    string("said", default=""),  # of earlier versions, until it is sealed
    string("picture", default=""),
    string("voice", default=""),
    instant("said_at"),
    partial_index("ix_thread_messages_unsealed", "id", where="sealed IS NULL"),
)

notes = Table(
    "notes",
    metadata,
    key(),
    string("kind"),
    Column("code", Words, nullable=False, index=True),  # of what it is about; empty of a volunteer
    of("people", "person_id", nullable=True, index=True),  # whose that is; nobody's of a household
    Column("sealed", LargeBinary, nullable=False),
    by("written_by"),
    instant("written_at"),
    one_of("kind", ("address", "pledge", "deed", "volunteer")),
)

takings = Table(
    "takings",
    metadata,
    Column("kind", Words, primary_key=True),
    Column("code", Words, primary_key=True),  # of what is taken; of a volunteer her number
    of("people", "person_id", index=True),
    by("given_by"),
    instant("taken_at"),
    one_of("kind", ("address", "pledge", "deed", "volunteer", "question", "appeal", "change")),
)

shared_cards = Table(
    "shared_cards",
    metadata,
    key(),
    of("addresses", "address_id", index=True),
    Column("code_index", LargeBinary, nullable=False, unique=True),  # the code itself is kept nowhere
    instant("created_at"),
    instant("expires_at"),
    instant("taken_back_at", nullable=True),
)
