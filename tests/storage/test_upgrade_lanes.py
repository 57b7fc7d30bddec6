"""What waits to be sent while the program is upgraded keeps its place: begun first, then answers, then notices."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tests.fakes.postgres import Server
from tests.upgraded import to_revision, try_on_postgresql, try_on_sqlite

WAITING = [
    # key, kind, state, what is known as sent, its lane afterwards
    ("a", "notice", "waiting", "", 2),
    ("b", "reply", "waiting", "", 1),
    ("c", "broadcast", "waiting", "", 2),
    ("d", "notice", "leased", "", 0),
    ("e", "reply", "waiting", "17", 0),
]


def test_what_waits_finds_its_lane(tmp_path: Path) -> None:
    try_on_sqlite(tmp_path, _upgraded)


async def test_what_waits_finds_its_lane_on_postgresql_too(postgres: Server) -> None:
    await try_on_postgresql(postgres, _upgraded)


def _upgraded(connection: sa.Connection) -> None:
    """Fill the outbox of the revision before, upgrade, and look."""
    to_revision(connection, "0026")
    for key, kind, state, message_id, _ in WAITING:
        connection.exec_driver_sql(
            "INSERT INTO outbox (channel, address, dedupe_key, kind, state, message_id, created_at, due_at)"
            f" VALUES ('web', '1', '{key}', '{kind}', '{state}', '{message_id}', 0, 0)"
        )
    to_revision(connection, "head")
    lanes = connection.execute(sa.text("SELECT dedupe_key, lane FROM outbox ORDER BY id"))
    assert [tuple(row) for row in lanes] == [(key, lane) for key, *_, lane in WAITING]
