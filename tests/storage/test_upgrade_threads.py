"""A database whose questions had tables of their own is upgraded to threads, and no word is lost."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tests.fakes.postgres import Server
from tests.upgraded import BEFORE, THREADS, to_revision, try_on_postgresql, try_on_sqlite

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
