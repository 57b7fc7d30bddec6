"""Codes by which a person joins her accounts, what people said by word of mouth, who wants a copy of her data or a paper,
how staff prove who they are, and what is asked about one's own data."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, LargeBinary, Table

from storage.database.columns import BigId, Words
from storage.tables.columns import by, instant, integer, key, metadata, of, one_of, partial_index, secret, string

link_codes = Table(
    "link_codes",
    metadata,
    key(),
    of("people", "person_id", index=True),
    of("accounts", "account_id"),
    Column("code_index", LargeBinary, nullable=False, unique=True),
    instant("created_at"),
    instant("expires_at", index=True),
    # Who entered it: the account that made it is asked before anything is joined.
    Column("asked_by", BigId, nullable=True),  # a person
    Column("asked_at", BigId, nullable=True),  # an account
    Column("choices", sa.JSON(none_as_null=True), nullable=True),  # what is kept where the two differ
)

link_tries = Table(
    "link_tries",
    metadata,
    key(),
    of("accounts", "account_id", index=True),
    instant("tried_at", index=True),
)

spoken_consents = Table(
    "spoken_consents",
    metadata,
    key(),
    of("people", "person_id", index=True),  # who said yes; she had no account
    of(
        "people", "noted_by", nullable=True, index=True
    ),  # who heard it and wrote for her; none once that person is erased
    instant("noted_at"),
    integer("birth_year"),  # asked for with the slip
    secret("spoken_consents", "name", "noted_at", default=""),
    Column("slip_index", LargeBinary, nullable=True, unique=True),  # none once it is over
    instant("slip_until", nullable=True),
    integer("wrong_years", default=0),  # since this slip was made
    instant("came_at", nullable=True),  # when she came herself: from then on it is hers alone
)

copies = Table(
    "copies",
    metadata,
    Column("person_id", BigId, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    of("accounts", "account_id"),
    instant("asked_at"),
    instant("made_at", nullable=True),
)

papers = Table(
    "papers",
    metadata,
    Column("person_id", BigId, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    of("accounts", "account_id"),
    string("name"),
    Column("content", LargeBinary, nullable=False),  # sealed, until it is set as PDF
    instant("asked_at"),
)

rights_requests = Table(
    "rights_requests",
    metadata,
    key(),
    Column(
        "request_key", Words, nullable=False, unique=True
    ),  # so that none is entered twice; names nobody once she is erased
    string("kind"),
    string("source"),
    of("people", "person_id", nullable=True, index=True),  # none without an account, and once she is erased
    string("asker"),  # a keyed hash
    Column("words", LargeBinary, nullable=True),  # who, what, the answer and why: sealed
    instant("asked_at"),
    instant("answer_due_at"),
    instant("act_due_at"),
    by("entered_by"),
    instant("answered_at", nullable=True),
    by("answered_by"),
    string("state", default="open"),
    instant("closed_at", nullable=True),
    by("closed_by"),
    one_of("kind", ("copy", "correct", "erase", "withdraw", "restrict", "object", "complain")),
    one_of("source", ("self", "words", "office", "restore")),
    one_of("state", ("open", "done", "refused", "withdrawn")),
    partial_index("ix_rights_requests_open", "act_due_at", "id", where="state = 'open'"),
)

proofs = Table(
    "proofs",
    metadata,
    Column("person_id", BigId, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    string("passphrase", default=""),  # as Argon2id keeps it; empty: none was set
    integer("tries", default=0),  # to prove who she is, since the instant beside it
    instant("since", nullable=True),
)
