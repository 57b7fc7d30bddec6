"""An upgrade finds out who told of her own deed, so that her name is published only while she agrees to that."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tests.fakes.postgres import Server
from tests.upgraded import to_revision, try_on_postgresql, try_on_sqlite

TOLD = {
    # the doer, under which name it was told of, whether the doer is the teller
    "A": ("Bà Mẫu", "", False), "B": ("Bà Mẫu", "Bà Mẫu", True), "C": ("Bà Thử", "", True), "D": ("Ông Khác", "Bà Mẫu", False),
    "E": ("BÀ MẪU", "ba mau", True), "F": ("bà thử", "", True),
}  # fmt: skip


def test_who_told_of_her_own_deed_is_known(tmp_path: Path) -> None:
    try_on_sqlite(tmp_path, _upgraded)


async def test_who_told_of_her_own_deed_is_known_on_postgresql_too(postgres: Server) -> None:
    # No campaign and no unit is needed.
    await try_on_postgresql(postgres, _upgraded, "SET LOCAL session_replication_role = replica")


def _upgraded(connection: sa.Connection) -> None:
    to_revision(connection, "0047")
    kept = sa.MetaData()
    kept.reflect(connection, only=["deeds", "volunteers"])
    deeds, volunteers = kept.tables["deeds"], kept.tables["volunteers"]
    for table, row in (
        (volunteers, {"person_id": 7, "full_name": "Bà Thử"}),
        *((deeds, {"person_id": 7, "code": code, "dedupe_key": code, "doer_name": doer, "reporter_name": teller,
                   "doer_kind": "individual", "state": "approved"}) for code, (doer, teller, _) in TOLD.items()),
    ):  # fmt: skip
        connection.execute(sa.insert(table).values({**_filled(table), **row}))
    to_revision(connection, "head")
    found = connection.execute(sa.text("SELECT code, done_by_teller FROM deeds ORDER BY code"))
    assert {code: bool(by) for code, by in found} == {code: by for code, (*_, by) in TOLD.items()}


def _filled(table: sa.Table) -> dict[str, object]:
    """Something for every column that must hold anything."""
    wanted = [c for c in table.columns if not c.nullable and c.server_default is None and not c.primary_key]
    return {column.name: _something(column.type) for column in wanted}


def _something(kind: sa.types.TypeEngine[object]) -> object:
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Integer):
        return 1
    if isinstance(kind, sa.Date):
        return sa.text("'2026-05-12'")
    return sa.text("'[]'") if isinstance(kind, sa.JSON) else "registered"
