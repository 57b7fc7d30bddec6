"""The officers' desk: who has taken and decided what, what arrived under which receipt, questions in both directions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant

revision = "0006"
down_revision = "0005"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _zero(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)


def _by(name: str) -> sa.Column[int]:
    return sa.Column(name, BigId, nullable=True)


ADDED: dict[str, list[sa.Column[Any]]] = {
    "campaigns": [_zero("last_receipt")],
    "volunteers": [sa.Column("seen_at", Instant(), nullable=True)],
    "addresses": [_by("proposed_by"), _by("verified_by"), _text("reason"), _text("import_key")],
    "needs": [_zero("arrived")],
    "pledges": [_zero("arrived"), _text("reason")],
    "deeds": [
        _by("taken_by"), _text("taken_as"), sa.Column("taken_at", Instant(), nullable=True), _by("decided_by"),
        sa.Column("decided_at", Instant(), nullable=True), _text("reason"), _text("approved_version"),
    ],
}  # fmt: skip


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    op.create_table(
        "deed_questions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("deed_id", BigId, nullable=False),
        _by("asked_by"),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        _text("answer"),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["deed_id"], ["deeds.id"], name=op.f("fk_deed_questions_deed_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed_questions")),
    )
    op.create_index(op.f("ix_deed_questions_deed_id"), "deed_questions", ["deed_id"])
    op.create_table(
        "contributions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("pledge_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        _text("what"),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        _by("seen_by"),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("voided_at", Instant(), nullable=True),
        _text("void_reason"),
        sa.CheckConstraint("kind IN ('money', 'goods', 'work')", name=op.f("ck_contributions_kind")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_contributions_amount")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_contributions_value")),
        sa.CheckConstraint("method IN ('cash', 'transfer', 'handed')", name=op.f("ck_contributions_method")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_contributions_campaign_id")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_contributions_pledge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_contributions_campaign_id_number")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_contributions_dedupe_key")),
    )
    op.create_index(op.f("ix_contributions_created_at"), "contributions", ["created_at"])
    op.create_index(op.f("ix_contributions_pledge_id"), "contributions", ["pledge_id"])
    op.create_table(
        "questions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("unit_id", BigId, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        _text("answer"),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        _by("answered_by"),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('new', 'answered')", name=op.f("ck_questions_state")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_questions_campaign_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_questions_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_questions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("code", name=op.f("uq_questions_code")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_questions_dedupe_key")),
    )
    op.create_index(op.f("ix_questions_person_id"), "questions", ["person_id"])
