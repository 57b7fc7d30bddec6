"""What is said between a person and the officers on one matter is one thread; questions of both kinds move into it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database.columns import BigId, Instant, Words

revision = "0019"
down_revision = "0018"

WAITING, OPEN, UNSEALED = sa.text("asked_at IS NOT NULL"), sa.text("state <> 'closed'"), sa.text("sealed IS NULL")

QUESTIONS = """
INSERT INTO threads (kind, code, person_id, unit_id, state, asked_at, turned_at, told_at, spoken_at, dedupe_key, created_at)
SELECT 'question', code, person_id, unit_id, 'closed', CASE WHEN state = 'new' THEN created_at END, created_at, answered_at,
       coalesce(answered_at, created_at), dedupe_key, created_at
FROM questions ORDER BY id
"""
ASKED = """
INSERT INTO thread_messages (thread_id, by_officers, said_by, said, said_at)
SELECT threads.id, false, questions.person_id, questions.question, questions.created_at
FROM questions JOIN threads ON threads.kind = 'question' AND threads.code = questions.code ORDER BY questions.id
"""
ANSWERED = """
INSERT INTO thread_messages (thread_id, by_officers, said_by, said, said_at)
SELECT threads.id, true, questions.answered_by, questions.answer, questions.answered_at
FROM questions JOIN threads ON threads.kind = 'question' AND threads.code = questions.code
WHERE questions.state = 'answered' ORDER BY questions.id
"""
OF_DEEDS = """
INSERT INTO threads (kind, code, person_id, unit_id, state, turned_at, told_at, spoken_at, dedupe_key, created_at)
SELECT 'deed', deeds.code, deeds.person_id, deeds.unit_id,
       CASE WHEN deeds.state = 'new' AND count(deed_questions.answered_at) < count(*) THEN 'open' ELSE 'closed' END,
       max(answered_at), max(asked_at), max(coalesce(answered_at, asked_at)), 'deed:' || deeds.code, min(asked_at)
FROM deed_questions JOIN deeds ON deeds.id = deed_questions.deed_id
GROUP BY deeds.id, deeds.code, deeds.person_id, deeds.unit_id, deeds.state ORDER BY deeds.id
"""
OF_REPORTERS = """
INSERT INTO thread_messages (thread_id, by_officers, said_by, said, said_at)
SELECT threads.id, true, deed_questions.asked_by, deed_questions.question, deed_questions.asked_at
FROM deed_questions JOIN deeds ON deeds.id = deed_questions.deed_id
JOIN threads ON threads.kind = 'deed' AND threads.code = deeds.code ORDER BY deed_questions.id
"""
REPLIED = """
INSERT INTO thread_messages (thread_id, by_officers, said_by, said, said_at)
SELECT threads.id, false, deeds.person_id, deed_questions.answer, deed_questions.answered_at
FROM deed_questions JOIN deeds ON deeds.id = deed_questions.deed_id
JOIN threads ON threads.kind = 'deed' AND threads.code = deeds.code
WHERE deed_questions.answered_at IS NOT NULL ORDER BY deed_questions.id
"""


def upgrade() -> None:
    op.create_table(
        "threads",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("code", Words(), nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("unit_id", BigId, nullable=False),
        sa.Column("state", Words(), server_default="told", nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("turned_at", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("spoken_at", Instant(), nullable=False),
        sa.Column("dedupe_key", Words(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('question', 'deed', 'pledge', 'address')", name=op.f("ck_threads_kind")),
        sa.CheckConstraint("state IN ('told', 'open', 'closed')", name=op.f("ck_threads_state")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_threads_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_threads_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_threads_kind_code")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_threads_dedupe_key")),
    )
    op.create_index(op.f("ix_threads_person_id"), "threads", ["person_id"])
    op.create_index(op.f("ix_threads_spoken_at"), "threads", ["spoken_at"])
    op.create_index(
        "ix_threads_waiting", "threads", ["asked_at", "id", "unit_id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index("ix_threads_open", "threads", ["spoken_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "thread_messages",
        sa.Column("id", BigId, nullable=False),
        sa.Column("thread_id", BigId, nullable=False),
        sa.Column("by_officers", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("said_by", BigId, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("said", Words(), server_default="", nullable=False),
        sa.Column("picture", Words(), server_default="", nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_thread_messages_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_messages")),
    )
    op.create_index(op.f("ix_thread_messages_thread_id"), "thread_messages", ["thread_id"])
    op.create_index(
        "ix_thread_messages_unsealed", "thread_messages", ["id"], sqlite_where=UNSEALED, postgresql_where=UNSEALED
    )
    for moved in (QUESTIONS, ASKED, ANSWERED, OF_DEEDS, OF_REPORTERS, REPLIED):
        op.execute(moved)
    op.drop_table("deed_questions")
    op.drop_table("questions")
