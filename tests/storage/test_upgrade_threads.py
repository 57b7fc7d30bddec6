"""A database whose questions had tables of their own is upgraded to threads, and no word is lost."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tests.fakes.postgres import Server
from tests.stage import NINE
from tests.upgraded import to_revision, try_on_postgresql, try_on_sqlite

AT = int(NINE.timestamp() * 1_000_000)
BEFORE = f"""
INSERT INTO people (id, language, created_at) VALUES (1, 'vi', {AT}), (2, 'vi', {AT});
INSERT INTO units (id, kind, code, name, valid_from_on) VALUES (5, 'commune', '19414', 'Xã Cửa Tùng', '2025-07-01');
INSERT INTO campaigns (id, prefix, year, title, organiser, unit_id, first_on, last_on)
VALUES (1, 'TND26', 2026, 't', 'o', 5, '2026-05-01', '2026-05-31');
INSERT INTO questions (campaign_id, code, person_id, unit_id, question, answer, state, answered_by, dedupe_key, created_at,
                       answered_at)
VALUES (1, 'TND26-AAAAA', 1, 5, 'Hỏi một', '', 'new', NULL, 'k1', {AT}, NULL),
       (1, 'TND26-BBBBB', 1, 5, 'Hỏi hai', 'Đáp hai', 'answered', 2, 'k2', {AT}, {AT + 1});
INSERT INTO deeds (id, campaign_id, code, person_id, doer_kind, doer_name, what, unit_id, done_on, helped, state, dedupe_key,
                   created_at)
VALUES (7, 1, 'TND26-CCCCC', 1, 'group', 'Tổ', 'Vá lưới', 5, '2026-05-11', 'Một nhà', 'new', 'k3', {AT}),
       (8, 1, 'TND26-DDDDD', 1, 'group', 'Tổ', 'Vá lưới', 5, '2026-05-11', 'Một nhà', 'approved', 'k4', {AT});
INSERT INTO deed_questions (deed_id, asked_by, question, asked_at, answer, answered_at)
VALUES (7, 2, 'Thôn nào?', {AT}, 'Thôn Thử', {AT + 2}), (7, 2, 'Nhà ai?', {AT + 3}, '', NULL),
       (8, 2, 'Mấy giờ?', {AT}, '', NULL)
"""
THREADS = "SELECT code, kind, state, asked_at IS NOT NULL AS waits FROM threads ORDER BY id"
WORDS = """
SELECT code, by_officers, said FROM thread_messages JOIN threads ON threads.id = thread_id
ORDER BY thread_id, said_at, thread_messages.id
"""


def test_questions_become_threads(tmp_path: Path) -> None:
    try_on_sqlite(tmp_path, _upgraded)


async def test_questions_become_threads_on_postgresql_too(postgres: Server) -> None:
    await try_on_postgresql(postgres, _upgraded)


def _upgraded(connection: sa.Connection) -> None:
    """Fill the tables of the revision before, upgrade, and compare."""
    to_revision(connection, "0018")
    for statement in BEFORE.split(";"):
        connection.exec_driver_sql(statement)
    to_revision(connection, "head")
    assert [tuple(row) for row in connection.execute(sa.text(THREADS))] == [
        ("TND26-AAAAA", "question", "closed", True),
        ("TND26-BBBBB", "question", "closed", False),
        ("TND26-CCCCC", "deed", "open", False),
        ("TND26-DDDDD", "deed", "closed", False),
    ]
    assert [tuple(row) for row in connection.execute(sa.text(WORDS))] == [
        ("TND26-AAAAA", False, "Hỏi một"),
        ("TND26-BBBBB", False, "Hỏi hai"),
        ("TND26-BBBBB", True, "Đáp hai"),
        ("TND26-CCCCC", True, "Thôn nào?"),
        ("TND26-CCCCC", False, "Thôn Thử"),
        ("TND26-CCCCC", True, "Nhà ai?"),
        ("TND26-DDDDD", True, "Mấy giờ?"),
    ]
